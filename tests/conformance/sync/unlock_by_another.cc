// A mutex may be unlocked by another goroutine than the one that locked it.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Mutex mu;
  mu.Lock();
  go([&] {
    fmt::Println("unlocking");
    mu.Unlock();
  });
  mu.Lock();
  fmt::Println("locked again");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
