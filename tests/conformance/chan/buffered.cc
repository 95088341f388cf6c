// A buffered channel is first in, first out, and holds cap values without a receiver.
#include <string>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<std::string>(3);
  fmt::Println(ch.len(), ch.cap());
  ch.send("a");
  ch.send("b");
  ch.send("c");
  fmt::Println(ch.len(), ch.cap());
  auto a = ch.recv();
  fmt::Println(a, ch.len());
  ch.send("d");
  auto b = ch.recv(), c = ch.recv(), d = ch.recv();
  fmt::Println(b, c, d, ch.len());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
