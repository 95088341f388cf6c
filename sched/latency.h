// How long goroutines that have been made ready wait until they run: the histogram behind `/sched/latencies:seconds`.
//
// A sample, since the clock costs as much as a switch: whoever makes a goroutine ready stamps about one in 32 with the
// time stamp counter, and the switch to a stamped one counts the difference in its p's buckets. Gosched stamps nothing:
// the time that a goroutine gives away is not latency.
//
// Buckets are logarithmic in ticks of the counter, four to a power of two from 2^7 on: the first holds all below, the
// last all above. Each p's are written by its owner alone and summed by readers.
#pragma once
#include <x86intrin.h>

#include "sched/runtime2.h"

namespace gort::rt {

inline constexpr uint32_t kLatencyMinBits = 7;

// latency_bucket is the bucket of a time in ticks; latency_bound the lower bound of a bucket.
inline uint32_t latency_bucket(uint64_t ticks) {
  if (ticks < (uint64_t{1} << kLatencyMinBits)) return 0;
  auto bits = uint32_t(63 - __builtin_clzll(ticks));
  uint32_t i = (bits - kLatencyMinBits) * 4 + uint32_t(ticks >> (bits - 2) & 3) + 1;
  return i < kLatencyBuckets ? i : kLatencyBuckets - 1;
}
inline uint64_t latency_bound(uint32_t bucket) {
  if (bucket == 0) return 0;
  uint32_t bits = (bucket - 1) / 4 + kLatencyMinBits;
  return (uint64_t{1} << bits) + (uint64_t((bucket - 1) % 4) << (bits - 2));
}

// latency_stamp (owner of pp) stamps gp, which is being made ready, if its turn has come. The turn is told by numbers
// that the owner has at hand and that every way of becoming ready moves, no counter of its own; multiplied, so that
// each step, whatever it adds to them, is as likely as any other.
inline void latency_stamp(const p* pp, g* gp) {
  uint64_t n = pp->nparks.load(std::memory_order_relaxed) + pp->nspawns.load(std::memory_order_relaxed) +
               pp->runqtail.load(std::memory_order_relaxed);
  if (__builtin_expect(n * 0x9e3779b97f4a7c15u >> 59 == 0, 0)) {
    gp->readytsc = __rdtsc();
    gp->onswitch |= kOnSwitchLatency;
  }
}

// latency_record counts gp, which is stamped and about to run on mp.
inline void latency_record(m* mp, g* gp) {
  uint64_t now = __rdtsc(), since = gp->readytsc;
  gp->onswitch &= uint8_t(~kOnSwitchLatency);
  p* pp = mp->p;
  if (pp == nullptr) return;
  auto& count = pp->latency[latency_bucket(now > since ? now - since : 0)];
  count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace gort::rt
