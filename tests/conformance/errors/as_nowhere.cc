// As with a nil target panics.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([] {
    defer([] { fmt::Println(recover()); });
    time::ParseError* nowhere = nullptr;
    errors::As(errors::New("x"), nowhere);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
