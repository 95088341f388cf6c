// Unlock lets in the readers that wait, before the writer that queued first.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::RWMutex mu;
  sync::WaitGroup wg;
  wg.Add(3);
  mu.Lock();
  go([&] {
    mu.Lock();
    fmt::Println("writer");
    mu.Unlock();
    wg.Done();
  });
  runtime::Gosched();
  for (int i = 0; i < 2; i++) {
    go([&, i] {
      mu.RLock();
      fmt::Println("reader", i);
      mu.RUnlock();
      wg.Done();
    });
    runtime::Gosched();
  }
  mu.Unlock();
  fmt::Println("a reader has it:", !mu.TryLock());
  wg.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
