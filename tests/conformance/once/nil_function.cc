// Do(nil) panics as a call of nil does, once.
#include <gort/gort.h>

using namespace gort;

void entry() {
  sync::Once once;
  for (int i = 0; i < 2; i++) {
    func([&] {
      defer([&] { fmt::Println(recover()); });
      once.Do(nil);
    });
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
