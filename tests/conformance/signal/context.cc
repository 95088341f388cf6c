// NotifyContext is done when the signal comes; stop undoes the Notify.
#include <unistd.h>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto [ctx, stop] = signal::NotifyContext(context::Background(), SIGTERM, os::Interrupt);
  fmt::Println(ctx);
  kill(getpid(), SIGTERM);
  ctx.Done().recv();
  fmt::Println(ctx.Err(), context::Cause(ctx));
  kill(getpid(), SIGTERM);
  time::Sleep(100 * time::Millisecond);
  stop();
  fmt::Println("the second one did nothing");
  kill(getpid(), SIGTERM);
  time::Sleep(5 * time::Second);
  fmt::Println("not reached");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
