// Go's test/chan/sieve1.go: the prime sieve, a chain of filters.
#include <gort/gort.h>

using namespace gort;

void Generate(send_chan<int> ch) {
  for (int i = 2;; i++) ch.send(i);
}

void Filter(recv_chan<int> in, send_chan<int> out, int prime) {
  for (int i : in)
    if (i % prime != 0) out.send(i);
}

void Sieve(send_chan<int> primes) {
  auto ch = make_chan<int>();
  go(Generate, ch);
  for (;;) {
    int prime = ch.recv();
    primes.send(prime);
    auto ch1 = make_chan<int>();
    go(Filter, ch, ch1, prime);
    ch = ch1;
  }
}

void entry() {
  auto primes = make_chan<int>();
  go(Sieve, primes);
  for (int a : {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97}) {
    if (int x = primes.recv(); x != a) {
      println(x, " != ", a);
      panic("fail");
    }
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
