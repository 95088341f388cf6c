// Goexit inside Once.Do counts as done.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Once once;
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      once.Do([] { runtime::Goexit(); });
      fmt::Println("not reached");
    });
  });
  done.recv();
  once.Do([] { fmt::Println("not run again"); });
  fmt::Println("end");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
