// The second writer waits for the first in the mutex inside; readers have a reason of their own.
#include <gort/gort.h>

using namespace gort;

sync::RWMutex mu;

void reader() {
  mu.RLock();
}

void writer() {
  mu.Lock();
}

void entry() {
  mu.Lock();
  go(writer);
  runtime::Gosched();
  go(reader);
  runtime::Gosched();
  mu.Lock();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
