// A duration that overflows the clock never fires, and does not disturb others.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto t = time::NewTimer(INT64_MAX);
  auto u = time::NewTimer(time::Millisecond);
  u->C.recv();
  int64_t n = t->C.len();
  fmt::Println(n, t->Stop());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
