// An error that wraps a recovered one, thrown from the deferred call of an outer function.
#include <gort/gort.h>

using namespace gort;

void inner() {
  panic("bad");
}

void wrapper() {
  func([&] {
    defer([] {
      if (any r = recover()) panic(fmt::Sprintf("wrap: %v", r));
    });
    inner();
  });
}

void entry() {
  auto f = [] {
    func([&] {
      defer([] { fmt::Println(recover()); });
      wrapper();
    });
  };
  f();
  panic("again");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
