// Go's test/fixedbugs/issue8048.go: a collection in a deferred call, over a fault in this function or in a called one.
#include <cstdint>

#include <gort/gort.h>

using namespace gort;

volatile bool never;
int one = 1;

void test1f() {
  int* volatile x = nullptr;
  if (never) {
    runtime::GC();
    x = &one;
  }
  println(*x);
}

void test1() {
  func([&] {
    defer([] {
      runtime::GC();
      recover();
    });
    test1f();
  });
}

void test2() {
  func([&] {
    defer([] {
      runtime::GC();
      recover();
    });
    int* volatile x = nullptr;
    if (never) {
      runtime::GC();
      x = &one;
    }
    println(*x);
  });
}

volatile uintptr_t globl;

void test3setup() {
  uintptr_t x = 0;
  if (!never) {
    uintptr_t y = 123;
    runtime::GC();
    x = y;
  }
  runtime::GC();
  globl = x;
}

void test3f() {
  test1f();
}

void test3() {
  func([&] {
    defer([] {
      runtime::GC();
      recover();
    });
    test3setup();
    test3f();
  });
}

void entry() {
  test1();
  test2();
  test3();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
