// A defer in a loop registers one call per turn; they run when the function ends, not the loop.
#include <gort/gort.h>

using namespace gort;

void show(int i) {
  fmt::Println("deferred", i);
}

void entry() {
  func([&] {
    for (int i = 0; i < 4; i++) {
      defer(show, i);
    }
    fmt::Println("loop done");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
