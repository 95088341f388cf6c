// Readers share, a writer is alone.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::RWMutex mu;
  mu.RLock();
  mu.RLock();
  bool write = mu.TryLock();
  fmt::Println(write, mu.TryRLock());
  mu.RUnlock();
  mu.RUnlock();
  mu.RUnlock();
  mu.Lock();
  write = mu.TryLock();
  fmt::Println(write, mu.TryRLock());
  mu.Unlock();
  sync::WaitGroup wg;
  int total = 0;
  auto reads = make_chan<int>(100);
  for (int i = 0; i < 10; i++) {
    wg.Add(2);
    go([&] {
      func([&] {
        defer([&] { wg.Done(); });
        mu.Lock();
        total++;
        total++;
        mu.Unlock();
      });
    });
    go([&] {
      func([&] {
        defer([&] { wg.Done(); });
        mu.RLock();
        reads.send(total % 2);
        mu.RUnlock();
      });
    });
  }
  wg.Wait();
  reads.close();
  int odd = 0;
  for (int v : reads) odd += v;
  fmt::Println(total, odd);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
