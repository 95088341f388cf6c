// Wait goes on when the last Done has been called.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::WaitGroup wg;
  wg.Add(3);
  auto done = make_chan<bool>();
  go([&] {
    wg.Wait();
    done.close();
  });
  for (int i = 0; i < 3; i++) {
    select(recv(done, [] { fmt::Println("too early"); }),
           recv(time::After(2 * time::Millisecond), [&] { fmt::Println("still waiting", i); }));
    wg.Done();
  }
  done.recv();
  fmt::Println("over");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
