// defer and Goexit.
#include "bench.h"

using namespace gort;

static int64_t x;

[[gnu::noinline]] static void incp(int64_t* p) {
  ++*p;
  bench_use(p);
}

[[gnu::noinline]] static void defer_one(int64_t* p) {
  func([&] {
    defer(incp, p);
    ++*p;
  });
}

[[gnu::noinline]] static void defer_many(int64_t* p, int n) {
  func([&] {
    for (int i = 0; i < n; i++) defer(incp, p);
  });
}

[[gnu::noinline]] static void defer_recover(int64_t* p) {
  func([&] {
    defer([] { recover(); });
    ++*p;
  });
}

static double defer_open() {
  const int n = 200000000;
  bench_clock t;
  for (int i = 0; i < n; i++) defer_one(&x);
  return t.ns_per(n);
}

static double defer_loop10_each() {
  const int n = 20000000;
  bench_clock t;
  for (int i = 0; i < n / 10; i++) defer_many(&x, bench_opaque(10));
  return t.ns_per(n);
}

static double defer_loop1() {
  const int n = 20000000;
  bench_clock t;
  for (int i = 0; i < n; i++) defer_many(&x, bench_opaque(1));
  return t.ns_per(n);
}

static double defer_recover_nopanic() {
  const int n = 200000000;
  bench_clock t;
  for (int i = 0; i < n; i++) defer_recover(&x);
  return t.ns_per(n);
}

// Goroutines in batches of 100, whose only act is to defer, and to leave in the one way or the other.
template <class F>
static double batches(F f) {
  const int n = 500000;
  sync::WaitGroup wg;
  bench_clock t;
  for (int i = 0; i < n / 100; i++) {
    wg.Add(100);
    for (int j = 0; j < 100; j++) go([&wg, f] { f(wg); });
    wg.Wait();
  }
  return t.ns_per(n);
}

static double goroutine_defer_return() {
  return batches([](sync::WaitGroup& wg) { func([&] { defer([&wg] { wg.Done(); }); }); });
}

static double goroutine_defer_goexit() {
  return batches([](sync::WaitGroup& wg) {
    func([&] {
      defer([&wg] { wg.Done(); });
      runtime::Goexit();
    });
  });
}

static const bench_row rows[] = {
    {"defer_open", "ns", defer_open},
    {"defer_loop10_each", "ns", defer_loop10_each},
    {"defer_loop1", "ns", defer_loop1},
    {"defer_recover_nopanic", "ns", defer_recover_nopanic},
    {"goroutine_defer_return", "ns", goroutine_defer_return},
    {"goroutine_defer_goexit", "ns", goroutine_defer_goexit},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
