// Each goroutine has its own deferred calls; those of one that main does not wait for never run.
#include <gort/gort.h>

using namespace gort;

void say(const char* s) {
  fmt::Println(s);
}

void entry() {
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      defer(say, "goroutine deferred");
      fmt::Println("goroutine body");
    });
  });
  done.recv();
  go([] {
    func([&] {
      defer(say, "never printed");
      select();
    });
  });
  fmt::Println("main returns");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
