// Gosched with 1, 2 and 1000 runnable goroutines.
#include "bench.h"

using namespace gort;

static double yield(int g, int total) {
  sync::WaitGroup wg;
  wg.Add(g);
  auto start = make_chan<bool>();
  for (int i = 0; i < g; i++) {
    go([&wg, start, g, total] {
      start.recv();
      for (int j = 0; j < total / g; j++) runtime::Gosched();
      wg.Done();
    });
  }
  time::Sleep(2 * time::Millisecond);
  bench_clock t;
  start.close();
  wg.Wait();
  return t.ns_per(total);
}

static const bench_row rows[] = {
    {"yield_1", "ns", [] { return yield(1, 5000000); }},
    {"yield_2", "ns", [] { return yield(2, 10000000); }},
    {"yield_1000", "ns", [] { return yield(1000, 10000000); }},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
