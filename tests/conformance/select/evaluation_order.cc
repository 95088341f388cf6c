// Channels and values are evaluated once each, in source order, whichever case is chosen.
#include <gort/gort.h>

using namespace gort;

chan<int> channel(const char* name, chan<int> ch) {
  fmt::Println("channel", name);
  return ch;
}

int value(int v) {
  fmt::Println("value", v);
  return v;
}

void entry() {
  auto a = make_chan<int>(1), b = make_chan<int>();
  // A call's arguments have no order in C++; a statement each has.
  auto first = recv(channel("b", b), [](int, bool) { fmt::Println("b received"); });
  auto to = channel("a", a);
  auto second = send(to, value(1), [] { fmt::Println("a sent"); });
  auto to_nil = channel("nil", nil);
  auto third = send(to_nil, value(2), [] { fmt::Println("nil sent"); });
  select(std::move(first), std::move(second), std::move(third));
  fmt::Println(a.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
