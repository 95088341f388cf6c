// Go's test/fixedbugs/issue8613.go: a division by zero panics also if its result is not used.
#include <string>

#include <gort/gort.h>

using namespace gort;

volatile int out;
volatile int zero;
volatile int one = 1;  // clang++ compiles 1 / x to a comparison

template <class F>
void wantPanic(std::string test, F fn) {
  func([&] {
    defer([&] {
      if (!recover()) panic(test + ": expected panic");
    });
    fn();
  });
}

[[gnu::noinline]] void divby(int v) {
  // C++ drops a division whose result nobody reads.
  [[maybe_unused]] volatile int unused = one / v;
}

void entry() {
  wantPanic("test1", [] { out = one / zero; });
  wantPanic("test2", [] { [[maybe_unused]] volatile int unused = one / zero; });
  wantPanic("test3", [] {
    volatile int v = 0;
    [[maybe_unused]] volatile int unused = one / v;
  });
  wantPanic("test4", [] { divby(0); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
