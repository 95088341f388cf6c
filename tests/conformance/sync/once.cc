// Once runs its function once, also when that panics.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Once once;
  for (int i = 0; i < 3; i++) {
    once.Do([&] { fmt::Println("once", i); });
  }
  sync::Once bad;
  func([&] {
    defer([] { fmt::Println("recovered:", recover()); });
    bad.Do([] { panic("in once"); });
  });
  bad.Do([] { fmt::Println("not run"); });
  fmt::Println("end");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
