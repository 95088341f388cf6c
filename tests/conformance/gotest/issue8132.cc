// Go's test/fixedbugs/issue8132.go: a fault in a deferred call that has recovered one, with much on the stack.
#include <array>

#include <gort/gort.h>

using namespace gort;

int* volatile p;

void entry() {
  [] {
    func([&] {
      defer([] {
        runtime::GC();
        recover();
      });
      std::array<char, 8192> x{};
      [](std::array<char, 8192> x) {
        asm volatile("" ::"r"(&x) : "memory");
        func([&] {
          defer([] {
            if (recover()) println(*p);
          });
          println(*p);
        });
      }(x);
    });
  }();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
