// At one P: goroutines that start goroutines.
#include <gort/gort.h>

using namespace gort;

void spawn(int depth, int id, sync::WaitGroup* wg, send_chan<int> order) {
  func([&] {
    defer([&] { wg->Done(); });
    order.send(id);
    if (depth == 0) return;
    for (int i = 1; i <= 2; i++) {
      wg->Add(1);
      go(spawn, depth - 1, id * 10 + i, wg, order);
    }
  });
}

void entry() {
  sync::WaitGroup wg;
  auto order = make_chan<int>(15);
  wg.Add(1);
  go(spawn, 3, 1, &wg, order);
  wg.Wait();
  order.close();
  for (int id : order) println("run", id);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
