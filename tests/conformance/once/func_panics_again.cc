// OnceFunc, OnceValue and OnceValues panic with the same value at every call.
#include <gort/gort.h>

using namespace gort;

void try_(const std::function<void()>& f) {
  func([&] {
    defer([] { fmt::Println("recovered:", recover()); });
    f();
  });
}

void entry() {
  int runs = 0;
  auto f = sync::OnceFunc([&] {
    runs++;
    panic(fmt::Sprint("func ", runs));
  });
  auto v = sync::OnceValue([&]() -> int {
    runs++;
    panic(fmt::Errorf("value %d", runs));
  });
  auto w = sync::OnceValues([&]() -> std::pair<int, error> {
    runs++;
    panic(runs);
  });
  for (int i = 0; i < 2; i++) {
    try_(f);
    try_([&] { v(); });
    try_([&] { w(); });
  }
  fmt::Println(runs);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
