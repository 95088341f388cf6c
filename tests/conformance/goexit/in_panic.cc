// Goexit in a deferred call drops the panic; the deferred calls that are left see no panic.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      defer([] { fmt::Println("last:", recover()); });
      defer([] { runtime::Goexit(); });
      panic("dropped");
    });
  });
  done.recv();
  fmt::Println("main goes on");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
