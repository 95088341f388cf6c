// A goroutine that is locked to its thread says so behind its wait reason.
#include <string>

#include <gort/gort.h>

using namespace gort;

std::string mode;

[[gnu::noinline]] void wait(chan<int> ch) {
  ch.recv();
}

void entry() {
  runtime::LockOSThread();
  if (!mode.empty()) {
    runtime::LockOSThread();
    runtime::UnlockOSThread();
    if (mode == "unlocked") runtime::UnlockOSThread();
  }
  wait(make_chan<int>());
}

int main(int argc, char** argv) {
  if (argc > 1) mode = argv[1];
  return gort::main(argc, argv, entry);
}
