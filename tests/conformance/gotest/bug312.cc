// Go's test/fixedbugs/bug312.go: a select receives into an interface.
#include <gort/gort.h>

using namespace gort;

void entry() {
  any i;
  auto c = make_chan<int>(1);
  c.send(1);
  select(recv(c, [&](int v) { i = v; }));
  if (!(i == 1)) {
    println("bad i", i);
    panic("BUG");
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
