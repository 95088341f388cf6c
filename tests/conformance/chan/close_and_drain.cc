// What is in the buffer stays receivable after close; then come zero values with ok false.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>(3);
  ch.send(1);
  ch.send(2);
  ch.close();
  for (int i = 0; i < 4; i++) {
    auto [v, ok] = ch.recv_ok();
    fmt::Println(v, ok, ch.len());
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
