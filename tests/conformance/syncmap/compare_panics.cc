// A comparison that panics leaves the map in order: deferred calls may use it.
#include <gort/gort.h>

using namespace gort;

void compare(sync::Map<>& m, const std::function<void()>& f) {
  func([&] {
    defer([&] {
      auto [v, ok] = m.Load("k");
      fmt::Println(v, ok);
      m.Store("k", std::vector<int>{2});
      fmt::Println(recover());
    });
    f();
  });
}

void entry() {
  sync::Map<> m;
  m.Store("k", std::vector<int>{1});
  compare(m, [&] { m.CompareAndSwap("k", std::vector<int>{1}, 2); });
  compare(m, [&] { m.CompareAndDelete("k", std::vector<int>{1}); });
  fmt::Println(m.CompareAndSwap("k", 1, 2));
  auto [v, ok] = m.Load("k");
  fmt::Println(v, ok);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
