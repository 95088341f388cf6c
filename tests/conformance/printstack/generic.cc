// The arguments of a generic function or type are printed as [...].
#include <gort/gort.h>

using namespace gort;

template <class X>
[[gnu::noinline]] void gen([[maybe_unused]] X x) {
  debug::PrintStack();
}

template <class X>
struct G {
  X v{};
  [[gnu::noinline]] void M() { debug::PrintStack(); }
};

void entry() {
  gen(1);
  G<int> g;
  g.M();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
