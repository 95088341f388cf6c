// Put(nil) puts nothing.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Pool p([]() -> any { return "new"; });
  p.Put(nil);
  p.Put("old");
  p.Put(nil);
  any first = p.Get();
  fmt::Println(first, p.Get());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
