// Any number of readers hold the lock at once.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::RWMutex mu;
  auto in = make_chan<int>();
  auto out = make_chan<bool>();
  for (int i = 0; i < 3; i++) {
    go([&] {
      mu.RLock();
      in.send(1);
      out.recv();
      mu.RUnlock();
      in.send(-1);
    });
  }
  int n = 0;
  for (int i = 0; i < 3; i++) n += in.recv();
  bool write = mu.TryLock();
  fmt::Println(n, "readers", write, mu.TryRLock());
  mu.RUnlock();
  out.close();
  for (int i = 0; i < 3; i++) n += in.recv();
  fmt::Println(n, "readers", mu.TryLock());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
