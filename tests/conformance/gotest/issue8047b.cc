// Go's test/fixedbugs/issue8047b.go: a deferred nil function during a panic replaces it by another.
#include <gort/gort.h>

using namespace gort;

void f() {
  func([&] {
    void (*g)() = nullptr;
    defer(g);
    panic(1);
  });
}

void entry() {
  func([&] {
    defer([] { recover(); });
    f();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
