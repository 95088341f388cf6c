// Go's test/fixedbugs/issue8039.go: what a deferred call receives from a channel is received at the statement.
#include <algorithm>
#include <vector>

#include <gort/gort.h>

using namespace gort;

void f(std::vector<int>& s) {
  func([&] {
    auto c = make_chan<std::vector<int>>(1);
    c.send({1});
    defer([&](std::vector<int> from) { std::copy(from.begin(), from.end(), s.begin()); }, c.recv());
  });
}

void entry() {
  std::vector<int> x(1);
  f(x);
  if (x[0] != 1) println("BUG", x[0]);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
