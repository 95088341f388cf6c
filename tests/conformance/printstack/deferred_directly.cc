// PrintStack as the deferred function itself.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer(debug::PrintStack);
    panic("z");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
