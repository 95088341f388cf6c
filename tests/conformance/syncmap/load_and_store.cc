// Load says whether there is a value; Store replaces it; a stored nil is a value.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Map m;
  auto show = [](std::pair<any, bool> r) { fmt::Println(r.first, r.second); };
  show(m.Load("a"));
  m.Store("a", 1);
  show(m.Load("a"));
  m.Store("a", "two");
  show(m.Load("a"));
  m.Store("n", nil);
  show(m.Load("n"));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
