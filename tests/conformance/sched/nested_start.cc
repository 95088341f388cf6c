// At one P: goroutines that start goroutines.
#include <gort/gort.h>

using namespace gort;

void spawn(int depth, int id, sync::WaitGroup* wg) {
  func([&] {
    defer([&] { wg->Done(); });
    println("run", id);
    if (depth == 0) return;
    for (int i = 1; i <= 2; i++) {
      wg->Add(1);
      go(spawn, depth - 1, id * 10 + i, wg);
    }
  });
}

void entry() {
  sync::WaitGroup wg;
  wg.Add(1);
  go(spawn, 3, 1, &wg);
  wg.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
