// A reader that asks again while a writer waits: all are asleep.
#include <gort/gort.h>

using namespace gort;

sync::RWMutex mu;

void writer() {
  mu.Lock();
  mu.Unlock();
}

void reader() {
  mu.RLock();
  runtime::Gosched();
  mu.RLock();
}

void entry() {
  mu.RLock();
  go(writer);
  runtime::Gosched();
  mu.RUnlock();
  runtime::Gosched();
  go(writer);
  reader();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
