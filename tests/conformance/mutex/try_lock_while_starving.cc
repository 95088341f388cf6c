// TryLock fails while the lock is held, also with others waiting for it, and takes nothing.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Mutex mu;
  mu.Lock();
  auto done = make_chan<bool>();
  go([&] {
    mu.Lock();
    mu.Unlock();
    done.close();
  });
  time::Sleep(3 * time::Millisecond);
  for (int i = 0; i < 3; i++) {
    fmt::Println(mu.TryLock());
  }
  mu.Unlock();
  done.recv();
  fmt::Println(mu.TryLock());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
