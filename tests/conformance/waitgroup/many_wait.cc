// Every goroutine that waits goes on.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::WaitGroup wg;
  wg.Add(1);
  auto out = make_chan<std::string>();
  for (int i = 0; i < 4; i++) {
    go([&] {
      wg.Wait();
      out.send("went on");
    });
  }
  time::Sleep(2 * time::Millisecond);
  wg.Done();
  for (int i = 0; i < 4; i++) fmt::Println(out.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
