// The zero Mutex is unlocked.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Mutex mu;
  fmt::Println(mu.TryLock());
  fmt::Println(mu.TryLock());
  mu.Unlock();
  fmt::Println(mu.TryLock());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
