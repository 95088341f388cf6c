// Go's test/fixedbugs/issue29735.go: FuncForPC knows where a function ends.
#include <cstdint>

#include <gort/gort.h>

using namespace gort;

volatile int sink;

void f() {
  sink = 0;
}

void entry() {
  uintptr_t stack[1];
  runtime::Callers(1, stack);
  f();
  for (uintptr_t i = 0;; i++) {
    auto name = runtime::FuncForPC(stack[0] + i).Name();
    if (name != "main.main" && name != "main.f") break;
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
