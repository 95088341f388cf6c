// After a recovered fault, a later panic has no signal line.
#include <gort/gort.h>

using namespace gort;

int* volatile nowhere = nullptr;

void entry() {
  func([&] {
    defer([] { panic("unrelated"); });
    defer([] { recover(); });
    int* p = nowhere;
    *p = 1;
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
