// After Stop a channel gets nothing, and the signal does what it did before.
#include <unistd.h>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto a = make_chan<os::Signal>(2), b = make_chan<os::Signal>(2);
  signal::Notify(a, SIGTERM);
  signal::Notify(b, SIGTERM);
  signal::Stop(a);
  kill(getpid(), SIGTERM);
  auto got = b.recv();
  fmt::Println(got, a.len());
  signal::Stop(b);
  kill(getpid(), SIGTERM);
  time::Sleep(5 * time::Second);
  fmt::Println("not reached");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
