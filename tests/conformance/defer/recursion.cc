// A recursive function's deferred calls run from the deepest call outwards.
#include <gort/gort.h>

using namespace gort;

void leaving(int n) {
  fmt::Println("leaving", n);
}

int f(int n) {
  return func<int>([&] {
    defer(leaving, n);
    if (n == 0) return 1;
    return f(n - 1) * 2;
  });
}

void entry() {
  fmt::Println(f(4));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
