// Sleepers wake in the order of their times, whatever the order in which they started.
#include <algorithm>
#include <vector>

#include <gort/gort.h>

using namespace gort;

std::vector<int> sleepers(time::Duration unit) {
  auto out = make_chan<int>();
  for (int n : {4, 1, 3, 2}) {
    go([=] {
      time::Sleep(n * unit);
      out.send(n);
    });
  }
  return {out.recv(), out.recv(), out.recv(), out.recv()};
}

void entry() {
  time::Duration unit = 10 * time::Millisecond;
  auto woken = sleepers(unit);
  // A machine that stands still for a unit makes them all late: then they sleep for longer.
  while (!std::is_sorted(woken.begin(), woken.end()) && unit < 300 * time::Millisecond) {
    unit *= 2;
    woken = sleepers(unit);
  }
  fmt::Println(woken);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
