// Locks of the runtime itself: mutex (short critical sections, any thread) and note (one-shot sleep and wake-up).
//
// mutex protocol. v is 1 while the lock is held. unlock is a plain release store to v followed by a plain load of the
// number of sleepers; the processor may perform that load before the store is visible, so a sleeper could be missed.
// The sleeper pays for it: it announces itself, executes a process-wide memory barrier (membarrier), and only then lets
// the kernel compare v and sleep. After the barrier either the unlocker's store is visible (the kernel sees v == 0 and
// does not sleep) or the unlocker's load comes later and sees the announcement. A locked exchange in unlock would be
// simpler and costs 5 ns more on every channel operation (10.7 against 5.6 ns for a lock and unlock pair). Where
// membarrier is missing, unlock executes a full fence instead.
//
// As soon as v is 0 somebody else may take the lock, finish, and end the object it is in. So sleepers are not counted
// in the mutex but in a table, by the mutex's address: unlock touches nothing of the mutex after its store. A wake-up
// of an address that is no lock any more, or that another lock with the same place was meant by, does nothing: whoever
// sleeps looks again.
#pragma once
#include <atomic>
#include <cstdint>

namespace gort::rt {

// membarrier_init registers the process; called once before the first lock is contended.
void membarrier_init();
// membarrier_all makes every running thread of the process execute a full memory barrier.
void membarrier_all();
extern std::atomic<bool> membarrier_works;  // read relaxed

// full_fence orders all that comes before it with all that comes after. An exchange, for ThreadSanitizer does not know
// fences.
inline void full_fence() {
  std::atomic<uint32_t> here{0};
  here.exchange(1, std::memory_order_seq_cst);
}

// futexsleep blocks while *addr == val, at most ns nanoseconds (ns < 0: no limit). Spurious returns are possible.
void futexsleep(std::atomic<uint32_t>* addr, uint32_t val, int64_t ns);
void futexwakeup(std::atomic<uint32_t>* addr, uint32_t cnt);

// procyield executes n PAUSE instructions.
inline void procyield(int n) {
  for (int i = 0; i < n; i++) __builtin_ia32_pause();
}

// backoff pauses for n PAUSE instructions on the average; how many, is left to chance, so that those who failed
// together do not look together again.
inline void backoff(int n) {
  procyield(n / 2 + int(__builtin_ia32_rdtsc() % unsigned(n)));
}

// mutex may be taken by goroutines and threads alike. A goroutine must not park while it holds one.
struct mutex {
  std::atomic<uint32_t> v{0};

  void lock() {
    uint32_t zero = 0;
    if (__builtin_expect(!v.compare_exchange_strong(zero, 1, std::memory_order_acquire), 0)) lock_slow();
  }
  bool try_lock() {
    uint32_t zero = 0;
    return v.load(std::memory_order_relaxed) == 0 && v.compare_exchange_strong(zero, 1, std::memory_order_acquire);
  }
  void unlock() {
    v.store(0, std::memory_order_release);
    if (__builtin_expect(!membarrier_works.load(std::memory_order_relaxed), 0)) full_fence();
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (__builtin_expect(sleepers().load(std::memory_order_relaxed) != 0, 0)) futexwakeup(&v, 1);
  }

  // sleepers counts the threads that sleep, or are about to, on this mutex or one that shares its place. Neighbours in
  // an array and what lies alike on different stacks have places of their own.
  std::atomic<uint32_t>& sleepers() const {
    auto a = reinterpret_cast<uintptr_t>(this);
    return sleepers_[(a >> 7 ^ a >> 16) % kSleepersSize];
  }

 private:
  static constexpr uintptr_t kSleepersSize = 256;
  static std::atomic<uint32_t> sleepers_[kSleepersSize];

  void lock_slow();
};

struct lock_guard {
  explicit lock_guard(mutex& l) : l_(l) { l_.lock(); }
  ~lock_guard() { l_.unlock(); }
  lock_guard(const lock_guard&) = delete;
  lock_guard& operator=(const lock_guard&) = delete;

 private:
  mutex& l_;
};

// note: one thread sleeps, one wakes it. clear before each use; wakeup may come before sleep.
struct note {
  std::atomic<uint32_t> key{0};
  void clear() { key.store(0, std::memory_order_relaxed); }
  void wakeup() {
    key.store(1, std::memory_order_release);
    futexwakeup(&key, 1);
  }
  void sleep() {
    while (key.load(std::memory_order_acquire) == 0) futexsleep(&key, 0, -1);
  }
  // sleep_for returns whether the note was woken within ns nanoseconds.
  bool sleep_for(int64_t ns);
};

}  // namespace gort::rt
