// A defer belongs to the function, not to the block that it stands in.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void f(bool b) {
  func([&] {
    fmt::Println("enter");
    if (b) {
      defer(say, "deferred in block");
      fmt::Println("in block");
    }
    fmt::Println("after block");
  });
}

void entry() {
  f(true);
  f(false);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
