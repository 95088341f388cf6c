// Go's test/fixedbugs/bug347.go: a fault in a case of a select is on the line of the case.
#include <string>

#include <gort/gort.h>

using namespace gort;

struct holder {
  chan<int> c;
};
holder* volatile t;
chan<int> c;

constexpr int caseLine = __LINE__ + 2;
[[gnu::noinline]] void f() {
  select(recv(t->c, [](int) {}), recv(c, [](int) {}));
}

void entry() {
  func([&] {
    defer([] {
      recover();
      for (int i = 0;; i++) {
        auto caller = runtime::Caller(i);
        if (!caller.ok) {
          print("BUG: bug347: cannot find caller\n");
          return;
        }
        if (caller.file.find("bug347.cc") == caller.file.npos || runtime::FuncForPC(caller.pc).Name() != "main.f")
          continue;
        if (caller.line != caseLine) {
          print("BUG: bug347: panic at ", caller.file, ":", caller.line, " in ", runtime::FuncForPC(caller.pc).Name(),
                "\n");
        }
        return;
      }
    });
    f();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
