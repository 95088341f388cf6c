// Go's test/fixedbugs/issue43942.go: panics in deferred calls of deferred calls, each recovered where it belongs.
#include <cstdlib>

#include <gort/gort.h>

using namespace gort;

void expect(any want, any have) {
  if (!(want == have)) {
    fmt::Fprintf(stderr, "want %v, have %v\n", want, have);
    std::exit(1);
  }
}

void entry() {
  func([&] {
    defer([] { expect(5, recover()); });
    [] {
      func([&] {
        expect(nil, recover());
        defer([] {
          func([&] {
            defer([] {
              func([&] {
                defer([] {
                  func([&] {
                    defer([] { expect(3, recover()); });
                    defer(panic, 3);
                    panic(2);
                  });
                });
                defer([] { expect(1, recover()); });
                panic(1);
              });
            });
          });
        });
      });
    }();
    [] {
      func([&] {
        for (;;) {
          defer([] {
            func([&] {  //
              defer(panic, 5);
            });
          });
          break;
        }
        panic(4);
      });
    }();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
