// Go's test/fixedbugs/issue5856.go: the caller of the panic that calls a deferred function is known, with its line.
#include <cstdlib>

#include <gort/gort.h>

using namespace gort;

volatile int x = 1;
int panicLine;

void g() {
  auto caller = runtime::Caller(2);
  if (!caller.file.ends_with("issue5856.cc") || caller.line != panicLine) {
    fmt::Printf("BUG: defer called from %s:%d, want issue5856.cc:%d\n", caller.file, caller.line, panicLine);
    std::exit(1);
  }
  std::exit(0);
}

void f() {
  if (x == 0) return;
  func([&] {
    defer(g);
    panicLine = __LINE__ + 1;
    panic("panic");
  });
}

void entry() {
  f();
  panic("deferred function not run");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
