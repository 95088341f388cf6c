// Go's test/fixedbugs/issue76008.go: functions, maps and slices in interfaces cannot be compared.
#include <functional>
#include <map>
#include <vector>

#include <gort/gort.h>

using namespace gort;

volatile bool g;

void shouldPanic(void (*f)()) {
  func([&] {
    defer([] {
      if (!recover()) println("did not panic");
    });
    f();
  });
}

void entry() {
  shouldPanic([] { g = any(std::function<void()>([] {})) == any(std::function<void()>([] {})); });
  shouldPanic([] { g = any(std::map<int, int>()) == any(std::map<int, int>()); });
  shouldPanic([] { g = any(std::vector<int>()) == any(std::vector<int>()); });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
