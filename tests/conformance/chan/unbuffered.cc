// An unbuffered channel hands over one value at a time.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  auto done = make_chan<bool>();
  go([&] {
    for (int i = 0; i < 3; i++) fmt::Println("received", ch.recv());
    done.send(true);
  });
  for (int i = 0; i < 3; i++) ch.send(i * 10);
  done.recv();
  fmt::Println(ch.len(), ch.cap());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
