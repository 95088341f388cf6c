// Go's test/fixedbugs/issue16331.go: a deferred function made at run time, over a stack that grows.
#include <functional>

#include <gort/gort.h>

using namespace gort;

struct T {
  void M() const {}
};

void growstack(int x) {
  asm volatile("" ::: "memory");
  if (x == 0) return;
  growstack(x - 1);
  asm volatile("" ::: "memory");
}

void entry() {
  auto done = make_chan<bool>();
  go([=] {
    func([&] {
      std::function<void()> f = [] {};
      defer(f);
      growstack(10000);
      done.send(true);
    });
  });
  done.recv();
  go([=] {
    func([&] {
      std::function<void()> f = std::bind(&T::M, T{});
      defer(f);
      growstack(10000);
      done.send(true);
    });
  });
  done.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
