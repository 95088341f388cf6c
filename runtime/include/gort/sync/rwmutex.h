// gort/sync/rwmutex.h: sync::RWMutex.
#ifndef GORT_SYNC_RWMUTEX_H_
#define GORT_SYNC_RWMUTEX_H_

#include <gort/sync/locker.h>
#include <gort/sync/mutex.h>

namespace gort::sync {

// Where a reader sleeps; its frame is part of Go's traces.
void runtime_SemacquireRWMutexR(std::atomic<uint32_t>* s, bool lifo, int64_t skipframes);

// RWMutex is a lock held by any number of readers or by one writer; its zero value is unlocked. Goroutines and ordinary
// threads may use it.
//
//   sync::RWMutex mu;
//   mu.RLock();
//   mu.RUnlock();
//   mu.Lock();
//   mu.Unlock();
//   if (mu.TryRLock()) mu.RUnlock();
//   if (mu.TryLock()) mu.Unlock();
//   sync::Cond news(mu.RLocker());   // those who wait for it only read
//   { std::shared_lock reading(mu); }
//   { std::unique_lock writing(mu); }
//
// Writers come first: once a writer waits in Lock, new readers wait until it has had the lock. So a goroutine that
// holds the lock for reading must not ask for it again: with a writer between, both wait for ever.
class RWMutex {
 public:
  constexpr RWMutex() noexcept = default;
  RWMutex(const RWMutex&) = delete;
  RWMutex& operator=(const RWMutex&) = delete;

  // RLock locks for reading, and waits (`sync.RWMutex.RLock`) while a writer holds the lock or waits for it.
  [[gnu::always_inline]] inline void RLock() {
    if (readerCount_.fetch_add(1, std::memory_order_acquire) + 1 < 0) [[unlikely]]
      runtime_SemacquireRWMutexR(&readerSem_, false, 0);
  }
  // TryRLock locks for reading if that is possible at once and tells whether it has.
  bool TryRLock();
  // RUnlock undoes one RLock. `fatal error: sync: RUnlock of unlocked RWMutex` if there is none.
  [[gnu::always_inline]] inline void RUnlock() {
    int32_t r = readerCount_.fetch_sub(1, std::memory_order_release) - 1;
    if (r < 0) [[unlikely]]
      rUnlockSlow(r);
  }

  // Lock locks for writing, and waits for the writers before it (`sync.Mutex.Lock`) and for the readers
  // (`sync.RWMutex.Lock`).
  void Lock();
  // TryLock locks for writing if that is possible at once and tells whether it has.
  bool TryLock();
  // Unlock lets all waiting readers in, then the next writer. `fatal error: sync: Unlock of unlocked RWMutex` if it is
  // not locked.
  void Unlock();

  // RLocker is a Locker whose Lock and Unlock are RLock and RUnlock. It refers to this RWMutex.
  Locker RLocker();

  // The standard library's names.
  void lock() { Lock(); }
  bool try_lock() { return TryLock(); }
  void unlock() { Unlock(); }
  [[gnu::always_inline]] inline void lock_shared() { RLock(); }
  bool try_lock_shared() { return TryRLock(); }
  [[gnu::always_inline]] inline void unlock_shared() { RUnlock(); }

 private:
  void rUnlockSlow(int32_t r);

  Mutex w_;                              // held by the writer that waits or writes
  std::atomic<uint32_t> writerSem_{0};   // the writer waits for readers to go
  std::atomic<uint32_t> readerSem_{0};   // readers wait for the writer to go
  std::atomic<int32_t> readerCount_{0};  // readers; minus 1<<30 while a writer waits or writes
  std::atomic<int32_t> readerWait_{0};   // readers that the writer still waits for
};
static_assert(sizeof(RWMutex) == 24);

}  // namespace gort::sync

#endif  // GORT_SYNC_RWMUTEX_H_
