// A nil parent, uncaught.
#include <gort/gort.h>

using namespace gort;

void entry() {
  context::WithCancel(nil);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
