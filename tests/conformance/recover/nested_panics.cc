// A panic inside a deferred call that is recovered there leaves the older panic as it was.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { fmt::Println("main recovered:", recover()); });
    defer([] {
      func([&] {
        defer([] { fmt::Println("second recovered:", recover()); });
        defer([] {
          func([&] {
            defer([] { fmt::Println("third recovered:", recover()); });
            panic("third");
          });
        });
        panic("second");
      });
    });
    panic("first");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
