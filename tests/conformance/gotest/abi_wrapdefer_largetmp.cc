// Go's test/abi/wrapdefer_largetmp.go: a large argument of a deferred call is a copy.
#include <array>

#include <gort/gort.h>

using namespace gort;

using T = std::array<int, 45>;

int x = 0;

[[gnu::noinline]] T g() {
  x++;
  T t{};
  t[20] = x;
  return t;
}

[[gnu::noinline]] void g2(T t) {
  if (t[20] != 1) println("FAIL", t[20]);
}

[[gnu::noinline]] void F() {
  func([&] {
    T b = g();
    defer(g2, b);
    int n = g()[20];
    println(n);
  });
}

void entry() {
  F();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
