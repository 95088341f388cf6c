// Broadcast wakes all that wait, and only those.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Mutex mu;
  auto c = sync::NewCond(&mu);
  bool ready = false;
  auto waiting = make_chan<bool>(), out = make_chan<bool>();
  for (int i = 0; i < 3; i++) {
    go([&] {
      mu.Lock();
      waiting.send(true);
      while (!ready) c.Wait();
      mu.Unlock();
      out.send(true);
    });
  }
  for (int i = 0; i < 3; i++) waiting.recv();
  mu.Lock();
  ready = true;
  c.Broadcast();
  mu.Unlock();
  for (int i = 0; i < 3; i++) fmt::Println(out.recv());
  c.Broadcast();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
