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
  auto done = make_chan<bool>();
  go([&] {
    fmt::Println("partner got", b.recv());
    done.send(true);
  });
  select(recv(a, [](int v, bool) { fmt::Println("a", v); }),  //
         send(b, 7, [] { fmt::Println("sent"); }));
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
