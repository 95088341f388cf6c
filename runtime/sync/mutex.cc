// sync.Mutex. state: bit 0 locked, bit 1 woken (a waiter has been woken, or spins: Unlock need not wake another), bit 2
// starving, above them the number of waiters. In starvation mode Unlock leaves `locked` clear and hands the semaphore
// to the first waiter, which sets it; newcomers see `starving` and queue.
#include <gort/sync/mutex.h>

#include "runtime/sync/sync.h"
#include "sched/clock.h"
#include "sched/sema.h"

namespace gort::sync {

// How long a waiter may be overtaken before the mutex changes to starvation mode.
static constexpr int64_t kStarvationNs = 1000000;

[[gnu::noinline]] void Mutex::lockSlow() {
  int64_t since = 0;  // when this call first queued
  bool starving = false, awoke = false;
  int iter = 0;
  int32_t old = state_.load(std::memory_order_relaxed);
  for (;;) {
    // No spinning in starvation mode: the mutex goes to a waiter anyway.
    if ((old & (kLocked | kStarving)) == kLocked && rt::sync_canSpin(iter)) {
      // Whoever spins is as good as a woken waiter: Unlock may spare itself the wake-up.
      if (!awoke && (old & kWoken) == 0 && old >> kWaiterShift != 0 &&
          state_.compare_exchange_strong(old, old | kWoken))
        awoke = true;
      rt::sync_doSpin(iter);
      iter++;
      old = state_.load(std::memory_order_relaxed);
      continue;
    }
    int32_t want = old;
    if ((old & kStarving) == 0) want |= kLocked;
    if ((old & (kLocked | kStarving)) != 0) want += 1 << kWaiterShift;
    // Only a locked mutex may start to starve: Unlock expects waiters in that mode.
    if (starving && (old & kLocked) != 0) want |= kStarving;
    if (awoke) {
      if ((want & kWoken) == 0) throw_("sync: inconsistent mutex state");
      want &= ~kWoken;
    }
    if (!state_.compare_exchange_strong(old, want, std::memory_order_acquire, std::memory_order_relaxed)) continue;
    if ((old & (kLocked | kStarving)) == 0) return;
    bool again = since != 0;  // who has waited already goes to the front
    if (!again) since = rt::nanotime();
    runtime_SemacquireMutex(&sema_, again, 1);
    starving = starving || rt::nanotime() - since > kStarvationNs;
    old = state_.load(std::memory_order_relaxed);
    if ((old & kStarving) != 0) {
      // Handed over: not marked locked yet, and this goroutine still counted as waiting.
      if ((old & (kLocked | kWoken)) != 0 || old >> kWaiterShift == 0) throw_("sync: inconsistent mutex state");
      int32_t delta = kLocked - (1 << kWaiterShift);
      if (!starving || old >> kWaiterShift == 1)
        delta -= kStarving;  // back to normal as soon as possible: this mode is slow
      state_.fetch_add(delta, std::memory_order_acquire);
      return;
    }
    awoke = true;
    iter = 0;
  }
}

[[gnu::noinline]] void Mutex::unlockSlow(int32_t state) {
  if (((state + kLocked) & kLocked) == 0) fatal("sync: unlock of unlocked mutex");
  if ((state & kStarving) != 0) {
    runtime_Semrelease(&sema_, true, 1);
    return;
  }
  for (int32_t old = state;;) {
    // Nobody waits, or somebody is awake already or has the lock.
    if (old >> kWaiterShift == 0 || (old & (kLocked | kWoken | kStarving)) != 0) return;
    if (state_.compare_exchange_strong(old, (old - (1 << kWaiterShift)) | kWoken)) {
      runtime_Semrelease(&sema_, false, 1);
      return;
    }
  }
}

}  // namespace gort::sync
