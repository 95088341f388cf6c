// Go's test/fixedbugs/issue48898.go: deferred calls are not lost after nested panics have been recovered.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { println(recover().must_as<int>()); });
    [] {
      func([&] {
        [] {}();
        [] {
          func([&] {
            defer([] {
              func([&] {
                defer([] { recover(); });
                defer(panic, 3);
                panic(2);
              });
            });
            defer([] { recover(); });
            panic(1);
          });
        }();
        defer([] {});
      });
    }();

    int x = 123;
    [&] {
      func([&] {
        defer([](int x) { print(x); }, x);
        [] {
          func([&] {
            defer([] {});
            panic(4);
          });
        }();
      });
    }();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
