// recover is nil without a panic: in a deferred call of a normal return, and in plain code.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    fmt::Println(recover());
    defer([] { fmt::Println("deferred:", recover()); });
    auto f = [] { fmt::Println("literal:", recover()); };
    f();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
