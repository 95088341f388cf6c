// Go's test/fixedbugs/issue34123.go: a fault is on the line of the store through the nil pointer.
#include <vector>

#include <gort/gort.h>

using namespace gort;

volatile char x;
volatile char* volatile p;

constexpr int storeLine = __LINE__ + 4;
[[gnu::noinline]] void f() {
  volatile char* q = p;
  x = 11;
  *q = 12;
}

void entry() {
  func([&] {
    defer([] {
      recover();
      std::vector<uintptr_t> pcs(10);
      pcs.resize(size_t(runtime::Callers(1, pcs)));
      auto frames = runtime::CallersFrames(pcs);
      for (;;) {
        auto [f, more] = frames.Next();
        if (f.Function == "main.f" && f.Line != storeLine)
          panic(fmt::Errorf("expected line %d, got line %d", storeLine, f.Line));
        if (!more) break;
      }
    });
    f();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
