// A func literal called by the deferred function may not recover.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      auto f = [] { fmt::Println("literal:", recover()); };
      f();
    });
    panic("goes on");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
