// CompareAndSwap with nil fills an empty Value.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::atomic::Value v;
  bool a = v.CompareAndSwap(nil, 1), b = v.CompareAndSwap(nil, 2);
  fmt::Println(a, b, v.Load());
  a = v.CompareAndSwap(2, 3);
  b = v.CompareAndSwap(1, 3);
  fmt::Println(a, b, v.Load());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
