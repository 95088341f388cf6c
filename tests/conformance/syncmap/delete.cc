// Delete and LoadAndDelete, also of what is not there.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Map m;
  auto show = [](std::pair<any, bool> r) { fmt::Println(r.first, r.second); };
  m.Delete("none");
  show(m.LoadAndDelete("none"));
  m.Store("k", 7);
  show(m.LoadAndDelete("k"));
  show(m.LoadAndDelete("k"));
  m.Store("k", 8);
  m.Delete("k");
  show(m.Load("k"));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
