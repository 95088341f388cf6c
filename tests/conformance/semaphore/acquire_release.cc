// Acquire takes shares, Release gives them back.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ctx = context::Background();
  semaphore::Weighted s(3);
  error err = s.Acquire(ctx, 2);
  bool a = s.TryAcquire(2), b = s.TryAcquire(1), c = s.TryAcquire(0), d = s.TryAcquire(1);
  fmt::Println(err, a, b, c, d);
  s.Release(1);
  a = s.TryAcquire(1);
  b = s.TryAcquire(1);
  fmt::Println(a, b);
  s.Release(3);
  a = s.TryAcquire(3);
  fmt::Println(a, s.Acquire(ctx, 0));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
