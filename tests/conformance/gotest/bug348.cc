// Go's test/fixedbugs/bug348.go: a fault in a range is on the line of the range.
#include <array>
#include <string>

#include <gort/gort.h>

using namespace gort;

constexpr int rangeLine = __LINE__ + 4;
[[gnu::noinline]] void f() {
  std::array<volatile int, 3>* volatile x = nullptr;

  for (int i : *x) {
    println(i);
  }
}

void entry() {
  func([&] {
    defer([] {
      for (int i = 0;; i++) {
        auto caller = runtime::Caller(i);
        if (!caller.ok) {
          print("BUG: bug348: cannot find caller\n");
          return;
        }
        if (caller.file.find("bug348.cc") == caller.file.npos || runtime::FuncForPC(caller.pc).Name() != "main.f")
          continue;
        if (caller.line != rangeLine) {
          print("BUG: bug348: panic at ", caller.file, ":", caller.line, "\n");
          return;
        }
        recover();
        return;
      }
    });
    f();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
