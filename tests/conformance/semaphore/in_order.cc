// Waiters are served in order: a large one is not overtaken by small ones.
#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

void entry() {
  auto ctx = context::Background();
  semaphore::Weighted s(4);
  s.Acquire(ctx, 4);
  auto done = make_chan<bool>();
  int64_t sizes[] = {1, 3, 1};
  for (int i = 0; i < 3; i++) {
    go([&, i, n = sizes[i]] {
      s.Acquire(ctx, n);
      fmt::Println("got", i, n);
      done.send(true);
    });
    waitFor(i + 1, "[select]");
  }
  fmt::Println(s.TryAcquire(0));
  s.Release(1);
  done.recv();
  s.Release(1);
  fmt::Println("the large one waits, and all behind it:", s.TryAcquire(1));
  s.Release(2);
  done.recv();
  s.Release(1);
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
