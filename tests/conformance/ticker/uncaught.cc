// NewTicker(0) uncaught: NewTicker panics with an error, Reset with a string.
#include <gort/gort.h>

using namespace gort;

std::string arg;

void newTicker() {
  time::NewTicker(0);
}

void reset() {
  auto t = time::NewTicker(1);
  t->Reset(-1);
}

void entry() {
  if (arg == "new")
    newTicker();
  else
    reset();
}

int main(int argc, char** argv) {
  arg = argv[1];
  return gort::main(argc, argv, entry);
}
