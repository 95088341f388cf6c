// Of many that call LoadOrStore with one key, one stores.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Map m;
  std::atomic<int> stored{0};
  sync::WaitGroup wg;
  for (int i = 0; i < 20; i++) {
    wg.Add(1);
    go([&] {
      func([&] {
        defer([&] { wg.Done(); });
        auto [v, loaded] = m.LoadOrStore("k", "v");
        if (!loaded) stored++;
      });
    });
  }
  wg.Wait();
  fmt::Println(stored.load());
  auto [v, ok] = m.Load("k");
  fmt::Println(v, ok);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
