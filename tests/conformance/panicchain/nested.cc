// A panic in a deferred call of a deferred call.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      func([&] {
        defer([] { panic("third"); });
        panic("second");
      });
    });
    panic("first");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
