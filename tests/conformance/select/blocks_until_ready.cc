// A select without default waits; whichever partner comes first decides.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto a = make_chan<int>(), b = make_chan<int>();
  go([&] {
    time::Sleep(10 * time::Millisecond);
    a.send(1);
  });
  select(recv(a, [](int v, bool) { fmt::Println("a", v); }),  //
         recv(b, [](int v, bool) { fmt::Println("b", v); }));
  auto got = make_chan<int>();
  go([&] {
    time::Sleep(10 * time::Millisecond);
    got.send(b.recv());
  });
  select(recv(a, [](int v, bool) { fmt::Println("a", v); }),  //
         send(b, 7, [] { fmt::Println("sent"); }));
  fmt::Println("partner got", got.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
