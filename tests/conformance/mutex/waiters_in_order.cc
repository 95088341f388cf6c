// Waiters that have slept for long get the lock in the order in which they came.
#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

void entry() {
  sync::Mutex mu;
  auto done = make_chan<bool>();
  mu.Lock();
  for (int i = 0; i < 4; i++) {
    go([&, i] {
      mu.Lock();
      fmt::Println("waiter", i);
      time::Sleep(3 * time::Millisecond);
      mu.Unlock();
      done.send(true);
    });
    waitFor(i + 1, "[sync.Mutex.Lock]");
  }
  time::Sleep(5 * time::Millisecond);
  mu.Unlock();
  for (int i = 0; i < 4; i++) done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
