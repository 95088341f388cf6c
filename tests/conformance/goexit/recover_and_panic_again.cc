// During Goexit a deferred call panics, recovers, and panics again.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      func([&] {
        defer([] {
          recover();
          panic("x2");
        });
        panic("x1");
      });
    });
    runtime::Goexit();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
