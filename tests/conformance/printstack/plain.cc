// PrintStack in plain code.
#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] void f([[maybe_unused]] int a) {
  debug::PrintStack();
}

void entry() {
  f(7);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
