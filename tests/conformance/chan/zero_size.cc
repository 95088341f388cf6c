// Elements of size zero count all the same.
#include <gort/gort.h>

using namespace gort;

struct empty {};

void entry() {
  auto ch = make_chan<empty>(3);
  ch.send({});
  ch.send({});
  fmt::Println(ch.len(), ch.cap());
  ch.recv();
  ch.close();
  bool first = ch.recv_ok().second;
  fmt::Println(first);
  bool second = ch.recv_ok().second;
  fmt::Println(second);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
