// gort/sync/mutex.h: sync::Mutex.
#ifndef GORT_SYNC_MUTEX_H_
#define GORT_SYNC_MUTEX_H_

#include <atomic>
#include <cstdint>

namespace gort::sync {

// Mutex is a mutual exclusion lock; its zero value is unlocked. It blocks goroutines without blocking their threads,
// and ordinary threads may use it beside them. It belongs to no goroutine: one may lock it and another unlock it. It is
// not recursive, and it stays locked when a panic passes.
//
//   sync::Mutex mu;
//   mu.Lock();
//   mu.Unlock();
//   if (mu.TryLock()) mu.Unlock();
//   { std::lock_guard held(mu); }   // also unique_lock, scoped_lock
//
// Fairness is Go's. In normal mode waiters queue in order, but one that is woken competes with newcomers, which have
// the advantage of running already; one that has waited for more than 1 ms switches the mutex to starvation mode, where
// Unlock hands it to the first waiter and newcomers queue. It goes back to normal when the owner is the last waiter or
// has waited for less than 1 ms.
//
// What happens before an Unlock is visible after the Lock that follows it. A Mutex must not be destroyed while a call
// on it is in progress.
class Mutex {
 public:
  constexpr Mutex() noexcept = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // Lock locks, and waits (wait reason `sync.Mutex.Lock`) while somebody else holds the lock.
  [[gnu::always_inline]] inline void Lock() {
    int32_t unlocked = 0;
    if (!state_.compare_exchange_strong(unlocked, kLocked, std::memory_order_acquire, std::memory_order_relaxed))
        [[unlikely]]
      lockSlow();
  }

  // TryLock locks if that is possible at once and tells whether it has.
  bool TryLock() {
    int32_t old = state_.load(std::memory_order_relaxed);
    if ((old & (kLocked | kStarving)) != 0) return false;
    return state_.compare_exchange_strong(old, old | kLocked, std::memory_order_acquire, std::memory_order_relaxed);
  }

  // Unlock unlocks and lets a waiter go on. The program dies with `fatal error: sync: unlock of unlocked mutex` if it
  // is not locked.
  [[gnu::always_inline]] inline void Unlock() {
    int32_t state = state_.fetch_sub(kLocked, std::memory_order_release) - kLocked;
    if (state != 0) [[unlikely]]
      unlockSlow(state);
  }

  // The standard library's names.
  [[gnu::always_inline]] inline void lock() { Lock(); }
  bool try_lock() { return TryLock(); }
  [[gnu::always_inline]] inline void unlock() { Unlock(); }

 private:
  static constexpr int32_t kLocked = 1, kWoken = 2, kStarving = 4;
  static constexpr int kWaiterShift = 3;

  void lockSlow();
  void unlockSlow(int32_t state);

  std::atomic<int32_t> state_{0};
  std::atomic<uint32_t> sema_{0};
};
static_assert(sizeof(Mutex) == 8);

}  // namespace gort::sync

#endif  // GORT_SYNC_MUTEX_H_
