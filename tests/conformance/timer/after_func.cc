// AfterFunc has no channel; Stop and Reset decide whether its function runs again.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto runs = make_chan<int>(4);
  int n = 0;
  auto t = time::AfterFunc(time::Millisecond, [&] {
    n++;
    runs.send(n);
  });
  int run = runs.recv();
  fmt::Println(t->C == nil, run, t->Stop());
  bool active = t->Reset(time::Millisecond);
  fmt::Println(active, runs.recv());
  active = t->Reset(time::Hour);
  bool first = t->Stop(), second = t->Stop();
  fmt::Println(active, first, second, runs.len());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
