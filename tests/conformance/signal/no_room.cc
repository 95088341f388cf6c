// Notify does not wait: what finds no room is dropped.
#include <unistd.h>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto c = make_chan<os::Signal>(1);
  auto all = make_chan<os::Signal>(8);
  signal::Notify(c, SIGUSR1);
  signal::Notify(all, SIGUSR1);
  for (int i = 0; i < 3; i++) {
    kill(getpid(), SIGUSR1);
    all.recv();
  }
  fmt::Println(c.len(), all.len());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
