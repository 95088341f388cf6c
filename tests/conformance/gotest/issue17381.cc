// Go's test/fixedbugs/issue17381.go: Callers walks over a fault to main.
#include <cstdint>
#include <span>
#include <vector>

#include <gort/gort.h>

using namespace gort;

[[gnu::noinline]] void f() {
  volatile int t[1] = {0};
  volatile int* volatile none = nullptr;
  *none = t[0];
}

// prep leaves return addresses on the stack, where the frames of f will be.
[[gnu::noinline]] void prep() {
  volatile uintptr_t x[20];
  for (auto& word : x) word = reinterpret_cast<uintptr_t>(&runtime::GC) + 8;
}

void entry() {
  func([&] {
    defer([] {
      if (!recover()) panic("did not panic");
      std::vector<uintptr_t> pcs(20);
      int n = runtime::Callers(1, pcs);
      for (uintptr_t pc : std::span(pcs).first(size_t(n)))
        if (runtime::FuncForPC(pc).Name() == "main.main") return;
      panic("cannot find main.main in backtrace");
    });

    prep();
    f();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
