// stress.h: what the stress programs share. Their load is random and follows from a seed, which they print first:
//
//   GORT_STRESS_SEED=N      the same choices again (what the kernel makes of them still differs)
//   GORT_STRESS_SECONDS=S   how long each test runs, by default half a second
//   GORT_STRESS=K           multiplies the work of the tests that count instead
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sched.h>
#include <thread>
#include <vector>

#include <gort/gort.h>

namespace stress {

inline double number(const char* name, double otherwise) {
  const char* s = getenv(name);
  return s != nullptr && atof(s) > 0 ? atof(s) : otherwise;
}

inline uint64_t seed() {
  static const uint64_t value = [] {
    const char* s = getenv("GORT_STRESS_SEED");
    uint64_t v = s != nullptr ? strtoull(s, nullptr, 10) : uint64_t(time(nullptr)) % 1000000;
    printf("GORT_STRESS_SEED=%llu\n", static_cast<unsigned long long>(v));
    fflush(stdout);
    return v;
  }();
  return value;
}

inline gort::time::Duration test_time() {
  return gort::time::Duration(int64_t(number("GORT_STRESS_SECONDS", 0.5) * 1e9));
}

inline int work(int n) {
  return int(n * number("GORT_STRESS", 1));
}

// Random is a cheap generator. One made without a number differs from all made before, and follows from the seed.
class Random {
 public:
  Random() : Random(made_++) {}
  explicit Random(uint64_t which) : s_((seed() * 1000003 + which) * 0x9e3779b97f4a7c15u + 1) {}
  // r(n) is less than n.
  uint32_t operator()(uint32_t n) {
    s_ ^= s_ << 13;
    s_ ^= s_ >> 7;
    s_ ^= s_ << 17;
    return static_cast<uint32_t>((s_ >> 32) * n >> 32);
  }

 private:
  static inline std::atomic<uint64_t> made_{1};
  uint64_t s_;
};

// Procs sets GOMAXPROCS for a scope. More Ps than processors make the kernel stop threads at awkward places.
struct Procs {
  explicit Procs(int n) : old(gort::runtime::GOMAXPROCS(n)) {}
  ~Procs() { gort::runtime::GOMAXPROCS(old); }
  int old;
};

// until_over runs f until the test's time is over, but once at least.
template <class F>
void until_over(F f) {
  const auto start = gort::time::Now();
  do f();
  while (gort::time::Since(start) < test_time());
}

// on_all runs worker(id) on so many goroutines and threads, once at least and until the time is over; nudge is called
// until the last of them has left.
template <class F, class N>
void on_all(int goroutines, int threads, F worker, N nudge) {
  std::atomic<bool> stop{false};
  std::atomic<int> left{goroutines + threads};
  auto run = [&](int id) {
    do worker(id);
    while (!stop);
    left--;
  };
  std::vector<std::thread> ts;
  for (int i = 0; i < threads; i++) ts.emplace_back([&, i] { run(goroutines + i); });
  gort::run([&] {
    for (int i = 0; i < goroutines; i++) gort::go([&, i] { run(i); });
    gort::time::Sleep(test_time());
    stop = true;
    while (left > 0) {
      nudge();
      gort::time::Sleep(gort::time::Millisecond);
    }
  });
  for (auto& t : ts) t.join();
}
template <class F>
void on_all(int goroutines, int threads, F worker) {
  on_all(goroutines, threads, worker, [] {});
}

// pause does what holders of locks do: nothing, work, yield, sleep.
inline void pause(Random& r) {
  switch (r(64)) {
    case 0:
      return gort::time::Sleep(gort::time::Duration(r(50)) * gort::time::Microsecond);
    case 1:
    case 2:
      return gort::runtime::Gosched();
    case 3:
      for (int i = 0; i < 200; i++) asm volatile("");
  }
}

}  // namespace stress
