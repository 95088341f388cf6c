// After a recovery the function returns to its caller, which goes on; the rest of the panicking code is left out.
#include <gort/gort.h>

using namespace gort;

void inner() {
  fmt::Println("inner");
  panic("from inner");
}

void safe() {
  func([&] {
    defer([] { fmt::Println("recovered:", recover()); });
    inner();
    fmt::Println("not reached");
  });
}

void entry() {
  fmt::Println("before");
  safe();
  fmt::Println("after");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
