// An uncaught panic in Do shows the frames of Once.
#include <gort/gort.h>

using namespace gort;

void setup() {
  panic("no configuration");
}

void entry() {
  sync::Once once;
  once.Do(setup);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
