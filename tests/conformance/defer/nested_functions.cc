// Each function runs its own deferred calls when it returns, before its caller goes on.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void inner() {
  func([&] {
    defer(say, "inner deferred");
    fmt::Println("inner body");
  });
}

void outer() {
  func([&] {
    defer(say, "outer deferred");
    fmt::Println("outer body");
    inner();
    fmt::Println("outer again");
  });
}

void entry() {
  func([&] {
    defer(say, "main deferred");
    outer();
    fmt::Println("main again");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
