// Go's test/fixedbugs/issue8613.go: a division by zero panics also if its result is not used.
#include <string>

#include <gort/gort.h>

using namespace gort;

volatile int out;
volatile int zero;

template <class F>
void wantPanic(std::string test, F fn) {
  func([&] {
    defer([&] {
      if (!recover()) panic(test + ": expected panic");
    });
    fn();
  });
}

[[gnu::noinline]] void divby(volatile int v) {
  // C++ drops a division whose result nobody reads.
  [[maybe_unused]] volatile int unused = 1 / v;
}

void entry() {
  wantPanic("test1", [] { out = 1 / zero; });
  wantPanic("test2", [] { [[maybe_unused]] volatile int unused = 1 / zero; });
  wantPanic("test3", [] {
    volatile int v = 0;
    [[maybe_unused]] volatile int unused = 1 / v;
  });
  wantPanic("test4", [] { divby(0); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
