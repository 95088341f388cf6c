// A deferred call recovers and throws another value.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      any r = recover();
      panic(fmt::Sprint("again ", r));
    });
    panic("first");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
