// Go's test/chan/sendstmt.go: a channel that comes out of a channel is sent to in a select; it is received first.
#include <gort/gort.h>

using namespace gort;

void chanchan() {
  auto cc = make_chan<chan<int>>(1);
  auto c = make_chan<int>(1);
  cc.send(c);
  select(send(cc.recv(), 2), otherwise([] { panic("nonblock"); }));
  if (c.recv() != 2) panic("bad receive");
}

void sendprec() {
  auto c = make_chan<bool>(1);
  c.send(false || true);
  if (!c.recv()) panic("sent false");
}

void entry() {
  chanchan();
  sendprec();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
