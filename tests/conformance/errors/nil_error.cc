// Error of a nil error is a nil dereference.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([] {
    defer([] { fmt::Println(recover()); });
    error err;
    fmt::Println(err.Error());
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
