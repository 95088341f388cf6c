// A value that was sent before Stop or Reset stays in the channel.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto t = time::NewTimer(time::Millisecond);
  while (t->C.len() == 0) time::Sleep(time::Millisecond);
  bool stopped = t->Stop();
  fmt::Println(stopped, t->C.len(), t->C.cap());
  bool active = t->Reset(time::Hour);
  fmt::Println(active, t->C.len());
  t->C.recv();
  stopped = t->Stop();
  fmt::Println(stopped, t->C.len());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
