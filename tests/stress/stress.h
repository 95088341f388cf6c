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

}  // namespace stress
