// Deferring a nil function is no error; calling it is, after the body has run.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { fmt::Println("recovered:", recover()); });
    void (*f)() = nullptr;
    defer(f);
    fmt::Println("body");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
