// A deferred Unlock runs when a panic passes, before who recovers it goes on.
#include <gort/gort.h>

using namespace gort;

sync::Mutex mu;

void update(bool fail) {
  func([&] {
    mu.Lock();
    defer([&] { mu.Unlock(); });
    if (fail) panic("update failed");
  });
}

any try_(bool fail) {
  return func<any>([&](any& v) {
    defer([&] { v = recover(); });
    update(fail);
    v = "fine";
  });
}

void entry() {
  any v = try_(true);
  fmt::Println(v, mu.TryLock());
  mu.Unlock();
  v = try_(false);
  fmt::Println(v, mu.TryLock());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
