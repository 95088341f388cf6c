// The deferred calls that are left run before the panics are printed.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { println("outer defer"); });
    defer([] {
      func([&] {  //
        defer([] { panic("innermost"); });
      });
    });
    panic("outer");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
