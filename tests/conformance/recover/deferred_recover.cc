// `defer recover()` in the panicking function comes too early; in a deferred function it works.
#include <gort/gort.h>

using namespace gort;

void early() {
  func([&] {
    defer([] { fmt::Println("outer:", recover()); });
    defer(recover);
    panic("early");
  });
}

void late() {
  func([&] {
    defer([] { fmt::Println("outer:", recover()); });
    defer([] {
      func([&] {  //
        defer(recover);
      });
    });
    panic("late");
  });
}

void entry() {
  early();
  late();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
