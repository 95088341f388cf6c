// Go's test/defer.go: deferred calls in a loop run last in, first out, with their arguments of then.
#include <string>

#include <gort/gort.h>

using namespace gort;

std::string result;

void addInt(int i) {
  result += fmt::Sprint(i);
}

void test1helper() {
  func([&] {
    for (int i = 0; i < 10; i++) defer(addInt, i);
  });
}

void test1() {
  result = "";
  test1helper();
  if (result != "9876543210") {
    fmt::Printf("test1: bad defer result (should be 9876543210): %q\n", result);
    panic("defer");
  }
}

template <class... A>
void addDotDotDot(A... v) {
  result += fmt::Sprint(v...);
}

void test2helper() {
  func([&] {
    for (int i = 0; i < 10; i++) defer(addDotDotDot<any>, i);
  });
}

void test2() {
  result = "";
  test2helper();
  if (result != "9876543210") {
    fmt::Printf("test2: bad defer result (should be 9876543210): %q\n", result);
    panic("defer");
  }
}

void entry() {
  test1();
  test2();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
