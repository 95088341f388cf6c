// A func literal called in place is a function: its deferred calls run when it returns.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void entry() {
  func([&] {
    defer(say, "main deferred");
    func([&] {
      defer(say, "literal deferred");
      fmt::Println("literal body");
    });
    fmt::Println("main body");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
