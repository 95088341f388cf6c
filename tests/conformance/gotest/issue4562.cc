// Go's test/fixedbugs/issue4562.go: a fault in a switch is on the line of the switch.
#include <string>

#include <gort/gort.h>

using namespace gort;

struct T {
  volatile int val;
};

void expectError(int expectLine) {
  if (!recover()) panic("did not crash");
  for (int i = 1;; i++) {
    auto caller = runtime::Caller(i);
    if (!caller.ok) panic("cannot find issue4562.cc on stack");
    if (caller.file.ends_with("issue4562.cc")) {
      if (caller.line != expectLine) panic(fmt::Sprintf("crashed at line %d, wanted line %d", caller.line, expectLine));
      break;
    }
  }
}

void entry() {
  func([&] {
    T* volatile pT = nullptr;
    defer(expectError, __LINE__ + 1);
    switch (pT->val) {
      case 0:
        fmt::Println("0");
        break;
      case 1:
        fmt::Println("1");
        break;
      case 2:
        fmt::Println("2");
    }
    fmt::Println("finished");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
