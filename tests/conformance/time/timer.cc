// Stop tells whether it stopped the timer, Reset whether it was active.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto t = time::NewTimer(time::Hour);
  bool first = t->Stop();
  fmt::Println(first, t->Stop());
  fmt::Println(t->Reset(time::Millisecond));
  t->C.recv();
  fmt::Println("fired", t->Stop());
  first = t->Reset(time::Hour);
  fmt::Println(first, t->Reset(time::Hour));
  t = time::NewTimer(time::Millisecond);
  while (t->C.len() == 0) time::Sleep(time::Millisecond);
  fmt::Println(t->Stop(), t->C.len(), t->C.cap());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
