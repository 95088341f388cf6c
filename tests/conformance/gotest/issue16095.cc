// Go's test/fixedbugs/issue16095.go: a large named result outlives a panic that is recovered.
#include <array>

#include <gort/gort.h>

using namespace gort;

using bytes = std::array<unsigned char, 20>;

bytes f() {
  return func<bytes>([&](bytes& x) {
    for (size_t i = 0; i < x.size(); i++) x[i] = static_cast<unsigned char>(i);
    defer([] { recover(); });
    runtime::GC();
    panic(nil);
  });
}

volatile int sinkint;

bytes g(volatile int* p) {
  return func<bytes>([&](bytes& x) {
    for (size_t i = 0; i < x.size(); i++) x[i] = static_cast<unsigned char>(i);
    defer([] { recover(); });
    runtime::GC();
    for (;;) sinkint = *p;
  });
}

void entry() {
  bytes x = f();
  for (size_t i = 0; i < x.size(); i++)
    if (x[i] != i) panic("bad f");
  x = g(nullptr);
  for (size_t i = 0; i < x.size(); i++)
    if (x[i] != i) panic("bad g");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
