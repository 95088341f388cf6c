// A literal within the deferred function does not recover, also where that function stands in a variable.
#include <functional>

#include <gort/gort.h>

using namespace gort;

void show(const char* where, const any& v) {
  fmt::Println(where, v);
}

void arguments() {
  std::function<void(int)> f = [&](int n) {
    [&]() { show("in a literal", recover()); }();
    fmt::Println("argument", n);
  };
  func([&] {
    defer(f, 1);
    panic("one");
  });
}

void none() {
  std::function<void()> f = [&]() {
    [&]() { show("in a literal", recover()); }();
    fmt::Println("no argument");
  };
  func([&] {
    defer(f);
    panic("two");
  });
}

void itself() {
  std::function<void()> f = [&]() { show("in the function", recover()); };
  func([&] {
    defer(f);
    panic("three");
  });
}

void guarded(void (*f)()) {
  func([&] {
    defer([] { show("outside", recover()); });
    f();
  });
}

void entry() {
  guarded(arguments);
  guarded(none);
  guarded(itself);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
