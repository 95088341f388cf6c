// Go's test/fixedbugs/issue27289.go: the last element of an empty slice is out of range.
#include <vector>

#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] void f(std::vector<int> a) {
  (void)at(a, int64_t(a.size()) - 1);
}

void entry() {
  func([&] {
    defer([] {
      if (recover()) return;
      panic("f should panic");
    });
    f({});
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
