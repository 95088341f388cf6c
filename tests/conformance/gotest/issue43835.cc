// Go's test/fixedbugs/issue43835.go: results are not set by a return statement that panics.
#include <utility>

#include <gort/gort.h>

using namespace gort;

using pair = std::pair<bool, int>;

bool f() {
  volatile int* volatile p = nullptr;
  return func<bool>([&](bool& bad) {
    defer([] { recover(); });
    std::tie(bad, std::ignore) = pair(true, int(*p));
  });
}

pair g() {
  volatile int* volatile p = nullptr;
  return func<pair>([&]() -> pair {
    defer([] { recover(); });
    return {true, int(*p)};
  });
}

pair h() {
  volatile int* volatile p = nullptr;
  return func<pair>([&](pair&) -> pair {
    defer([] { recover(); });
    return {true, int(*p)};
  });
}

void entry() {
  if (f()) panic("FAIL");
  if (g().first) panic("FAIL");
  if (h().first) panic("FAIL");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
