// The deferred call of a panic panics, recovers that, and returns: the first panic goes on alone.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      func([&] {
        defer([] { recover(); });
        panic("second panic");
      });
    });
    panic("first panic");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
