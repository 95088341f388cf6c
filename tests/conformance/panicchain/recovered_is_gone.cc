// A panic that was recovered by a call that has returned is not printed with a later one.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([&] {
    defer([] { panic("later"); });
    defer([] { recover(); });
    panic("first");
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
