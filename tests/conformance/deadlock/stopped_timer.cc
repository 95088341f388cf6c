// A stopped timer does not keep a deadlock from being reported.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto t = time::NewTimer(time::Hour);
  t->Stop();
  t->C.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
