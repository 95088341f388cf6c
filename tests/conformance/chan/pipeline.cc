// Stages joined by channels, each closing its output.
#include <gort/gort.h>

using namespace gort;

recv_chan<int> produce(int n) {
  auto out = make_chan<int>();
  go([=] {
    func([&] {
      defer([&] { out.close(); });
      for (int i = 1; i <= n; i++) out.send(i);
    });
  });
  return out;
}

recv_chan<int> square(recv_chan<int> in) {
  auto out = make_chan<int>();
  go([=] {
    func([&] {
      defer([&] { out.close(); });
      for (int v : in) out.send(v * v);
    });
  });
  return out;
}

void entry() {
  for (int v : square(square(produce(5)))) fmt::Println(v);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
