// Sending and receiving on one channel in one select never match each other; a partner decides.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  select(send(ch, 1, [] { fmt::Println("sent"); }),              //
         recv(ch, [](int, bool) { fmt::Println("received"); }),  //
         otherwise([] { fmt::Println("neither"); }));
  go([&] { ch.send(5); });
  select(recv(ch, [](int v, bool) { fmt::Println("first", v); }),  //
         recv(ch, [](int v, bool) { fmt::Println("first", v); }));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
