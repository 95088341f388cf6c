// A signal comes over the channel, one copy for each that asked.
#include <unistd.h>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto a = make_chan<os::Signal>(1), b = make_chan<os::Signal>(1);
  signal::Notify(a, SIGUSR1, SIGUSR2);
  signal::Notify(b, SIGUSR2);
  kill(getpid(), SIGUSR1);
  fmt::Println(a.recv());
  kill(getpid(), SIGUSR2);
  auto first = a.recv(), second = b.recv();
  fmt::Println(first, second, a.len(), b.len());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
