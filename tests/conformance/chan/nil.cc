// A nil channel: length and capacity 0, never ready in a select, and closing it panics.
#include <gort/gort.h>

using namespace gort;

void entry() {
  chan<int> ch;
  fmt::Println(ch.len(), ch.cap(), ch == nil);
  select(recv(ch, [](int v, bool) { fmt::Println("received", v); }),  //
         send(ch, 1, [] { fmt::Println("sent"); }),                   //
         otherwise([] { fmt::Println("neither"); }));
  func([&] {
    defer([] { fmt::Println(recover()); });
    ch.close();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
