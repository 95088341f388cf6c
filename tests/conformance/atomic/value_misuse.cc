// Nil, other types and values that cannot be compared, with the text of each method.
#include <gort/gort.h>

using namespace gort;

void try_(const std::function<void()>& f) {
  func([&] {
    defer([] { fmt::Println(recover()); });
    f();
  });
}

void entry() {
  sync::atomic::Value v, w;
  std::vector<int> one{1}, two{2};
  try_([&] { v.Store(nil); });
  try_([&] { v.Swap(nil); });
  try_([&] { v.CompareAndSwap(1, nil); });
  v.Store(1);
  try_([&] { v.Store("s"); });
  try_([&] { v.Swap("s"); });
  try_([&] { v.CompareAndSwap(1, "s"); });
  try_([&] { v.CompareAndSwap("s", 1); });
  try_([&] { v.CompareAndSwap("s", "t"); });
  w.Store(one);
  try_([&] { w.CompareAndSwap(one, two); });
  fmt::Println(v.Load(), w.Load());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
