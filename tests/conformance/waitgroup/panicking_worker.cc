// A deferred Done lets the waiter go on although the worker panicked and recovered.
#include <gort/gort.h>

using namespace gort;

void worker(int i, sync::WaitGroup* wg, send_chan<std::string> out) {
  func([&] {
    defer([&] { wg->Done(); });
    defer([&] {
      if (any v = recover()) out.send(fmt::Sprint("worker ", i, ": ", v));
    });
    if (i % 2 == 1) panic("odd");
  });
}

void entry() {
  sync::WaitGroup wg;
  auto out = make_chan<std::string>(4);
  for (int i = 0; i < 4; i++) {
    wg.Add(1);
    go(worker, i, &wg, out);
  }
  wg.Wait();
  fmt::Println(out.len());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
