// A panic while the arguments are evaluated: that call is not registered, earlier ones run.
#include <gort/gort.h>

using namespace gort;

int bad() {
  panic("in argument");
}

void show(int v) {
  fmt::Println("must not run", v);
}

void say(const char* s) {
  fmt::Println(s);
}

void entry() {
  func([&] {
    defer([] { fmt::Println("recovered:", recover()); });
    defer(say, "earlier");
    defer(show, bad());
    fmt::Println("not reached");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
