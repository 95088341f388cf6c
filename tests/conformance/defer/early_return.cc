// Only the defer statements that were reached count.
#include <gort/gort.h>

using namespace gort;

void show(const char* what, int n) {
  fmt::Println(what, n);
}

void f(int n) {
  func([&] {
    defer(show, "always", n);
    if (n < 1) return;
    defer(show, "above 0", n);
    if (n < 2) return;
    defer(show, "above 1", n);
  });
}

void entry() {
  f(0);
  f(1);
  f(2);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
