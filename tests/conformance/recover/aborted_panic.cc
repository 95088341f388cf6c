// A newer panic that is recovered at or outside the frame of the older one's deferred call drops the older one.
#include <gort/gort.h>

using namespace gort;

void inner() {
  func([&] {
    defer([] { panic("second"); });
    panic("first");
  });
}

void entry() {
  func([&] {
    defer([] {
      fmt::Println("recovered:", recover());
      fmt::Println("and then:", recover());
    });
    inner();
  });
  fmt::Println("no panic is left:", recover());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
