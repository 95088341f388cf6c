// Values go to blocked receivers, and are taken from blocked senders, in the order in which they came.
#include <vector>

#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  std::vector<int> got(4);
  sync::WaitGroup wg;
  for (int i = 0; i < 4; i++) {
    wg.Add(1);
    go([&, i] {
      got[size_t(i)] = ch.recv();
      wg.Done();
    });
    waitFor(i + 1, "[chan receive]");
  }
  for (int v = 10; v < 14; v++) ch.send(v);
  wg.Wait();
  fmt::Println(got);
  for (int i = 0; i < 4; i++) {
    go([=] { ch.send(i); });
    waitFor(i + 1, "[chan send]");
  }
  for (int i = 0; i < 4; i++) fmt::Println(ch.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
