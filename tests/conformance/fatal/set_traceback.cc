// debug::SetTraceback sets what a panic shows, but never less than the environment asks for.
#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

const char* level;

void entry() {
  go([] { select(); });
  waitFor(1, "[select (no cases)]");
  debug::SetTraceback(level);
  panic("boom");
}

int main(int argc, char** argv) {
  level = argv[1];
  return gort::main(argc, argv, entry);
}
