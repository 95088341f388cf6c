// A recovered error that is thrown again.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      any r = recover();
      panic(r);
    });
    panic(errors::New("e1"));
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
