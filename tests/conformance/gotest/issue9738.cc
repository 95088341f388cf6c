// Go's test/fixedbugs/issue9738.go: a deferred call sees the value that is returned.
#include <gort/gort.h>

using namespace gort;

int F() {
  return func<int>([&](int& x) {
    defer([&] {
      if (x != 42) println("BUG: x =", x);
    });
    return 42;
  });
}

void entry() {
  F();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
