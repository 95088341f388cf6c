// A fault in a deferred call of a panic.
#include <gort/gort.h>

using namespace gort;

int* volatile nowhere = nullptr;

void entry() {
  func([&] {
    defer([] {
      int* p = nowhere;
      *p = 1;
    });
    panic("before the fault");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
