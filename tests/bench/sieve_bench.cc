// The prime sieve: 2000 filters in a row, each a goroutine between two unbuffered channels.
#include "bench.h"

using namespace gort;

static void generate(chan<int64_t> out) {
  for (int64_t i = 2;; i++) out.send(i);
}

static void filter(chan<int64_t> in, chan<int64_t> out, int64_t prime) {
  for (;;) {
    const int64_t i = in.recv();
    if (i % prime != 0) out.send(i);
  }
}

static double sieve_2000() {
  bench_clock t;
  auto ch = make_chan<int64_t>();
  go(generate, ch);
  int64_t prime = 0;
  for (int i = 0; i < 2000; i++) {
    prime = ch.recv();
    auto next = make_chan<int64_t>();
    go(filter, ch, next, prime);
    ch = next;
  }
  const double s = t.seconds();
  if (prime != 17389) panic("bad prime");
  return s;
}

static const bench_row rows[] = {{"sieve_2000", "s", sieve_2000}};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
