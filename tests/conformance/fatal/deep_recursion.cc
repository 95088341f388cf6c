// A panic below 150 frames: the innermost 50 and the outermost 50 are shown.
#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] int deep(int n) {
  if (n == 0) panic("deep");
  return deep(n - 1) + 1;
}

void entry() {
  deep(150);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
