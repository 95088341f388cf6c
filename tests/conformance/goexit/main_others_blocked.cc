// Main has gone by Goexit and every other goroutine is blocked: an ordinary deadlock report without goroutine 1.
#include <gort/gort.h>

using namespace gort;

void entry() {
  go([] { select(); });
  runtime::Goexit();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
