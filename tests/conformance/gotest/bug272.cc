// Go's test/fixedbugs/bug272.go: an index beyond 32 bits is out of range, whatever its lower bits.
#include <cstdint>
#include <vector>

#include <gort/gort.h>

using namespace gort;

void entry() {
  int64_t n = 100;
  std::vector<int> x(static_cast<size_t>(n));
  x[99] = 234;
  int z = at(x, n - 1);
  if (z != 234) println("BUG");
  n |= int64_t(1) << 32;
  func([&] {
    defer([] { recover(); });
    z = at(x, n - 1);
    println("BUG2");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
