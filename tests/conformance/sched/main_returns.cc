// The program ends when main returns, whatever the other goroutines are doing.
#include <gort/gort.h>

using namespace gort;

void entry() {
  go([] {
    while (true) time::Sleep(time::Millisecond);
  });
  go([] { select(); });
  fmt::Println("main returns");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
