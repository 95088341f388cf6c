// A Cond over RLocker: several readers wait for what a writer changes.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::RWMutex mu;
  auto c = sync::NewCond(mu.RLocker());
  int version = 0;
  auto out = make_chan<int>();
  for (int i = 0; i < 2; i++) {
    go([&] {
      c.L.Lock();
      while (version == 0) c.Wait();
      int v = version;
      c.L.Unlock();
      out.send(v);
    });
  }
  mu.Lock();
  version = 7;
  mu.Unlock();
  c.Broadcast();
  int first = out.recv();
  fmt::Println(first, out.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
