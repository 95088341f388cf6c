// A mutex keeps a counter right; a locked one stays locked through a recovered panic.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Mutex mu;
  sync::WaitGroup wg;
  int n = 0;
  for (int i = 0; i < 50; i++) {
    wg.Add(1);
    go([&] {
      func([&] {
        defer([&] { wg.Done(); });
        for (int j = 0; j < 100; j++) {
          mu.Lock();
          n++;
          mu.Unlock();
        }
      });
    });
  }
  wg.Wait();
  fmt::Println(n);
  func([&] {
    defer([] { recover(); });
    mu.Lock();
    panic("still locked");
  });
  fmt::Println(mu.TryLock());
  mu.Unlock();
  bool first = mu.TryLock();
  fmt::Println(first, mu.TryLock());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
