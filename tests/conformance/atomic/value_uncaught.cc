// An uncaught misuse: its text. (Go's linker loses the name of the first function of a program, which is Store here.)
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::atomic::Value v;
  v.Store(1);
  v.Store("one");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
