// Go's test/deferprint.go: print and println as deferred calls.
#include <cstdint>
#include <vector>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto println_ = [](auto... a) { println(a...); };
  auto print_ = [](auto... a) { print(a...); };
  func([&] {
    void (*none)() = nullptr;
    defer(println_, 42, true, false, true, 1.5, "world", chan<int>(nil), std::vector<int>(), static_cast<int*>(nullptr),
          none, uint8_t(255));
    defer(println_, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    defer(print_, "printing: ");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
