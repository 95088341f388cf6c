// Go's test/fixedbugs/bug130.go: go with a method of an interface.
#include <cstdlib>

#include <gort/gort.h>

using namespace gort;

struct I {
  virtual ~I() = default;
  virtual void send(send_chan<int> c) = 0;
};

struct S : I {
  explicit S(int v) : v(v) {}
  void send(send_chan<int> c) override { c.send(v); }
  int v;
};

void entry() {
  static S s(0);
  I* i = &s;
  auto c = make_chan<int>();
  go(&I::send, i, c);
  std::exit(c.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
