// Reset changes the interval, also of a stopped ticker.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto t = time::NewTicker(time::Hour);
  t->Reset(time::Millisecond);
  t->C.recv();
  t->C.recv();
  t->Stop();
  t->Reset(2 * time::Millisecond);
  t->C.recv();
  fmt::Println("three ticks");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
