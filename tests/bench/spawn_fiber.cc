// Starting fibers, yielding, parking a million, and skynet: see spawn_bench.cc, yield_bench.cc, parked_bench.cc and
// skynet_bench.cc.
#include "fiber.h"

static const int kMillion = 1000000;
static const int kFew = 500000;

static double million() {
  wait_group wg(kMillion);
  bench_clock t;
  for (int i = 0; i < kMillion; i++) spawn([&wg] { wg.Done(); });
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

static double spawn_join1() {
  const int n = fiber_rounds(kFew);
  fibers::unbuffered_channel<bool> ch;
  bench_clock t;
  for (int i = 0; i < n; i++) {
    spawn([&ch] { ch.push(true); });
    bool v;
    ch.pop(v);
  }
  return t.ns_per(n);
}

static double spawn_batch100() {
  bench_clock t;
  for (int i = 0; i < kFew / 100; i++) {
    wait_group wg(100);
    for (int j = 0; j < 100; j++) spawn([&wg] { wg.Done(); });
    wg.Wait();
  }
  return t.ns_per(kFew);
}

static double yield(int g, int total) {
  wait_group wg(g);
  bench_clock t;
  for (int i = 0; i < g; i++) {
    spawn([&wg, g, total] {
      for (int j = 0; j < total / g; j++) boost::this_fiber::yield();
      wg.Done();
    });
  }
  wg.Wait();
  return t.ns_per(total);
}

using sums = fibers::unbuffered_channel<int64_t>;

static void skynet(sums& c, int64_t num, int64_t size, int64_t div) {
  if (size == 1) {
    c.push(num);
    return;
  }
  sums rc;
  int64_t sum = 0;
  for (int64_t i = 0; i < div; i++)
    spawn([&rc, num, size, div, i] { skynet(rc, num + i * (size / div), size / div, div); });
  for (int64_t i = 0; i < div; i++) {
    int64_t v = 0;
    rc.pop(v);
    sum += v;
  }
  c.push(sum);
}

static double skynet_once() {
  sums c;
  bench_clock t;
  spawn([&c] { skynet(c, 0, 1000000, 10); });
  int64_t sum = 0;
  c.pop(sum);
  if (sum != 499999500000) abort();
  return t.seconds();
}

static double skynet_warm() {
  skynet_once();
  return skynet_once();
}

struct parked_figures {
  double create, rss, wake_all;
};

// Boost's channels wake one receiver at a time, so that a condition variable takes the place of the closed channel.
static parked_figures parked() {
  const int n = kMillion;
  parked_figures f{};
  const double before = bench_status("VmRSS");
  fibers::mutex m;
  fibers::condition_variable c;
  bool go = false;
  wait_group wg(n);
  std::atomic<int64_t> up{0};
  bench_clock creating;
  for (int i = 0; i < n; i++) {
    spawn([&] {
      up++;
      std::unique_lock<fibers::mutex> l(m);
      c.wait(l, [&] { return go; });
      l.unlock();
      wg.Done();
    });
  }
  while (up != n) boost::this_fiber::yield();
  f.create = creating.ns_per(n);
  f.rss = (bench_status("VmRSS") - before) * 1024 / n;
  bench_clock waking;
  {
    std::lock_guard<fibers::mutex> l(m);
    go = true;
    c.notify_all();
  }
  wg.Wait();
  f.wake_all = waking.ns_per(n);
  return f;
}

static const bench_row rows[] = {
    {"spawn_cold", "ns", spawn_cold},
    {"spawn_warm", "ns", spawn_warm},
    {"spawn_join1", "ns", spawn_join1},
    {"spawn_batch100", "ns", spawn_batch100},
    {"yield_1", "ns", [] { return yield(1, 5000000); }},
    {"yield_2", "ns", [] { return yield(2, 10000000); }},
    {"yield_1000", "ns", [] { return yield(1000, 10000000); }},
    {"skynet_cold", "s", skynet_once},
    {"skynet_warm", "s", skynet_warm},
    {"parked_create", "ns", [] { return parked().create; }},
    {"parked_rss", "B", [] { return parked().rss; }},
    {"parked_wake_all", "ns", [] { return parked().wake_all; }},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
