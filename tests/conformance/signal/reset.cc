// Reset undoes Notify for every channel; the signal kills again.
#include <unistd.h>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto a = make_chan<os::Signal>(1), b = make_chan<os::Signal>(1);
  signal::Notify(a, SIGHUP);
  signal::Notify(b, SIGHUP, SIGUSR1);
  signal::Reset(SIGHUP);
  kill(getpid(), SIGUSR1);
  fmt::Println(b.recv());
  kill(getpid(), SIGHUP);
  time::Sleep(5 * time::Second);
  fmt::Println("not reached");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
