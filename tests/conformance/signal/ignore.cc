// Ignored signals do nothing, also to channels that asked before; Notify undoes it.
#include <unistd.h>

#include <gort/gort.h>

using namespace gort;

void entry() {
  fmt::Println(signal::Ignored(SIGTERM));
  auto c = make_chan<os::Signal>(1);
  signal::Notify(c, SIGTERM);
  signal::Ignore(SIGTERM);
  kill(getpid(), SIGTERM);
  time::Sleep(5 * time::Millisecond);
  fmt::Println(signal::Ignored(SIGTERM), c.len());
  signal::Notify(c, SIGTERM);
  fmt::Println(signal::Ignored(SIGTERM));
  kill(getpid(), SIGTERM);
  fmt::Println(c.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
