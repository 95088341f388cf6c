// A recovered value that is thrown again is caught by the next function out.
#include <gort/gort.h>

using namespace gort;

void inner() {
  func([&] {
    defer([] {
      any r = recover();
      fmt::Println("inner:", r);
      panic("again " + fmt::Sprint(r));
    });
    panic("first");
  });
}

void entry() {
  func([&] {
    defer([] { fmt::Println("outer:", recover()); });
    inner();
  });
  fmt::Println("done");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
