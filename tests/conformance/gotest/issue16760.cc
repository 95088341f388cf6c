// Go's test/fixedbugs/issue16760.go: an argument that panics, for a call of a nil interface.
#include <vector>

#include <gort/gort.h>

using namespace gort;

struct W {
  virtual ~W() = default;
  virtual void Write(std::vector<char> bytes) = 0;
};

void usestack(int n) {
  asm volatile("" ::: "memory");
  if (n == 0) return;
  usestack(n - 1);
  asm volatile("" ::: "memory");
}

void foo(void (*f)(W*)) {
  func([&] {
    defer([] {
      if (recover()) usestack(1000);
    });
    f(nullptr);
  });
}

void entry() {
  foo([](W* w) {
    std::vector<std::vector<char>> x;
    w->Write(at(x, 5));
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
