// NotifyContext is done when the signal comes; stop undoes the Notify.
#include <unistd.h>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [ctx, stop] = signal::NotifyContext(context::Background(), SIGTERM, os::Interrupt);
  auto seen = make_chan<os::Signal>(1);
  signal::Notify(seen, SIGTERM);
  fmt::Println(ctx);
  kill(getpid(), SIGTERM);
  ctx.Done().recv();
  seen.recv();
  fmt::Println(ctx.Err(), context::Cause(ctx));
  kill(getpid(), SIGTERM);
  seen.recv();
  signal::Stop(seen);
  stop();
  fmt::Println("the second one did nothing");
  kill(getpid(), SIGTERM);
  time::Sleep(5 * time::Second);
  fmt::Println("not reached");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
