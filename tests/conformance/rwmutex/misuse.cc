// Unlocking in the wrong way is fatal, each with its text.
#include <gort/gort.h>

using namespace gort;

void unlockOfReader() {
  sync::RWMutex mu;
  mu.RLock();
  mu.Unlock();
}

void runlockOfWriter() {
  sync::RWMutex mu;
  mu.Lock();
  mu.RUnlock();
  mu.RUnlock();
  mu.Unlock();
  mu.RUnlock();
}

void runlockTwice() {
  sync::RWMutex mu;
  mu.RLock();
  mu.RUnlock();
  mu.RUnlock();
}

void rlockerUnlock() {
  sync::RWMutex mu;
  mu.RLocker().Unlock();
}

void unlockTwice() {
  sync::RWMutex mu;
  mu.Lock();
  mu.Unlock();
  mu.Unlock();
}

std::string arg;

void entry() {
  if (arg == "unlockOfReader")
    unlockOfReader();
  else if (arg == "runlockOfWriter")
    runlockOfWriter();
  else if (arg == "runlockTwice")
    runlockTwice();
  else if (arg == "rlockerUnlock")
    rlockerUnlock();
  else if (arg == "unlockTwice")
    unlockTwice();
}

int main(int argc, char** argv) {
  arg = argv[1];
  return gort::main(argc, argv, entry);
}
