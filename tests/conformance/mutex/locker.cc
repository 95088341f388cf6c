// A Locker is a Mutex seen through two methods.
#include <gort/gort.h>

using namespace gort;

void with(sync::Locker l, const std::function<void()>& f) {
  func([&] {
    l.Lock();
    defer([&] { l.Unlock(); });
    f();
  });
}

void entry() {
  sync::Mutex mu;
  with(&mu, [&] { fmt::Println("held:", !mu.TryLock()); });
  fmt::Println("free:", mu.TryLock());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
