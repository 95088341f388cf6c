// Closing wakes every receiver with a zero value and ok false.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  auto results = make_chan<bool>(10);
  sync::WaitGroup ready;
  for (int i = 0; i < 10; i++) {
    ready.Add(1);
    go([&] {
      ready.Done();
      auto [v, ok] = ch.recv_ok();
      results.send(v == 0 && !ok);
    });
  }
  ready.Wait();
  ch.close();
  int count = 0;
  for (int i = 0; i < 10; i++) {
    if (results.recv()) count++;
  }
  fmt::Println(count);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
