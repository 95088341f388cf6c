// Below zero is a panic; it can be recovered, and is a plain string.
#include <gort/gort.h>

using namespace gort;

void down(int n) {
  func([&] {
    defer([] {
      any v = recover();
      fmt::Println(v, v.is<error>());
    });
    sync::WaitGroup wg;
    wg.Add(1);
    wg.Add(n);
    fmt::Println("fine");
  });
}

void entry() {
  down(-1);
  down(-2);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
