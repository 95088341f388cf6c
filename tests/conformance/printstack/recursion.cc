// A recursive function that panics at the bottom; the outermost deferred call prints the stack.
#include <gort/gort.h>

using namespace gort;

void f(int n) {
  func([&] {
    defer([&] {
      if (n == 3) debug::PrintStack();
    });
    if (n == 0) panic("bottom");
    f(n - 1);
  });
}

void entry() {
  f(3);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
