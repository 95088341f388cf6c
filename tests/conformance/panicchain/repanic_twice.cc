// Recovered and thrown again twice.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      any r = recover();
      panic(r);
    });
    defer([] {
      any r = recover();
      panic(r);
    });
    panic("first");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
