// Go's test/fixedbugs/issue14725.go: a deferred call that recovers sets a named result.
#include <gort/gort.h>

using namespace gort;

int f1() {
  return func<int>([&](int& x) {
    for (;;) {
      defer([&] {
        recover();
        x = 1;
      });
      panic(nil);
    }
  });
}

int* volatile sink;

int f2() {
  return func<int>([&](int& x) {
    sink = &x;
    defer([&] {
      recover();
      x = 1;
    });
    panic(nil);
  });
}

int f3(bool b) {
  return func<int>([&](int& x) {
    sink = &x;
    defer([&] {
      recover();
      x = 1;
    });
    if (b) panic(nil);
  });
}

void entry() {
  if (int x = f1(); x != 1) panic(fmt::Sprintf("f1 returned %d, wanted 1", x));
  if (int x = f2(); x != 1) panic(fmt::Sprintf("f2 returned %d, wanted 1", x));
  if (int x = f3(true); x != 1) panic(fmt::Sprintf("f3(true) returned %d, wanted 1", x));
  if (int x = f3(false); x != 1) panic(fmt::Sprintf("f3(false) returned %d, wanted 1", x));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
