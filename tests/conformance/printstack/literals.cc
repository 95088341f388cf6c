// Func literals are numbered by their place in the function, nested ones with a dot.
#include <gort/gort.h>

using namespace gort;

void f() {
  auto a = [] { debug::PrintStack(); };
  auto b = [] {
    auto c = [] { debug::PrintStack(); };
    c();
  };
  a();
  b();
}

void entry() {
  f();
  [] { debug::PrintStack(); }();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
