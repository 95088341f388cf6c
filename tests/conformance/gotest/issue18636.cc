// Go's test/fixedbugs/issue18636.go: a large value that is made on the heap needs no stack.
#include <array>
#include <memory>
#include <string>

#include <gort/gort.h>

using namespace gort;

struct Foo {
  std::array<char, 1 << 20> A{};
  std::string B;
};

void run_(chan<bool> c) {
  auto f = std::make_unique<Foo>();
  f->B = "hello";
  c.send(true);
}

void entry() {
  debug::SetMaxStack(1 << 16);
  auto c = make_chan<bool>();
  go(run_, c);
  c.recv();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
