// Two goroutines that take two locks in opposite orders, and main waiting for them.
#include <gort/gort.h>

using namespace gort;

sync::Mutex a, b;
sync::WaitGroup wg;

void first() {
  a.Lock();
  runtime::Gosched();
  b.Lock();
  wg.Done();
}

void second() {
  b.Lock();
  runtime::Gosched();
  a.Lock();
  wg.Done();
}

void entry() {
  wg.Add(2);
  go(first);
  go(second);
  wg.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
