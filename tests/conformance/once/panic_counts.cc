// A Do that panicked counts as done, and so does one that ended its goroutine.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Once once, gone;
  for (int i = 0; i < 2; i++) {
    func([&] {
      defer([&] { fmt::Println(i, recover()); });
      once.Do([] { panic("failed"); });
    });
  }
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      gone.Do([] { runtime::Goexit(); });
    });
  });
  done.recv();
  gone.Do([] { fmt::Println("not run"); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
