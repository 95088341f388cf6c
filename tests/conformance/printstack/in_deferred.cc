// In a deferred call of a panic the panicking frames are shown, also after recover; afterwards they are gone.
#include <gort/gort.h>

using namespace gort;

int* volatile nowhere = nullptr;

void entry() {
  auto f = [] {
    func([&] {
      defer([] {
        debug::PrintStack();
        recover();
        debug::PrintStack();
      });
      int* p = nowhere;
      *p = 1;
    });
  };
  f();
  debug::PrintStack();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
