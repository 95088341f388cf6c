// Many producers and one consumer: every value arrives exactly once.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>(16);
  sync::WaitGroup wg;
  for (int p = 0; p < 8; p++) {
    wg.Add(1);
    go([&, p] {
      func([&] {
        defer([&] { wg.Done(); });
        for (int i = 0; i < 1000; i++) ch.send(p * 1000 + i);
      });
    });
  }
  go([&] {
    wg.Wait();
    ch.close();
  });
  int sum = 0, count = 0;
  for (int v : ch) {
    sum += v;
    count++;
  }
  fmt::Println(count, sum);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
