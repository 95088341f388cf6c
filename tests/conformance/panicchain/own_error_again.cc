// A recovered error of the program's own type, thrown again.
#include <string>

#include <gort/gort.h>

using namespace gort;

struct myErr {
  std::string Error() const { return "myErr!"; }
};

void entry() {
  func([&] {
    defer([] {
      any r = recover();
      panic(r);
    });
    panic(myErr{});
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
