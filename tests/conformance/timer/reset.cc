// Reset of a timer that waits, that has fired, and that is stopped.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto t = time::NewTimer(time::Hour);
  fmt::Println(t->Reset(time::Millisecond));
  t->C.recv();
  fmt::Println(t->Reset(time::Millisecond));
  t->C.recv();
  bool active = t->Reset(time::Hour);
  fmt::Println(active, t->Stop());
  fmt::Println(t->Reset(time::Millisecond));
  t->C.recv();
  fmt::Println("fired three times");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
