// Two functions whose deferred calls panic: the panics in the order in which they were thrown, every frame in the
// trace.
#include <gort/gort.h>

using namespace gort;

void pt2() {
  func([&] {
    defer([] { panic("panic pt2"); });
    panic("hello");
  });
}

void pt1() {
  func([&] {
    defer([] { panic("panic pt1"); });
    pt2();
  });
}

void entry() {
  pt1();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
