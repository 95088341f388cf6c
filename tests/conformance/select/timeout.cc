// time.After as a case: the timeout.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  select(recv(ch, [](int v, bool) { fmt::Println("received", v); }),
         recv(time::After(10 * time::Millisecond), [](time::Time, bool) { fmt::Println("timeout"); }));
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
