// A fatal error in a deferred call of a panic: the fatal error alone is printed.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Mutex mu;
  func([&] {
    defer(&sync::Mutex::Unlock, &mu);
    panic("not printed");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
