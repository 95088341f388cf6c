// Go's test/fixedbugs/issue6055.go: a deferred method of a nil interface panics. In Go it does so at the statement,
// here when it is called, as C++ looks a virtual function up then.
#include <gort/gort.h>

using namespace gort;

struct Closer {
  virtual ~Closer() = default;
  virtual void Close() = 0;
};

void nilInterfaceDeferCall() {
  func([&] {
    defer([] { runtime::GC(); });
    Closer* x = nullptr;
    defer(&Closer::Close, x);
  });
}

void shouldPanic(void (*f)()) {
  func([&] {
    defer([] {
      if (!recover()) panic("did not panic");
    });
    f();
  });
}

void entry() {
  shouldPanic(nilInterfaceDeferCall);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
