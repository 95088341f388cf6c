// Pointers print in hex; equal ones print alike.
#include <gort/gort.h>

using namespace gort;

void entry() {
  int x = 1;
  int *p = &x, *q = &x;
  println(p == q, p != nullptr);
  println(p);
  auto ch = make_chan<int>();
  println(ch);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
