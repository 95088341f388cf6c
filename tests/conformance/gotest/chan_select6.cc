// Go's test/chan/select6.go: a select that has lost its place in a queue leaves the others in theirs.
#include <gort/gort.h>

using namespace gort;

void entry() {
  auto c1 = make_chan<bool>();
  auto c2 = make_chan<bool>();
  auto c3 = make_chan<bool>();
  go([=] { c1.recv(); });
  go([=] {
    select(recv(c1, [] { panic("dummy"); }), recv(c2, [=] { c3.send(true); }));
    c1.recv();
  });
  go([=] { c2.send(true); });
  c3.recv();
  c1.send(true);
  c1.send(true);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
