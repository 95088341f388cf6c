// Ticks that nobody has taken are dropped: one waits, not many.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto t = time::NewTicker(time::Millisecond);
  while (t->C.len() == 0) time::Sleep(time::Millisecond);
  time::Sleep(12 * time::Millisecond);
  t->Stop();
  fmt::Println(t->C.len(), t->C.cap());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
