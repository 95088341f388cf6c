// Normal mode lets the running goroutine barge in; a waiter that has been overtaken after more than a millisecond gets
// the lock handed.
#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

void entry() {
  sync::Mutex mu;
  auto done = make_chan<bool>();
  mu.Lock();
  go([&] {
    mu.Lock();
    fmt::Println("waiter");
    mu.Unlock();
    done.send(true);
  });
  waitFor(1, "[sync.Mutex.Lock]");
  time::Sleep(5 * time::Millisecond);
  mu.Unlock();
  mu.Lock();
  fmt::Println("main was faster");
  waitFor(1, "[sync.Mutex.Lock]");
  mu.Unlock();
  mu.Lock();
  fmt::Println("main had to queue");
  mu.Unlock();
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
