// Stack, called directly, has its own frame alone on top.
#include <gort/gort.h>

using namespace gort;

void entry() {
  print(debug::Stack());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
