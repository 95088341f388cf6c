// `go` with a nil function is fatal.
#include <gort/gort.h>

using namespace gort;

void entry() {
  void (*f)() = nullptr;
  go(f);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
