// A WaitGroup may be used again when every Wait has returned; Wait at zero does not wait.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::WaitGroup wg;
  wg.Wait();
  for (int round = 1; round <= 3; round++) {
    sync::Mutex mu;
    int n = 0;
    for (int i = 0; i < round; i++) {
      wg.Add(1);
      go([&] {
        func([&] {
          defer([&] { wg.Done(); });
          mu.Lock();
          n++;
          mu.Unlock();
        });
      });
    }
    wg.Wait();
    wg.Wait();
    fmt::Println(round, n);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
