// Timers fire by their time, whatever the order in which they were made.
#include <algorithm>
#include <vector>

#include <gort/gort.h>

using namespace gort;

std::vector<int> timers() {
  auto out = make_chan<int>(8);
  for (int ms : {20, 1, 35, 10}) {
    time::AfterFunc(ms * time::Millisecond, [out, ms] { out.send(ms); });
  }
  return {out.recv(), out.recv(), out.recv(), out.recv()};
}

void entry() {
  auto fired = timers();
  // Where the machine stood still for longer than their times differ, they were all late.
  for (int again = 0; again < 4 && !std::is_sorted(fired.begin(), fired.end()); again++) fired = timers();
  fmt::Println(fired);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
