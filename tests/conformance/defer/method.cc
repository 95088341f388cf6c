// Deferring a method: the receiver is evaluated at the statement, by value or by pointer as the method has it.
#include <gort/gort.h>

using namespace gort;

struct T {
  const char* name;
  void Value() const { fmt::Println("value", name); }
  void Pointer() { fmt::Println("pointer", name); }
};

void entry() {
  T t{"old"};
  func([&] {
    defer(&T::Value, t);
    defer(&T::Pointer, &t);
    auto f = [t] { t.Value(); };
    defer(f);
    t.name = "new";
    fmt::Println("body");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
