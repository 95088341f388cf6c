// Boost.Fiber's mutex and condition variable: see sync_bench.cc.
#include "fiber.h"

static double mutex_uncontended() {
  const int n = 100000000;
  fibers::mutex m;
  bench_clock t;
  for (int i = 0; i < n; i++) {
    m.lock();
    m.unlock();
  }
  return t.ns_per(n);
}

template <class F>
static double par(int g, int total, F f) {
  wait_group wg(g);
  bench_clock t;
  for (int i = 0; i < g; i++) {
    spawn([&wg, f, g, total] {
      for (int j = 0; j < total / g; j++) f();
      wg.Done();
    });
  }
  wg.Wait();
  return t.ns_per(total);
}

static const int kContended = 8000000;

static double mutex_contended8() {
  fibers::mutex m;
  int x = 0;
  return par(8, kContended, [&m, &x] {
    m.lock();
    x++;
    bench_use(x);
    m.unlock();
  });
}

static double mutex_contended8_work() {
  fibers::mutex m;
  int s = 0, sink = 0;
  return par(8, kContended / 4, [&m, &s, &sink] {
    m.lock();
    for (int k = 0; k < 50; k++) {
      s += k ^ s;
      bench_use(s);
    }
    m.unlock();
    for (int k = 0; k < 50; k++) bench_use(sink);
  });
}

static double mutex_contended8_yield() {
  fibers::mutex m;
  return par(8, kContended / 8, [&m] {
    m.lock();
    boost::this_fiber::yield();
    m.unlock();
  });
}

static double cond_pingpong() {
  const int n = fiber_rounds(2000000);
  fibers::mutex m;
  fibers::condition_variable c;
  int turn = 0;
  wait_group wg(2);
  bench_clock t;
  for (int id = 0; id < 2; id++) {
    spawn([&, id] {
      for (int i = 0; i < n; i++) {
        std::unique_lock<fibers::mutex> l(m);
        while (turn != id) c.wait(l);
        turn = 1 - id;
        c.notify_one();
      }
      wg.Done();
    });
  }
  wg.Wait();
  return t.ns_per(n);
}

static const bench_row rows[] = {
    {"mutex_uncontended", "ns", mutex_uncontended},
    {"mutex_contended8", "ns", mutex_contended8},
    {"mutex_contended8_work", "ns", mutex_contended8_work},
    {"mutex_contended8_yield", "ns", mutex_contended8_yield},
    {"cond_pingpong", "ns", cond_pingpong},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
