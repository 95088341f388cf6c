// Panics in a map's methods: keys that cannot be hashed, values that cannot be compared, the caller's own.
#include <string_view>
#include <vector>

#include <gort/gort.h>

using namespace gort;

static std::string_view which;

void entry() {
  sync::Map<> m;
  m.Store("a", std::vector<int>{1});
  const std::vector<int> key{1};
  if (which == "load") {
    m.Load(key);
  } else if (which == "store") {
    m.Store(key, 1);
  } else if (which == "loadOrStore") {
    m.LoadOrStore(key, 1);
  } else if (which == "loadAndDelete") {
    m.LoadAndDelete(key);
  } else if (which == "delete") {
    m.Delete(key);
  } else if (which == "swap") {
    m.Swap(key, 1);
  } else if (which == "compareAndDelete") {
    m.CompareAndDelete("a", std::vector<int>{1});
  } else if (which == "range") {
    m.Range([](const any&, const any&) -> bool { panic("in range"); });
  }
}

int main(int argc, char** argv) {
  which = argv[1];
  return gort::main(argc, argv, entry);
}
