// Sleeping fibers: see timers_bench.cc. Boost.Fiber has no timers apart from them.
#include <algorithm>
#include <vector>

#include "fiber.h"

struct sleep_figures {
  double cpu_per_sleep, wall, p50, p99, max;
};

static sleep_figures sleep_test(int g, int rounds) {
  std::vector<int32_t> late(static_cast<size_t>(g) * static_cast<size_t>(rounds));
  wait_group wg(g);
  const double cpu = bench_cpu_ns();
  bench_clock t;
  for (int i = 0; i < g; i++) {
    spawn([&, i] {
      uint64_t rng = static_cast<uint64_t>(i) * 0x9E3779B97F4A7C15 + 12345;
      for (int r = 0; r < rounds; r++) {
        rng ^= rng << 13;
        rng ^= rng >> 7;
        rng ^= rng << 17;
        const auto d = std::chrono::microseconds(1000 + rng % 99000);
        bench_clock slept;
        boost::this_fiber::sleep_for(d);
        late[static_cast<size_t>(i * rounds + r)] =
            static_cast<int32_t>(slept.ns() / 1000 - static_cast<double>(d.count()));
      }
      wg.Done();
    });
  }
  wg.Wait();
  sleep_figures f{};
  f.wall = t.seconds();
  f.cpu_per_sleep = (bench_cpu_ns() - cpu) / static_cast<double>(late.size());
  std::sort(late.begin(), late.end());
  f.p50 = late[late.size() / 2];
  f.p99 = late[late.size() * 99 / 100];
  f.max = late.back();
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
    SLEEP_ROWS("sleep100k", 100000, 5),
    SLEEP_ROWS("sleep10k", 10000, 10),
    SLEEP_ROWS("sleep100", 100, 20),
    SLEEP_ROWS("sleep1", 1, 20),
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
