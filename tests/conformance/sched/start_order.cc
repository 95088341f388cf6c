// At one P the newest goroutine runs next, the others in the order of their `go` statements.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::WaitGroup wg;
  auto order = make_chan<int>(5);
  for (int i = 0; i < 5; i++) {
    wg.Add(1);
    go([&, i] {
      func([&] {
        defer([&] { wg.Done(); });
        order.send(i);
      });
    });
  }
  wg.Wait();
  order.close();
  for (int i : order) fmt::Println(i);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
