// Go's test/chan/fifo.go: values come out in the order in which they went in, waiting receivers first come first
// served.
#include <cstdlib>

#include <gort/gort.h>

using namespace gort;

constexpr int N = 10;

void AsynchFifo() {
  auto ch = make_chan<int>(N);
  for (int i = 0; i < N; i++) ch.send(i);
  for (int i = 0; i < N; i++) {
    if (ch.recv() != i) {
      print("bad receive\n");
      std::exit(1);
    }
  }
}

void Chain(recv_chan<int> ch, int val, recv_chan<int> in, send_chan<int> out) {
  in.recv();
  if (ch.recv() != val) panic(val);
  out.send(1);
}

// SynchFifo has a chain of goroutines read the values in order.
void SynchFifo() {
  auto ch = make_chan<int>();
  auto in = make_chan<int>();
  auto start = in;
  for (int i = 0; i < N; i++) {
    auto out = make_chan<int>();
    go(Chain, ch, i, in, out);
    in = out;
  }
  start.send(0);
  for (int i = 0; i < N; i++) ch.send(i);
  in.recv();
}

void entry() {
  AsynchFifo();
  SynchFifo();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
