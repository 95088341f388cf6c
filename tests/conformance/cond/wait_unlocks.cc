// Wait gives the lock up while it waits, and has it again when it returns.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Mutex mu;
  auto c = sync::NewCond(&mu);
  mu.Lock();
  go([&] {
    mu.Lock();
    fmt::Println("the other has the lock");
    mu.Unlock();
    c.Signal();
  });
  c.Wait();
  fmt::Println("locked again:", !mu.TryLock());
  mu.Unlock();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
