// A panic deep down runs the deferred calls of every function on the way to the one that recovers.
#include <gort/gort.h>

using namespace gort;

void show(int n) {
  fmt::Println("deferred", n);
}

void f(int n) {
  func([&] {
    defer(show, n);
    if (n == 0) panic("bottom");
    f(n - 1);
    fmt::Println("not reached", n);
  });
}

void entry() {
  func([&] {
    defer([] { fmt::Println("recovered:", recover()); });
    f(3);
  });
  fmt::Println("main goes on");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
