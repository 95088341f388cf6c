// Every goroutine is listed, in the order of creation, with its own wait reason and argument.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  for (int i = 0; i < 3; i++) {
    go(
        [ch](int i) {
          ch.send(i);
          select();
        },
        i);
  }
  ch.recv();
  ch.recv();
  ch.recv();
  ch.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
