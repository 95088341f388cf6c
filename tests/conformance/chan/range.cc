// range receives until the channel is closed and drained.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  go([&] {
    for (int i = 0; i < 5; i++) ch.send(i * i);
    ch.close();
  });
  int sum = 0;
  for (int v : ch) {
    fmt::Println(v);
    sum += v;
  }
  fmt::Println("sum", sum);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
