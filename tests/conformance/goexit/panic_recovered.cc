// A panic during Goexit that is recovered: the Goexit goes on, the caller is not returned to.
#include <gort/gort.h>

using namespace gort;

void f() {
  func([&] {
    defer([] { fmt::Println("recovered:", recover()); });
    defer([] { panic("during goexit"); });
    runtime::Goexit();
  });
}

void say(const char* s) {
  fmt::Println(s);
}

void entry() {
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      defer(say, "outer deferred");
      f();
      fmt::Println("not reached");
    });
  });
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
