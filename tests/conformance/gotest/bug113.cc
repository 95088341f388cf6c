// Go's test/fixedbugs/bug113.go: a type assertion to another type panics.
#include <cstdint>

#include <gort/gort.h>

using namespace gort;

int foo1(int i) {
  return i;
}
int16_t foo2(int16_t i) {
  return i;
}

void p1() {
  any i;
  i = 1;
  auto v3 = i.must_as<int16_t>();
  if (foo2(v3) != 1) panic(3);
}

void shouldPanic(void (*f)()) {
  func([&] {
    defer([] {
      if (!recover()) panic("function should panic");
    });
    f();
  });
}

void entry() {
  any i;
  i = 1;
  auto v1 = i.must_as<int>();
  if (foo1(v1) != 1) panic(1);
  auto v2 = int16_t(i.must_as<int>());
  if (foo2(v2) != 1) panic(2);

  shouldPanic(p1);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
