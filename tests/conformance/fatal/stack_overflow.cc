// Endless recursion is a fatal error of its own.
#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] int over(int n) {
  volatile int next = n + 1;
  return over(next) + 1;
}

void entry() {
  println(over(1));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
