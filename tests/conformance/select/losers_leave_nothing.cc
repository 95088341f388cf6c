// Cases that were not chosen leave the other channels as they were.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto a = make_chan<int>(), b = make_chan<int>(1);
  for (int i = 0; i < 1000; i++) {
    b.send(i);
    select(recv(a, [](int, bool) { fmt::Println("a"); }),  //
           recv(b, [&](int v, bool) {
             if (v != i) fmt::Println("wrong", v);
           }));
  }
  go([&] { a.send(1); });
  int v = a.recv();
  fmt::Println(v, b.len());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
