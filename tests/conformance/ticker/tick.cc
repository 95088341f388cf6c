// Tick gives the channel alone.
#include <gort/gort.h>

using namespace gort;

void entry() {
  int n = 0;
  for ([[maybe_unused]] auto& at : time::Tick(time::Millisecond)) {
    n++;
    if (n == 3) break;
  }
  fmt::Println(n);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
