// At one P goroutines that yield take turns.
#include <gort/gort.h>

using namespace gort;

void worker(const char* name, sync::WaitGroup* wg) {
  func([&] {
    defer([&] { wg->Done(); });
    for (int i = 0; i < 3; i++) {
      fmt::Println(name, i);
      runtime::Gosched();
    }
  });
}

void entry() {
  sync::WaitGroup wg;
  wg.Add(3);
  go(worker, "a", &wg);
  go(worker, "b", &wg);
  go(worker, "c", &wg);
  wg.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
