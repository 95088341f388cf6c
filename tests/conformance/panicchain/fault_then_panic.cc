// The signal line of a fault stays when a deferred call panics on top of it.
#include <gort/gort.h>

using namespace gort;

int* volatile nowhere = nullptr;

void entry() {
  func([&] {
    defer([] { panic("after the fault"); });
    int* p = nowhere;
    *p = 1;
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
