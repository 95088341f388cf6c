// debug::SetTraceback sets what a panic shows, but never less than the environment asks for.
#include <gort/gort.h>

using namespace gort;

const char* level;

void entry() {
  go([] { select(); });
  time::Sleep(50 * time::Millisecond);
  debug::SetTraceback(level);
  panic("boom");
}

int main(int argc, char** argv) {
  level = argv[1];
  return gort::main(argc, argv, entry);
}
