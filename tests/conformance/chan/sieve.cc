// The prime sieve: a chain of goroutines, one for each prime.
#include <gort/gort.h>

using namespace gort;

void generate(send_chan<int> ch) {
  for (int i = 2;; i++) ch.send(i);
}

void filter(recv_chan<int> in, send_chan<int> out, int prime) {
  while (true) {
    if (int i = in.recv(); i % prime != 0) out.send(i);
  }
}

void entry() {
  auto ch = make_chan<int>();
  go(generate, ch);
  for (int i = 0; i < 25; i++) {
    int prime = ch.recv();
    fmt::Print(prime, ";");
    auto next = make_chan<int>();
    go(filter, ch, next, prime);
    ch = next;
  }
  fmt::Println();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
