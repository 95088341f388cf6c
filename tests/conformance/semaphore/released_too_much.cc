// Release of more than is held panics.
#include <gort/gort.h>

using namespace gort;

void entry() {
  func([] {
    auto& s = local<semaphore::Weighted>(2);
    defer([] { fmt::Println(recover()); });
    s.Acquire(context::Background(), 1);
    s.Release(1);
    fmt::Println("fine");
    s.Release(1);
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
