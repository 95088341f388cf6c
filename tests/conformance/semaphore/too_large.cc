// More than the whole semaphore waits for the context alone, and keeps nobody else out.
#include <gort/gort.h>

using namespace gort;

void entry() {
  semaphore::Weighted s(1);
  auto [ctx, cancel] = context::WithCancel(context::Background());
  auto out = make_chan<error>();
  go([&, ctx = ctx] { out.send(s.Acquire(ctx, 2)); });
  time::Sleep(2 * time::Millisecond);
  fmt::Println(s.TryAcquire(1));
  s.Release(1);
  cancel();
  fmt::Println(out.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
