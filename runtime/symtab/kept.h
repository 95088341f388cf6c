// Where lookups are kept.
//
// A pool is one mapping: a table of pointers to Kept, and everything they point to: names, argument plans, call sites.
// All of it is written once, before its pointer is published, so that readers take no lock. A pool that is full is
// replaced by an empty one; it is given back when nobody is left who may be reading it:
//
//   reader (Hold):  pins++;  p = pool;  ... reads ...  pins--;  if it was the last: free_retired()
//   replacer:       pool = fresh;  push the old one on the list of retired ones
//   free_retired:   take the list;  if pins == 0: unmap it, else put it back
//
// A pool on the list was replaced before it got there, and whoever still reads it had pinned before that: when the list
// has been taken and pins is 0 after that, nobody does. A reader that dies inside keeps its pools for ever, in a
// process that is dying.
#pragma once

#include "runtime/symtab/plan.h"

namespace gort::rt::symtab {

class Pool {
 public:
  static constexpr size_t kBytes = size_t{16} << 20;
  static constexpr uint32_t kSlots = 1 << 15;
  static constexpr uint32_t kStrings = 1 << 14;

  // room allocates zeroed memory; null when the pool is full.
  void* room(size_t n) {
    n = (n + 7) & ~size_t{7};
    size_t at = used_.load(std::memory_order_relaxed);
    do {
      if (n > kBytes - at) return nullptr;
    } while (!used_.compare_exchange_weak(at, at + n, std::memory_order_relaxed));
    return reinterpret_cast<char*>(this) + at;
  }
  template <class T>
  T* make(size_t n = 1) {
    return n > kBytes / sizeof(T) ? nullptr : static_cast<T*>(room(n * sizeof(T)));
  }

  // string keeps one copy of equal strings; null when the pool is full.
  const char* string(const char* s, size_t n);
  template <class Buf>
  const char* string(const Buf& b) {
    return string(b.p, b.n);
  }
  const Step* steps(const PlanBuilder& b);

  const Kept* find(const Module* space, uintptr_t pc, bool exact) const;
  bool enter(const Kept* k);  // false: the table is full
  size_t used() const { return used_.load(std::memory_order_relaxed); }
  void start() { used_.store(sizeof(Pool), std::memory_order_relaxed); }
  Pool*& next_retired() { return next_retired_; }

 private:
  std::atomic<size_t> used_;
  std::atomic<uint32_t> count_;
  Pool* next_retired_;
  std::atomic<const Kept*> slot_[kSlots];
  std::atomic<const char*> string_[kStrings];
};

// pool_now is the present pool; null if there is no memory for one.
Pool* pool_now();

// pool_replace puts an empty pool in the place of `old`, if that is still there, and returns the present one. Null old:
// whatever is there.
Pool* pool_replace(Pool* old);

// kept_caller is the Kept of a frame that called k's, in the same object; null if it is in another or cannot be kept.
const Kept* kept_caller(const Kept& k, const FrameView& caller);

// plan_of and call_site make what is missing under the module's lock; null if there is none.
const Plan* plan_of(const Kept& k);
const CallSite* call_site(const Kept& k);
extern const Plan kNoPlan;  // stand for "none"
extern const CallSite kNoSite;

}  // namespace gort::rt::symtab
