// A hundred thousand goroutines.
#include <atomic>

#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::WaitGroup wg;
  std::atomic<long> n = 0;
  for (int i = 0; i < 100000; i++) {
    wg.Add(1);
    go([&, i] {
      n += i % 3;
      wg.Done();
    });
  }
  wg.Wait();
  fmt::Println(n.load());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
