// Goroutines blocked in different ways, created by different functions.
#include <gort/gort.h>

using namespace gort;

void blockReceive(chan<int> ch) {
  ch.recv();
}

void blockSend(chan<int> ch) {
  ch.send(1);
}

void blockLock(sync::Mutex* mu) {
  mu->Lock();
  println("not reached");
}

void start(chan<int> a, chan<int> b, sync::Mutex* mu) {
  go(blockReceive, a);
  go(blockSend, b);
  go(blockLock, mu);
}

void entry() {
  auto a = make_chan<int>(), b = make_chan<int>();
  sync::Mutex mu;
  mu.Lock();
  start(a, b, &mu);
  sync::WaitGroup wg;
  wg.Add(1);
  wg.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
