// Go's test/fixedbugs/bug293.go: a deferred call changes a named result, however it was set.
#include <utility>

#include <gort/gort.h>

using namespace gort;

std::pair<int, bool> y() {
  return {4, false};
}

std::pair<int, bool> x() {
  return func<std::pair<int, bool>>([&](std::pair<int, bool>& r) {
    defer([&] { r.first++; });
    r = y();
  });
}

std::pair<int, bool> x2() {
  return func<std::pair<int, bool>>([&](std::pair<int, bool>& r) {
    defer([&] { r.first++; });
    return y();
  });
}

void entry() {
  if (auto [a, _] = x(); a != 5) println("BUG", a);
  if (auto [a, _] = x2(); a != 5) println("BUG", a);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
