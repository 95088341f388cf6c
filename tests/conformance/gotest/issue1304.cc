// Go's test/fixedbugs/issue1304.go: a division by zero comes after what stands before it, and before what stands after.
#include <gort/gort.h>

using namespace gort;

volatile int a = 1;

void entry() {
  func([&] {
    defer([] {
      recover();
      if (a != 2) println("BUG a =", a);
    });
    a = 2;
    int b = a - a;
    int c = 4;
    a = c / b;
    a = 3;
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
