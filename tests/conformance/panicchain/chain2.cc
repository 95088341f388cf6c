// A panic in a deferred call: both are printed, the older first.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { panic("second"); });
    panic("first");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
