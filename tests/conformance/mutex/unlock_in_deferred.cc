// Unlock of an unlocked mutex in a deferred call, with a panic under way.
#include <gort/gort.h>

using namespace gort;

sync::Mutex mu;

void work() {
  func([&] {
    defer([&] { mu.Unlock(); });
    panic("before Lock");
  });
}

void entry() {
  func([&] {
    defer([] { fmt::Println("not reached", recover()); });
    work();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
