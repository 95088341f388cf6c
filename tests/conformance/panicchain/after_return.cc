// A deferred call panics when the function returns normally.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { println("outer defer"); });
    defer([] {
      println("inner defer");
      panic("boom");
    });
    println("body");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
