// A Goexit, a recovered panic above it, and one more recovered panic: the Goexit still ends the goroutine.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      defer([] { fmt::Println("d1:", recover()); });
      defer([] { panic("second"); });
      defer([] { fmt::Println("d2:", recover()); });
      defer([] { panic("first"); });
      runtime::Goexit();
    });
  });
  done.recv();
  fmt::Println("end");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
