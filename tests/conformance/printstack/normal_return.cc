// In a deferred call of a normal return there is no panic frame.
#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] void show([[maybe_unused]] int n) {
  debug::PrintStack();
}

void f() {
  func([&] {
    defer(show, 1);
    defer([] { show(2); });
  });
}

void entry() {
  f();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
