// Two goroutines that take two locks in opposite orders, and main waiting for them.
#include <gort/gort.h>

using namespace gort;

sync::Mutex a, b;
sync::WaitGroup wg, locked;

void first() {
  a.Lock();
  locked.Done();
  locked.Wait();
  b.Lock();
  wg.Done();
}

void second() {
  b.Lock();
  locked.Done();
  locked.Wait();
  a.Lock();
  wg.Done();
}

void entry() {
  wg.Add(2);
  locked.Add(2);
  go(first);
  go(second);
  wg.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
