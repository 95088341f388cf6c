// Go's test/fixedbugs/issue38496.go: a nil element of an array is followed, and panics.
#include <array>

#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      if (!recover()) panic("failed to check nil ptr");
    });
    std::array<volatile int*, 2> m{};
    asm volatile("" ::"r"(&m) : "memory");
    (void)*m[1];
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
