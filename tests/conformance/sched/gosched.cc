// At one P goroutines that yield take turns.
#include <string>

#include <gort/gort.h>

using namespace gort;

void worker(const char* name, sync::WaitGroup* wg, send_chan<std::string> order) {
  func([&] {
    defer([&] { wg->Done(); });
    for (int i = 0; i < 3; i++) {
      order.send(fmt::Sprint(name, " ", i));
      runtime::Gosched();
    }
  });
}

void entry() {
  sync::WaitGroup wg;
  wg.Add(3);
  auto order = make_chan<std::string>(9);
  go(worker, "a", &wg, order);
  go(worker, "b", &wg, order);
  go(worker, "c", &wg, order);
  wg.Wait();
  order.close();
  for (const auto& turn : order) fmt::Println(turn);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
