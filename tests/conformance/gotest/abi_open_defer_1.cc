// Go's test/abi/open_defer_1.go: arguments of a deferred method of an interface, after a recovery.
#include <gort/gort.h>

using namespace gort;

struct I {
  virtual ~I() = default;
  virtual void M(int x, int y, int z) = 0;
};

struct T : I {
  void M(int x, int y, int z) override {
    if (x == -1 && y == -2 && z == -3) return;
    println("FAIL: Expected -1, -2, -3, but x, y, z =", x, y, z);
  }
};

T t;
I* i = &t;

[[gnu::noinline]] void F(int x, int y, int z) {
  func([&] {
    defer(&I::M, i, x, y, z);
    defer([] { recover(); });
    panic("XXX");
  });
}

void entry() {
  int x = -1, y = -2, z = -3;
  F(x, y, z);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
