// `defer panic(v)` starts the panic when the function ends.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { fmt::Println("recovered:", recover()); });
    defer(panic, "deferred panic");
    fmt::Println("body");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
