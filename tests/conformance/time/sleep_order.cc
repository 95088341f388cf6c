// Sleepers wake in the order of their times, whatever the order in which they started.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto out = make_chan<int>();
  for (int ms : {120, 30, 90, 60}) {
    go([=] {
      time::Sleep(ms * time::Millisecond);
      out.send(ms);
    });
  }
  for (int i = 0; i < 4; i++) fmt::Println(out.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
