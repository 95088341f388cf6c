// CompareAndSwap and CompareAndDelete compare type and value.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Map m;
  fmt::Println(m.CompareAndSwap("k", nil, 1));
  m.Store("k", 1);
  bool first = m.CompareAndSwap("k", int64_t{1}, 2);
  fmt::Println(first, m.CompareAndSwap("k", 1, "two"));
  first = m.CompareAndDelete("k", 1);
  bool second = m.CompareAndDelete("k", "two");
  fmt::Println(first, second, m.CompareAndDelete("k", "two"));
  auto [v, ok] = m.Load("k");
  fmt::Println(v, ok);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
