// Three panics, each in a deferred call of the same function.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { panic("third"); });
    defer([] { panic("second"); });
    panic("first");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
