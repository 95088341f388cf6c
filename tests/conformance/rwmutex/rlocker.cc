// RLocker's Lock and Unlock are RLock and RUnlock.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::RWMutex mu;
  auto l = mu.RLocker();
  l.Lock();
  l.Lock();
  bool read = mu.TryRLock();
  fmt::Println(read, mu.TryLock());
  mu.RUnlock();
  l.Unlock();
  l.Unlock();
  fmt::Println(mu.TryLock());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
