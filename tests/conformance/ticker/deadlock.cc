// A stopped ticker wakes nobody: all goroutines are asleep.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto t = time::NewTicker(time::Hour);
  t->Stop();
  t->C.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
