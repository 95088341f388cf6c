// Acquire gives up with the context's error, and takes nothing then.
#include <gort/gort.h>

using namespace gort;

void entry() {
  semaphore::Weighted s(2);
  auto [ctx, cancel] = context::WithTimeout(context::Background(), 2 * time::Millisecond);
  error a = s.Acquire(context::Background(), 1), b = s.Acquire(ctx, 2);
  fmt::Println(a, b);
  fmt::Println(s.TryAcquire(1));
  auto [done, stop] = context::WithCancel(context::Background());
  stop();
  fmt::Println(s.Acquire(done, 1));
  s.Release(2);
  a = s.Acquire(done, 1);
  fmt::Println(a, s.TryAcquire(2));
  cancel();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
