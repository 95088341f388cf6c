// A ticker ticks until it is stopped; its channel holds one tick and is not closed.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto t = time::NewTicker(5 * time::Millisecond);
  for (int i = 0; i < 3; i++) {
    t->C.recv();
    fmt::Println("tick", i);
  }
  t->Reset(60 * time::Millisecond);
  t->C.recv();
  t->Stop();
  while (t->C.len() > 0) t->C.recv();
  select(recv(t->C, [](time::Time, bool) { fmt::Println("late tick"); }),
         recv(time::After(100 * time::Millisecond), [](time::Time, bool) { fmt::Println("no more"); }));
  fmt::Println(t->C.cap());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
