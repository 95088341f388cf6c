// Values go to blocked receivers, and are taken from blocked senders, in the order in which they came.
#include <string>

#include <gort/gort.h>

using namespace gort;

void entry() {
  auto ch = make_chan<int>();
  auto out = make_chan<std::string>(4);
  for (int i = 0; i < 4; i++) {
    go([=] { out.send(fmt::Sprint(i, "<-", ch.recv())); });
    runtime::Gosched();
  }
  for (int v = 10; v < 14; v++) ch.send(v);
  for (int i = 0; i < 4; i++) fmt::Println(out.recv());
  for (int i = 0; i < 4; i++) {
    go([=] { ch.send(i); });
    runtime::Gosched();
  }
  for (int i = 0; i < 4; i++) fmt::Println(ch.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
