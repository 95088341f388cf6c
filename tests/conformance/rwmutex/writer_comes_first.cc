// A writer that waits keeps new readers out, and has the lock before them.
#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

void entry() {
  sync::RWMutex mu;
  auto done = make_chan<bool>();
  mu.RLock();
  go([&] {
    mu.Lock();
    fmt::Println("writer");
    mu.Unlock();
    done.send(true);
  });
  waitFor(1, "[sync.RWMutex.Lock]");
  fmt::Println("reader may enter:", mu.TryRLock());
  go([&] {
    mu.RLock();
    fmt::Println("late reader");
    mu.RUnlock();
    done.send(true);
  });
  waitFor(1, "[sync.RWMutex.RLock]");
  fmt::Println("first reader leaves");
  mu.RUnlock();
  done.recv();
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
