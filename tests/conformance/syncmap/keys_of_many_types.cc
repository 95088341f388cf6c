// Keys are equal in type and value.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Map m;
  m.Store(1, "int");
  m.Store(int64_t{1}, "int64");
  m.Store("1", "string");
  m.Store(1.0, "float");
  m.Store(true, "bool");
  m.Store(nil, "nil");
  for (const any& k : std::vector<any>{1, int64_t{1}, "1", 1.0, true, nil, uint8_t{1}, false}) {
    auto [v, ok] = m.Load(k);
    fmt::Println(v, ok);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
