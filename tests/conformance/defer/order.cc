// Deferred calls run last in, first out, after the body.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void entry() {
  func([&] {
    defer(say, "first registered");
    defer(say, "second registered");
    defer(say, "third registered");
    fmt::Println("body");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
