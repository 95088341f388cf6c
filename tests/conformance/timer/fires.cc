// A timer sends once; Stop says that it has fired.
#include <gort/gort.h>

using namespace gort;

void entry() {
  time::Time start = time::Now();
  auto t = time::NewTimer(3 * time::Millisecond);
  time::Time at = t->C.recv();
  fmt::Println(at.Sub(start) >= 3 * time::Millisecond, t->Stop());
  select(recv(t->C, [] { fmt::Println("fired again"); }),
         recv(time::After(5 * time::Millisecond), [] { fmt::Println("once"); }));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
