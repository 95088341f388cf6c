// What TryLock and TryRLock say in each state, and that a failed one changes nothing.
#include <gort/gort.h>

using namespace gort;

void show(const char* state, sync::RWMutex* mu) {
  bool w = mu->TryLock();
  if (w) mu->Unlock();
  bool r = mu->TryRLock();
  if (r) mu->RUnlock();
  fmt::Println(state, w, r);
}

void entry() {
  sync::RWMutex mu;
  show("free", &mu);
  mu.RLock();
  show("read", &mu);
  mu.RLock();
  show("read twice", &mu);
  mu.RUnlock();
  mu.RUnlock();
  mu.Lock();
  show("write", &mu);
  mu.Unlock();
  show("free again", &mu);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
