// gort/sync/cond.h: sync::Cond.
#ifndef GORT_SYNC_COND_H_
#define GORT_SYNC_COND_H_

#include <atomic>
#include <cstdint>

#include <gort/sync/locker.h>

namespace gort::sync {

// notifyList has the layout of the runtime's list of the same name, which the functions behind Cond work on.
struct notifyList {
  std::atomic<uint32_t> wait{0};
  std::atomic<uint32_t> notify{0};
  std::atomic<uint32_t> lock[2]{};
  void* head = nullptr;
  void* tail = nullptr;
};

// Cond is a condition variable: a place where goroutines and threads wait for the news of a change in what L protects.
//
//   sync::Mutex mu;
//   sync::Cond c(&mu);            // or: auto c = sync::NewCond(&mu);
//   bool ready = false;
//   go([&] { mu.Lock(); ready = true; c.Broadcast(); mu.Unlock(); });
//   mu.Lock();
//   while (!ready) c.Wait();
//   mu.Unlock();
//   c.Signal();                   // wakes one of those that wait, Broadcast all
//
// A Cond must not be copied after its first use: every call on a copy panics with `sync.Cond is copied`.
class Cond {
 public:
  Cond() noexcept = default;
  explicit Cond(Locker l) noexcept : L(l) {}
  Cond(const Cond& c) noexcept : L(c.L), checker_(c.checker_.load(std::memory_order_relaxed)) {}
  Cond& operator=(const Cond& c) noexcept {
    L = c.L;
    checker_.store(c.checker_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    return *this;
  }

  // L is held while the condition is looked at or changed.
  Locker L;

  // Wait unlocks L, waits (`sync.Cond.Wait`) for Signal or Broadcast and locks L again. It does not return without one,
  // but others may have changed the condition before L is locked again, so it belongs in a loop.
  void Wait();
  // Signal wakes the goroutine that has waited longest, if there is one. L may be held but need not be.
  void Signal();
  // Broadcast wakes all that wait.
  void Broadcast();

 private:
  void check() {
    auto me = reinterpret_cast<uintptr_t>(this);
    if (checker_.load(std::memory_order_relaxed) != me) [[unlikely]]
      check_slow();
  }
  void check_slow();

  notifyList notify_;
  std::atomic<uintptr_t> checker_{0};  // own address from the first use on
};

// NewCond returns a Cond with the given L.
inline Cond NewCond(Locker l) {
  return Cond(l);
}

}  // namespace gort::sync

#endif  // GORT_SYNC_COND_H_
