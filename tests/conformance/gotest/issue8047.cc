// Go's test/fixedbugs/issue8047.go: a stack grows over a deferred nil function.
#include <gort/gort.h>

using namespace gort;

void stackit(int n) {
  asm volatile("" ::: "memory");
  if (n == 0) return;
  stackit(n - 1);
  asm volatile("" ::: "memory");
}

void entry() {
  func([&] {
    defer([] {
      if (!recover()) panic("defer of nil func didn't panic");
    });
    defer(static_cast<void (*)()>(nullptr));
    stackit(1000);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
