// Go's test/fixedbugs/issue19799.go: a function whose argument panics is not on the stack.
#include <cstdlib>
#include <vector>

#include <gort/gort.h>

using namespace gort;

int foo(int x) {
  return x + 1;
}

void mustNotSee(std::string function, std::string name) {
  std::vector<uintptr_t> pcs(10);
  pcs.resize(size_t(runtime::Callers(0, pcs)));
  auto frames = runtime::CallersFrames(pcs);
  for (;;) {
    auto [f, more] = frames.Next();
    if (f.Function == function) {
      println("did not expect to see call to", name, "in stack trace");
      std::exit(1);
    }
    if (!more) break;
  }
}

void test() {
  std::vector<int> v;
  func([&] {
    defer([] {
      if (recover()) mustNotSee("main.foo", "foo");
    });
    foo(at(v, 0));
  });
}

int bar(std::vector<int> x) {
  return x[0] + 1;
}

void testVariadic() {
  std::vector<int> v;
  func([&] {
    defer([] {
      if (recover()) mustNotSee("main.bar", "bar");
    });
    bar({at(v, 0)});
  });
}

void entry() {
  test();
  testVariadic();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
