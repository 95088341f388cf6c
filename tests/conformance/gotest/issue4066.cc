// Go's test/fixedbugs/issue4066.go: a result that was set before a panic in a loop is what the function returns.
#include <gort/gort.h>

using namespace gort;

struct terr {};

void foo1() {
  panic(terr{});
}

int foo() {
  return func<int>([&](int& val) {
    val = 0;
    defer([] {
      if (any x = recover()) x.must_as<terr>();
    });
    for (;;) {
      val = 2;
      foo1();
    }
  });
}

void entry() {
  int n = foo();
  if (n != 2) {
    println(n);
    panic("wrong return value");
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
