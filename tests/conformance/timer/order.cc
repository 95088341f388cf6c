// Timers fire by their time, whatever the order in which they were made.
#include <algorithm>
#include <vector>

#include <gort/gort.h>

using namespace gort;

std::vector<int> timers(time::Duration unit) {
  auto out = make_chan<int>(8);
  for (int n : {3, 1, 4, 2}) time::AfterFunc(n * unit, [out, n] { out.send(n); });
  return {out.recv(), out.recv(), out.recv(), out.recv()};
}

void entry() {
  time::Duration unit = 5 * time::Millisecond;
  auto fired = timers(unit);
  // A machine that stands still for a unit makes them all late: then they wait for longer.
  while (!std::is_sorted(fired.begin(), fired.end()) && unit < 300 * time::Millisecond) {
    unit *= 2;
    fired = timers(unit);
  }
  fmt::Println(fired);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
