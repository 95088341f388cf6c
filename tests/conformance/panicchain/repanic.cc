// A recovered value that its deferred call throws again: the first is marked as recovered.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      any r = recover();
      panic(r);
    });
    panic("first");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
