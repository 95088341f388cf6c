// Notify with a nil channel panics.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([] {
    defer([] { fmt::Println(recover()); });
    signal::Notify(nil, SIGTERM);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
