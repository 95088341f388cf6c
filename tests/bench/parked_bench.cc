// A million goroutines parked on one channel.
#include <atomic>

#include "bench.h"

using namespace gort;

struct parked_figures {
  double create, rss, wake_all, peak_rss;
};

static parked_figures parked() {
  const int n = 1000000;
  runtime::GC();
  parked_figures f{};
  const double before = bench_status("VmRSS");
  auto ch = make_chan<int64_t>();
  sync::WaitGroup wg;
  std::atomic<int64_t> up{0};
  wg.Add(n);
  bench_clock creating;
  for (int i = 0; i < n; i++) {
    go([&wg, &up, ch] {
      up++;
      ch.recv();
      wg.Done();
    });
  }
  while (up != n) runtime::Gosched();
  f.create = creating.ns_per(n);
  time::Sleep(20 * time::Millisecond);
  f.rss = (bench_status("VmRSS") - before) * 1024 / n;
  bench_clock waking;
  ch.close();
  wg.Wait();
  f.wake_all = waking.ns_per(n);
  f.peak_rss = bench_status("VmHWM") / 1024;
  return f;
}

static const bench_row rows[] = {
    {"parked_create", "ns", [] { return parked().create; }},
    {"parked_rss", "B", [] { return parked().rss; }},
    {"parked_wake_all", "ns", [] { return parked().wake_all; }},
    {"parked_peak_rss", "MiB", [] { return parked().peak_rss; }},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
