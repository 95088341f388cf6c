// Go's test/fixedbugs/issue40629.go: locals stay whole while deferred calls use the stack, also others'.
#include <array>
#include <cstdint>

#include <gort/gort.h>

using namespace gort;

constexpr int N = 40;

volatile int64_t* volatile g;

void useStack(int n) {
  asm volatile("" ::: "memory");
  if (n == 0) return;
  useStack(n - 1);
  asm volatile("" ::: "memory");
}

void entry() {
  func([&] {
    auto& x = local<std::array<int, N>>();
    for (int& v : x) v = 0x999;

    defer(
        [](std::array<int, N>* p) {
          recover();
          for (int v : *p) {
            if (v != 0x999) {
              for (int j = 0; j < N; j++) fmt::Printf("p[%d]=0x%x\n", j, (*p)[size_t(j)]);
              panic("corrupted stack variable");
            }
          }
        },
        &x);

    defer([] {
      auto c = make_chan<bool>();
      go([=] {
        useStack(1000);
        c.send(true);
      });
      c.recv();
    });

    defer([] { useStack(1000); });

    *g = 0;

    for (;;) asm volatile("");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
