// A panic does not reach another goroutine's recover; one that is recovered in its own leaves the others alone.
#include <string>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto done = make_chan<std::string>();
  func([&] {
    go([&] {
      func([&] {
        defer([&] { done.send("child: " + fmt::Sprint(recover())); });
        panic("in child");
      });
    });
    fmt::Println(done.recv());
    defer([] { fmt::Println("main:", recover()); });
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
