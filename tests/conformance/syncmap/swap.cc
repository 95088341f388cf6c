// Swap returns what was there before.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Map m;
  auto show = [](std::pair<any, bool> r) { fmt::Println(r.first, r.second); };
  show(m.Swap("k", 1));
  show(m.Swap("k", 2));
  show(m.Load("k"));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
