// Signal wakes one waiter, the one that has waited longest.
#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

void entry() {
  sync::Mutex mu;
  auto c = sync::NewCond(&mu);
  auto out = make_chan<int>(3);
  for (int i = 0; i < 3; i++) {
    go([&, i] {
      mu.Lock();
      c.Wait();
      mu.Unlock();
      out.send(i);
    });
    waitFor(i + 1, "[sync.Cond.Wait]");
  }
  for (int i = 0; i < 3; i++) {
    mu.Lock();
    c.Signal();
    mu.Unlock();
    int v = out.recv();
    fmt::Println(v, out.len());
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
