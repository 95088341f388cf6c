// Closing a channel makes every blocked sender panic in its own goroutine.
#include <string>

#include <gort/gort.h>

#include "../wait_for.h"

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  auto done = make_chan<std::string>(3);
  for (int i = 0; i < 3; i++) {
    go([=] {
      func([&] {
        defer([&] { done.send(fmt::Sprint(recover())); });
        ch.send(i);
      });
    });
  }
  waitFor(3, "[chan send]");
  ch.close();
  for (int i = 0; i < 3; i++) fmt::Println(done.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
