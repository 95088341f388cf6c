// Wait on a Cond without L is a nil dereference.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { fmt::Println(recover()); });
    sync::Cond c;
    c.Signal();
    c.Wait();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
