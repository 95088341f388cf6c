// Nil pointers, channels, functions and interfaces.
#include <gort/gort.h>

using namespace gort;

void entry() {
  int* p = nullptr;
  chan<int> ch;
  error e;
  any a;
  println(p, ch);
  println(e, a);
  println("");
  print("no newline");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
