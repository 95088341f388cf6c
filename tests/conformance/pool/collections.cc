// What is not asked for survives one collection and not a second one.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Pool p;
  p.Put("x");
  runtime::GC();
  fmt::Println(p.Get());
  p.Put("y");
  runtime::GC();
  runtime::GC();
  fmt::Println(p.Get());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
