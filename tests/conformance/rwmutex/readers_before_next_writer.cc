// Unlock lets in the readers that wait, before the writer that queued first.
#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

void entry() {
  sync::RWMutex mu;
  sync::WaitGroup wg;
  auto in = make_chan<bool>(), leave = make_chan<bool>();
  wg.Add(3);
  mu.Lock();
  go([&] {
    mu.Lock();
    fmt::Println("writer");
    mu.Unlock();
    wg.Done();
  });
  waitFor(1, "[sync.Mutex.Lock]");
  for (int i = 0; i < 2; i++) {
    go([&] {
      mu.RLock();
      in.send(true);
      leave.recv();
      mu.RUnlock();
      wg.Done();
    });
    waitFor(i + 1, "[sync.RWMutex.RLock]");
  }
  mu.Unlock();
  for (int i = 0; i < 2; i++) {
    in.recv();
    fmt::Println("a reader has it:", !mu.TryLock());
  }
  leave.close();
  wg.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
