// A Signal that nobody waits for is lost.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Mutex mu;
  auto c = sync::NewCond(&mu);
  c.Signal();
  c.Broadcast();
  mu.Lock();
  c.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
