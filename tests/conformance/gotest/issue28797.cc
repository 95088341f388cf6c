// Go's test/fixedbugs/issue28797.go: a negative bound of a slice panics, recoverably.
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

void test(void (*f)()) {
  func([&] {
    defer([] {
      if (!recover()) panic("panic wasn't recoverable");
    });
    f();
  });
}

[[gnu::noinline]] int id(int x) {
  return x;
}

void foo() {
  std::vector<char> b(0);
  b.push_back(1);
  id(int(b.size()));
  id(int(b.size()) - 2);
  auto part = slice(b, 1, int(b.size()) - 2);
  fmt::Println(std::string(part.begin(), part.end()));
}

void bar() {
  std::vector<char> b(1);
  b.push_back(1);
  int i = id(-1);
  if (i < int(b.size())) {
    auto part = slice(b, 1, i);
    fmt::Println(std::string(part.begin(), part.end()));
  }
}

void entry() {
  test(foo);
  test(bar);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
