// Package sync.
#include "bench.h"

using namespace gort;

static double mutex_uncontended() {
  const int n = 100000000;
  sync::Mutex m;
  bench_clock t;
  for (int i = 0; i < n; i++) {
    m.Lock();
    m.Unlock();
  }
  return t.ns_per(n);
}

static double rwmutex_r_uncontended() {
  const int n = 50000000;
  sync::RWMutex m;
  bench_clock t;
  for (int i = 0; i < n; i++) {
    m.RLock();
    m.RUnlock();
  }
  return t.ns_per(n);
}

static double rwmutex_w_uncontended() {
  const int n = 50000000;
  sync::RWMutex m;
  bench_clock t;
  for (int i = 0; i < n; i++) {
    m.Lock();
    m.Unlock();
  }
  return t.ns_per(n);
}

static double waitgroup_add_done() {
  const int n = 50000000;
  sync::WaitGroup wg;
  wg.Add(1);
  bench_clock t;
  for (int i = 0; i < n; i++) {
    wg.Add(1);
    wg.Done();
  }
  return t.ns_per(n);
}

static double once_done() {
  const int n = 50000000;
  sync::Once o;
  o.Do([] {});
  bench_clock t;
  for (int i = 0; i < n; i++) o.Do([] {});
  return t.ns_per(n);
}

// par runs f total times on g goroutines and returns nanoseconds per call. What the goroutines read all the time is
// their own, as Go's closures hold it: it must not lie in the cache line of what f locks.
template <class F>
static double par(int g, int total, F f) {
  sync::WaitGroup wg;
  auto start = make_chan<bool>();
  for (int i = 0; i < g; i++) {
    wg.Add(1);
    go([&wg, f, start, n = total / g]() mutable {
      start.recv();
      for (int j = 0; j < n; j++) f();
      wg.Done();
    });
  }
  time::Sleep(time::Millisecond);
  bench_clock t;
  start.close();
  wg.Wait();
  return t.ns_per(total);
}

static const int kContended = 8000000;

static double mutex_contended8() {
  sync::Mutex m;
  int x = 0;
  double ns = par(8, kContended, [&] {
    m.Lock();
    x++;
    bench_use(x);
    m.Unlock();
  });
  return ns;
}

static double mutex_contended8_work() {
  sync::Mutex m;
  int s = 0;
  int sink = 0;
  return par(8, kContended / 4, [&] {
    m.Lock();
    for (int k = 0; k < 50; k++) {
      s += k ^ s;
      bench_use(s);
    }
    m.Unlock();
    for (int k = 0; k < 50; k++) bench_use(sink);
  });
}

static double mutex_contended8_yield() {  // held across a yield: forces parking
  sync::Mutex m;
  return par(8, kContended / 8, [&] {
    m.Lock();
    runtime::Gosched();
    m.Unlock();
  });
}

static double rwmutex_r_contended8() {
  sync::RWMutex rw;
  return par(8, kContended, [&] {
    rw.RLock();
    rw.RUnlock();
  });
}

static double rwmutex_mixed8_w10() {
  sync::RWMutex rw;
  std::atomic<int64_t> cnt{0};
  int x = 0;
  return par(8, kContended / 2, [&] {
    if ((cnt.fetch_add(1) + 1) % 10 == 0) {
      rw.Lock();
      x++;
      bench_use(x);
      rw.Unlock();
    } else {
      rw.RLock();
      bench_use(x);
      rw.RUnlock();
    }
  });
}

static double cond_pingpong() {
  const int n = 2000000;
  sync::Mutex m;
  sync::Cond c(&m);
  int turn = 0;
  sync::WaitGroup wg;
  wg.Add(2);
  bench_clock t;
  for (int id = 0; id < 2; id++) {
    go([&, id] {
      for (int i = 0; i < n; i++) {
        m.Lock();
        while (turn != id) c.Wait();
        turn = 1 - id;
        c.Signal();
        m.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  return t.ns_per(n);
}

static const bench_row rows[] = {
    {"mutex_uncontended", "ns", mutex_uncontended},
    {"rwmutex_r_uncontended", "ns", rwmutex_r_uncontended},
    {"rwmutex_w_uncontended", "ns", rwmutex_w_uncontended},
    {"waitgroup_add_done", "ns", waitgroup_add_done},
    {"once_done", "ns", once_done},
    {"mutex_contended8", "ns", mutex_contended8},
    {"mutex_contended8_work", "ns", mutex_contended8_work},
    {"mutex_contended8_yield", "ns", mutex_contended8_yield},
    {"rwmutex_r_contended8", "ns", rwmutex_r_contended8},
    {"rwmutex_mixed8_w10", "ns", rwmutex_mixed8_w10},
    {"cond_pingpong", "ns", cond_pingpong},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
