// Go's test/fixedbugs/issue32187.go: an operand that panics is evaluated, whatever it would be compared with.
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

template <class F>
void testFuncShouldPanic(std::string name, F f) {
  func([&] {
    defer([&] {
      if (!recover()) {
        fmt::Fprintf(stderr, "%s: comparison did not panic\n", name);
        std::exit(1);
      }
    });
    f();
  });
}

void entry() {
  any x;
  int* volatile p = nullptr;
  std::vector<int> s;
  any* volatile l = nullptr;
  std::vector<int*> r;
  volatile bool sink;
  testFuncShouldPanic("interface conversion", [&] { sink = x == x.must_as<error>(); });
  testFuncShouldPanic("type assertion", [&] { sink = x == x.must_as<int*>(); });
  testFuncShouldPanic("out of bounds", [&] { sink = x == at(s, 1); });
  testFuncShouldPanic("nil pointer dereference #1", [&] { sink = x == *p; });
  testFuncShouldPanic("nil pointer dereference #2", [&] { sink = *l == at(r, 0); });
  testFuncShouldPanic("nil pointer dereference #3", [&] { sink = *l == any(at(r, 0)); });
  (void)sink;
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
