// Wait returns when the counter is back at zero; the group may be used again.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::WaitGroup wg;
  wg.Wait();
  for (int round = 0; round < 3; round++) {
    auto results = make_chan<int>(4);
    for (int i = 0; i < 4; i++) {
      wg.Add(1);
      go([&, i] {
        func([&] {
          defer([&] { wg.Done(); });
          results.send(i);
        });
      });
    }
    wg.Wait();
    fmt::Println(round, results.len());
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
