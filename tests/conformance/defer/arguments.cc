// The arguments of a deferred call are evaluated when the defer statement runs.
#include <gort/gort.h>

using namespace gort;

int next(int* p) {
  return ++*p;
}

void show(const char* what, int v) {
  fmt::Println(what, v);
}

void entry() {
  int n = 0;
  func([&] {
    defer(show, "one", next(&n));
    defer(show, "two", next(&n));
    n = 40;
    defer(show, "three", n);
    n = 50;
    defer([&] { show("closure", n); });
    n = 60;
    fmt::Println("body", n);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
