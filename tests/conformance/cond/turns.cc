// Two goroutines take turns through one Cond.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Mutex mu;
  auto c = sync::NewCond(&mu);
  int turn = 0;
  sync::WaitGroup wg;
  const char* words[] = {"ping", "pong"};
  for (int id = 0; id < 2; id++) {
    wg.Add(1);
    go([&, id] {
      func([&] {
        defer([&] { wg.Done(); });
        for (int i = 0; i < 3; i++) {
          mu.Lock();
          while (turn != id) c.Wait();
          fmt::Println(words[id], i);
          turn = 1 - id;
          c.Signal();
          mu.Unlock();
        }
      });
    });
  }
  wg.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
