// A reader that asks again while a writer waits: all are asleep.
#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

sync::RWMutex mu;
auto ended = make_chan<bool>();

void writer() {
  mu.Lock();
  mu.Unlock();
  ended.send(true);
}

void reader() {
  mu.RLock();
  go(writer);
  waitFor(1, "[sync.RWMutex.Lock]");
  mu.RLock();
}

void entry() {
  mu.RLock();
  go(writer);
  waitFor(1, "[sync.RWMutex.Lock]");
  mu.RUnlock();
  ended.recv();
  reader();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
