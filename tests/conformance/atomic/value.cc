// A Value is empty at first and then holds what was stored last.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::atomic::Value v;
  fmt::Println(v.Load());
  v.Store("one");
  fmt::Println(v.Load());
  v.Store("two");
  any a = v.Load(), b = v.Swap("three");
  fmt::Println(a, b, v.Load());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
