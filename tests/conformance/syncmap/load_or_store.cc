// LoadOrStore keeps what is there.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Map m;
  auto show = [](std::pair<any, bool> r) { fmt::Println(r.first, r.second); };
  show(m.LoadOrStore("k", 1));
  show(m.LoadOrStore("k", 2));
  m.Delete("k");
  show(m.LoadOrStore("k", 3));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
