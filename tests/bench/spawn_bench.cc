// Starting goroutines.
#include "bench.h"

using namespace gort;

static const int kMillion = 1000000;
static const int kFew = 500000;

// million starts a million goroutines and waits for them. At GOMAXPROCS=1 they all live at once.
static double million() {
  sync::WaitGroup wg;
  bench_clock t;
  for (int i = 0; i < kMillion; i++) {
    wg.Add(1);
    go([&wg] { wg.Done(); });
  }
  wg.Wait();
  return t.ns_per(kMillion);
}

static double spawn_cold() {
  return million();
}

static double spawn_warm() {
  million();
  return million();
}

static double spawn_peak_rss() {
  million();
  million();
  return bench_status("VmHWM") / 1024;
}

// One at a time, waited for through a channel.
static double spawn_join1() {
  auto ch = make_chan<bool>();
  bench_clock t;
  for (int i = 0; i < kFew; i++) {
    go([ch] { ch.send(true); });
    ch.recv();
  }
  return t.ns_per(kFew);
}

// Batches of 100: a typical fan-out.
static double spawn_batch100() {
  bench_clock t;
  for (int i = 0; i < kFew / 100; i++) {
    sync::WaitGroup wg;
    wg.Add(100);
    for (int j = 0; j < 100; j++) go([&wg] { wg.Done(); });
    wg.Wait();
  }
  return t.ns_per(kFew);
}

static const bench_row rows[] = {
    {"spawn_cold", "ns", spawn_cold},          {"spawn_warm", "ns", spawn_warm},
    {"spawn_peak_rss", "MiB", spawn_peak_rss}, {"spawn_join1", "ns", spawn_join1},
    {"spawn_batch100", "ns", spawn_batch100},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
