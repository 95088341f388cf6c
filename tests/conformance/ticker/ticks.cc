// A ticker ticks until it is stopped; the channel is not closed.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time last = time::Now();
  auto t = time::NewTicker(2 * time::Millisecond);
  for (int i = 0; i < 3; i++) {
    time::Time at = t->C.recv();
    fmt::Println(i, at.After(last));
    last = at;
  }
  t->Stop();
  time::Sleep(6 * time::Millisecond);
  while (t->C.len() > 0) t->C.recv();
  select(recv(t->C, [](time::Time, bool ok) { fmt::Println("received", ok); }),
         otherwise([] { fmt::Println("nothing to receive"); }));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
