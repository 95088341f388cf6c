// Timers and sleeping.
#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "bench.h"

using namespace gort;

static void nop() {}

static const int kTimers = 3000000;

static double timer_create_stop() {
  bench_clock t;
  for (int i = 0; i < kTimers; i++) time::AfterFunc(time::Hour, nop)->Stop();
  return t.ns_per(kTimers);
}

static double timer_reset() {
  auto tm = time::NewTimer(time::Hour);
  bench_clock t;
  for (int i = 0; i < kTimers; i++) tm->Reset(time::Hour + time::Duration(i & 1023));
  double ns = t.ns_per(kTimers);
  tm->Stop();
  return ns;
}

static double timer_create_stop_100k_live() {
  std::mt19937_64 rng(1);
  std::vector<time::TimerPtr> live(100000);
  for (auto& l : live) l = time::AfterFunc(time::Hour + time::Duration(rng() % 1000000000), nop);
  bench_clock t;
  for (int i = 0; i < kTimers; i++) time::AfterFunc(time::Hour + time::Duration(i % 1000000) * 1000, nop)->Stop();
  double ns = t.ns_per(kTimers);
  for (auto& l : live) l->Stop();
  return ns;
}

// g goroutines sleep `rounds` times for 1 to 100 ms.
struct sleep_figures {
  double cpu_per_sleep, wall, p50, p99, max;
};

static sleep_figures sleep_test(int g, int rounds) {
  std::vector<std::vector<int32_t>> lat(static_cast<size_t>(g));
  for (auto& l : lat) l.resize(static_cast<size_t>(rounds));
  sync::WaitGroup wg;
  auto start = make_chan<bool>();
  for (int i = 0; i < g; i++) {
    wg.Add(1);
    go([&, i] {
      uint64_t rng = static_cast<uint64_t>(i) * 0x9E3779B97F4A7C15 + 12345;
      start.recv();
      for (int r = 0; r < rounds; r++) {
        rng ^= rng << 13;
        rng ^= rng >> 7;
        rng ^= rng << 17;
        time::Duration d = time::Millisecond + time::Duration(rng % 99000) * time::Microsecond;
        time::Time t = time::Now();
        time::Sleep(d);
        lat[static_cast<size_t>(i)][static_cast<size_t>(r)] = static_cast<int32_t>((time::Since(t) - d).Microseconds());
      }
      wg.Done();
    });
  }
  time::Sleep(50 * time::Millisecond);
  double c0 = bench_cpu_ns();
  bench_clock t;
  start.close();
  wg.Wait();
  sleep_figures f{};
  f.wall = t.seconds();
  f.cpu_per_sleep = (bench_cpu_ns() - c0) / (static_cast<double>(g) * rounds);
  std::vector<int32_t> all;
  for (auto& l : lat) all.insert(all.end(), l.begin(), l.end());
  std::sort(all.begin(), all.end());
  f.p50 = all[all.size() / 2];
  f.p99 = all[all.size() * 99 / 100];
  f.max = all.back();
  return f;
}

#define SLEEP_ROWS(name, g, rounds)                                                  \
  {name "_cpu_per_sleep", "ns", [] { return sleep_test(g, rounds).cpu_per_sleep; }}, \
      {name "_wall", "s", [] { return sleep_test(g, rounds).wall; }},                \
      {name "_late_p50", "us", [] { return sleep_test(g, rounds).p50; }},            \
      {name "_late_p99", "us", [] { return sleep_test(g, rounds).p99; }}, {          \
    name "_late_max", "us", [] { return sleep_test(g, rounds).max; }                 \
  }

static const bench_row rows[] = {
    {"timer_create_stop", "ns", timer_create_stop},
    {"timer_reset", "ns", timer_reset},
    {"timer_create_stop_100k_live", "ns", timer_create_stop_100k_live},
    SLEEP_ROWS("sleep100k", 100000, 5),
    SLEEP_ROWS("sleep10k", 10000, 10),
    SLEEP_ROWS("sleep100", 100, 20),
    SLEEP_ROWS("sleep1", 1, 20),
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
