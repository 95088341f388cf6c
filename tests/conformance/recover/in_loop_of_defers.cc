// Defers in a loop around a panic: all of them run, the first to run recovers.
#include <vector>

#include <gort/gort.h>

using namespace gort;

std::vector<int> f() {
  return func<std::vector<int>>([&](std::vector<int>& order) {
    for (int i = 0; i < 5; i++) {
      defer(
          [&](int i) {
            order.push_back(i);
            if (recover()) order.push_back(100 + i);
          },
          i);
    }
    panic("p");
  });
}

void entry() {
  for (int v : f()) fmt::Print(v, ";");
  fmt::Println();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
