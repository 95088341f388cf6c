// Goexit runs the deferred calls of every function of the goroutine, with recover nil, and ends only this goroutine.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void inner() {
  func([&] {
    defer(say, "inner deferred");
    runtime::Goexit();
    fmt::Println("not reached");
  });
}

void entry() {
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      defer([] { fmt::Println("recover:", recover()); });
      inner();
      fmt::Println("not reached");
    });
  });
  done.recv();
  fmt::Println("main goes on");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
