// Two panic frames when a deferred call's panic is what another deferred call looks at.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      recover();
      debug::PrintStack();
    });
    defer([] { panic(2); });
    panic(1);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
