// At one P the newest goroutine runs next, the others in the order of their `go` statements.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::WaitGroup wg;
  for (int i = 0; i < 5; i++) {
    wg.Add(1);
    go([&, i] {
      func([&] {
        defer([&] { wg.Done(); });
        fmt::Println(i);
      });
    });
  }
  wg.Wait();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
