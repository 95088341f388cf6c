// Keys that cannot be hashed and values that cannot be compared panic.
#include <map>

#include <gort/gort.h>

using namespace gort;

void try_(const std::function<void()>& f) {
  func([&] {
    defer([] { fmt::Println(recover()); });
    f();
  });
}

void entry() {
  sync::Map m;
  std::vector<int> one{1};
  try_([&] { m.Load(one); });
  try_([&] { m.Store(one, 1); });
  try_([&] { m.Delete(std::map<std::string, int>()); });
  m.Store("k", one);
  try_([&] { m.CompareAndSwap("k", one, 2); });
  try_([&] { m.CompareAndDelete("k", one); });
  auto [v, ok] = m.Load("k");
  fmt::Println(ok);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
