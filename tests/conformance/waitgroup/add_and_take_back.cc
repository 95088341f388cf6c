// Add takes any number, also negative ones down to zero.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::WaitGroup wg;
  wg.Add(5);
  wg.Add(-3);
  wg.Done();
  wg.Add(0);
  go([&] {
    fmt::Println("last one");
    wg.Add(-1);
  });
  wg.Wait();
  fmt::Println("zero");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
