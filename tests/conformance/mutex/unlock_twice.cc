// The second Unlock is fatal, though a deferred call would recover a panic.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    auto& mu = local<sync::Mutex>();
    defer([] { recover(); });
    mu.Lock();
    mu.Unlock();
    fmt::Println("once");
    mu.Unlock();
    fmt::Println("not reached");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
