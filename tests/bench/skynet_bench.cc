// Skynet: a tree of 1,111,111 goroutines, ten children each, that add up their leaves' numbers.
#include "bench.h"

using namespace gort;

static void skynet(chan<int64_t> c, int64_t num, int64_t size, int64_t div) {
  if (size == 1) {
    c.send(num);
    return;
  }
  auto rc = make_chan<int64_t>();
  int64_t sum = 0;
  for (int64_t i = 0; i < div; i++) go(skynet, rc, num + i * (size / div), size / div, div);
  for (int64_t i = 0; i < div; i++) sum += rc.recv();
  c.send(sum);
}

static double once() {
  auto c = make_chan<int64_t>();
  bench_clock t;
  go(skynet, c, int64_t(0), int64_t(1000000), int64_t(10));
  if (c.recv() != 499999500000) panic("bad skynet");
  return t.seconds();
}

static double skynet_cold() {
  return once();
}

static double skynet_warm() {
  once();
  return once();
}

static double skynet_peak_rss() {
  once();
  once();
  return bench_status("VmHWM") / 1024;
}

static const bench_row rows[] = {
    {"skynet_cold", "s", skynet_cold},
    {"skynet_warm", "s", skynet_warm},
    {"skynet_peak_rss", "MiB", skynet_peak_rss},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
