// The concurrent prime sieve: a chain of goroutines, each of which lets pass what its prime does not divide.
#include <gort/gort.h>

using namespace gort;

void generate(send_chan<int> out) {
  for (int n = 2;; n++) out.send(n);
}

void filter(recv_chan<int> in, send_chan<int> out, int prime) {
  for (int n : in)
    if (n % prime != 0) out.send(n);
}

void entry() {
  auto ch = make_chan<int>();
  go(generate, ch);
  for (int i = 0; i < 10; i++) {
    int prime = ch.recv();
    fmt::Println(prime);
    auto next = make_chan<int>();
    go(filter, ch, next, prime);
    ch = next;
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}

// Output:
// 2
// 3
// 5
// 7
// 11
// 13
// 17
// 19
// 23
// 29
