// Everything deferred runs, innermost function first, before an uncaught panic prints anything.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  println(s);
}
void show(const char* s, int i) {
  println(s, i);
}

void inner() {
  func([&] {
    defer(say, "inner");
    panic("boom");
  });
}

void outer() {
  func([&] {
    defer(say, "outer");
    inner();
  });
}

void entry() {
  func([&] {
    for (int i = 0; i < 3; i++) defer(show, "main", i);
    outer();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
