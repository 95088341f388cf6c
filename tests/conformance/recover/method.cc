// A deferred method recovers, by value and by pointer; a method that it calls does not (unless Go inlines the one
// between).
#include <gort/gort.h>

using namespace gort;

struct T {
  const char* name;
  void Value() const { fmt::Println(name, "value:", recover()); }
  void Pointer() { fmt::Println(name, "pointer:", recover()); }
  void Indirect() { Pointer(); }
};

void attempt(int which) {
  T t{"t"};
  func([&] {
    defer([] { fmt::Println("left over:", recover()); });
    switch (which) {
      case 0:
        defer(&T::Value, t);
        break;
      case 1:
        defer(&T::Pointer, &t);
        break;
      case 2:
        defer(&T::Indirect, &t);
        break;
    }
    panic(which);
  });
}

void entry() {
  attempt(0);
  attempt(1);
  attempt(2);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
