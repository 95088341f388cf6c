// Goroutines that need a deep stack once: batches of 100, each recursing 1, 10 or 300 times with some 220 bytes a
// frame.
#include "bench.h"

using namespace gort;

static int64_t sink;

struct pad {
  unsigned char bytes[96];
};

[[gnu::noinline]] static int64_t recurse(int64_t d, pad p) {
  if (d == 0) return p.bytes[3];
  p.bytes[d & 63]++;
  return recurse(d - 1, p) + p.bytes[5];
}

static double grow_spawn(int d) {
  const int n = 100000;
  d = bench_opaque(d);
  bench_clock t;
  for (int i = 0; i < n / 100; i++) {
    sync::WaitGroup wg;
    wg.Add(100);
    for (int j = 0; j < 100; j++) {
      go([&wg, d] {
        bench_use(recurse(d, pad{}));
        wg.Done();
      });
    }
    wg.Wait();
  }
  return t.ns_per(n);
}

static double recurse_d300_warm() {
  const int n = 100000;
  double ns = 0;
  auto done = make_chan<int64_t>();
  go([&ns, done] {
    const int d = bench_opaque(300);
    sink += recurse(d, pad{});
    bench_clock t;
    for (int i = 0; i < n; i++) sink += recurse(d, pad{});
    ns = t.ns_per(n);
    done.send(1);
  });
  done.recv();
  return ns;
}

static const bench_row rows[] = {
    {"grow_spawn_d1", "ns", [] { return grow_spawn(1); }},
    {"grow_spawn_d10", "ns", [] { return grow_spawn(10); }},
    {"grow_spawn_d300", "ns", [] { return grow_spawn(300); }},
    {"recurse_d300_warm", "ns", recurse_d300_warm},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
