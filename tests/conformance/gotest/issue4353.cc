// Go's test/fixedbugs/issue4353.go: an index of 64 bits beyond a large array panics.
#include <array>
#include <cstdint>

#include <gort/gort.h>

using namespace gort;

std::array<int, 100000> aib;
std::array<int, 100000>* paib = &aib;
volatile int64_t i64 = 100023;

void entry() {
  func([&] {
    defer([] { recover(); });
    (void)at(*paib, int64_t(i64));
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
