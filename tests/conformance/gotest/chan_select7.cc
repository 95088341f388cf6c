// Go's test/chan/select7.go: each way to receive meets each way to send.
#include <gort/gort.h>

using namespace gort;

void recv1(recv_chan<int> c) {
  c.recv();
}

void recv2(recv_chan<int> c) {
  select(recv(c));
}

void recv3(recv_chan<int> c) {
  auto c2 = make_chan<int>();
  select(recv(c), recv(c2));
}

void send1(void (*recv)(recv_chan<int>)) {
  auto c = make_chan<int>();
  go(recv, c);
  runtime::Gosched();
  c.send(1);
}

void send2(void (*recv)(recv_chan<int>)) {
  auto c = make_chan<int>();
  go(recv, c);
  runtime::Gosched();
  select(send(c, 1));
}

void send3(void (*recv)(recv_chan<int>)) {
  auto c = make_chan<int>();
  go(recv, c);
  runtime::Gosched();
  auto c2 = make_chan<int>();
  select(send(c, 1), send(c2, 1));
}

void entry() {
  send1(recv1);
  send2(recv1);
  send3(recv1);
  send1(recv2);
  send2(recv2);
  send3(recv2);
  send1(recv3);
  send2(recv3);
  send3(recv3);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
