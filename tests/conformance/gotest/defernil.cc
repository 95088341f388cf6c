// Go's test/defernil.go: a deferred nil function panics when it is called, not when it is deferred.
#include <gort/gort.h>

using namespace gort;

int x = 0;

void f() {
  func([&] {
    void (*nilf)() = nullptr;
    defer(nilf);
    x = 1;
  });
}

void entry() {
  func([&] {
    defer([] {
      any err = recover();
      if (!err) panic("did not panic");
      if (x != 1) panic("FAIL");
    });
    f();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
