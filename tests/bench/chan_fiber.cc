// Boost.Fiber's channels: see chan_bench.cc. It has no select.
#include "fiber.h"

using plain = fibers::unbuffered_channel<int64_t>;
using buffered = fibers::buffered_channel<int64_t>;

static double chan_pingpong() {
  const int n = fiber_rounds(3000000);
  plain a, b;
  wait_group wg(1);
  spawn([&] {
    int64_t v = 0;
    while (a.pop(v) == fibers::channel_op_status::success) b.push(v);
    wg.Done();
  });
  bench_clock t;
  int64_t v = 0;
  for (int i = 0; i < n; i++) {
    a.push(i);
    b.pop(v);
  }
  const double ns = t.ns_per(n);
  a.close();
  wg.Wait();
  return ns;
}

// One producer, one consumer.
template <class C>
static double stream(C& c, int n) {
  bench_clock t;
  wait_group wg(1);
  spawn([&c, &wg, n] {
    for (int i = 0; i < n; i++) c.push(i);
    c.close();
    wg.Done();
  });
  int64_t v = 0;
  while (c.pop(v) == fibers::channel_op_status::success) bench_use(v);
  wg.Wait();
  return t.ns_per(n);
}

static double chan_buf128() {
  buffered c(128);
  return stream(c, 10000000);
}

static double chan_unbuf_stream() {
  plain c;
  return stream(c, fiber_rounds(5000000));
}

// The smallest buffer that Boost's channel has is two.
static double chan_uncontended_send_recv() {
  const int n = 20000000;
  buffered c(2);
  bench_clock t;
  int64_t v = 0;
  for (int i = 0; i < n; i++) {
    c.push(i);
    c.pop(v);
  }
  return t.ns_per(n);
}

template <class C>
static double mpmc(C& c) {
  const int n = fiber_rounds(4000000);
  wait_group wp(4), wc(4);
  bench_clock t;
  for (int i = 0; i < 4; i++) {
    spawn([&] {
      for (int j = 0; j < n / 4; j++) c.push(j);
      wp.Done();
    });
    spawn([&] {
      int64_t v = 0;
      while (c.pop(v) == fibers::channel_op_status::success) bench_use(v);
      wc.Done();
    });
  }
  wp.Wait();
  c.close();
  wc.Wait();
  return t.ns_per(n);
}

static double chan_mpmc4x4_cap0() {
  plain c;
  return mpmc(c);
}

static double chan_mpmc4x4_cap128() {
  buffered c(128);
  return mpmc(c);
}

static const bench_row rows[] = {
    {"chan_pingpong", "ns", chan_pingpong},         {"chan_buf128", "ns", chan_buf128},
    {"chan_unbuf_stream", "ns", chan_unbuf_stream}, {"chan_uncontended_send_recv", "ns", chan_uncontended_send_recv},
    {"chan_mpmc4x4_cap0", "ns", chan_mpmc4x4_cap0}, {"chan_mpmc4x4_cap128", "ns", chan_mpmc4x4_cap128},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
