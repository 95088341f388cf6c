// Arithmetic is that of int64: it wraps, and division rounds towards zero.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([] {
    auto max = time::Duration(INT64_MAX);
    fmt::Println(max + 1, max * 2, -max - 1, -(-max - 1));
    fmt::Println(7 * time::Second / 2, -7 * time::Second / (2 * time::Second), 7 * time::Second % (2 * time::Second));
    time::Duration zero;
    defer([] { fmt::Println(recover()); });
    fmt::Println(max / zero);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
