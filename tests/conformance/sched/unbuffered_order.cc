// At one P, several senders on one channel are served in the order in which they blocked.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  for (int i = 0; i < 6; i++) go([=] { ch.send(i); });
  for (int i = 0; i < 6; i++) fmt::Println(ch.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
