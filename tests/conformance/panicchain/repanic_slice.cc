// A recovered value without a printable form that is thrown again.
#include <vector>

#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] {
      any r = recover();
      panic(r);
    });
    panic(std::vector<int>{1});
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
