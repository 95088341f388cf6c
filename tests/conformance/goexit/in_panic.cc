// Goexit in a deferred call drops the panic; the deferred calls that are left see no panic.
#include <gort/gort.h>

using namespace gort;

void entry() {
  go([] {
    func([&] {
      defer([] { fmt::Println("last:", recover()); });
      defer([] { runtime::Goexit(); });
      panic("dropped");
    });
  });
  time::Sleep(20 * time::Millisecond);
  fmt::Println("main goes on");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
