// Go's test/fixedbugs/bug266.go: an unnamed result is zero after a recovery.
#include <gort/gort.h>

using namespace gort;

int f() {
  return func<int>([&]() -> int {
    defer([] { recover(); });
    panic("oops");
  });
}

[[gnu::noinline]] int g() {
  return 12345;
}

void entry() {
  g();
  int x = f();
  if (x != 0) panic(x);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
