// A worker that serves until a quit channel is closed.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto jobs = make_chan<int>();
  auto quit = make_chan<bool>();
  auto done = make_chan<int>();
  go([&] {
    int sum = 0;
    bool running = true;
    while (running) {
      select(recv(jobs, [&](int v, bool) { sum += v; }),  //
             recv(quit, [&](bool, bool) { running = false; }));
    }
    done.send(sum);
  });
  for (int i = 1; i <= 10; i++) jobs.send(i);
  quit.close();
  fmt::Println(done.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
