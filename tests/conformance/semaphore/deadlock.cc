// Nobody releases: a deadlock. (The trace differs in the words of the Context, an interface in Go.)
#include <gort/gort.h>

using namespace gort;

void entry() {
  semaphore::Weighted s(1);
  s.Acquire(context::Background(), 1);
  s.Acquire(context::Background(), 1);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
