// A deferred function has deferred calls of its own, which run when it returns.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void entry() {
  func([&] {
    defer(say, "last");
    defer([] {
      func([&] {
        defer(say, "a deferred");
        defer([] {
          func([&] {
            defer(say, "b deferred");
            fmt::Println("b body");
          });
        });
        fmt::Println("a body");
      });
    });
    fmt::Println("main body");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
