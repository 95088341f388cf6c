// Lock on a nil Locker is a nil dereference that can be recovered.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { fmt::Println(recover()); });
    sync::Locker l;
    l.Lock();
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
