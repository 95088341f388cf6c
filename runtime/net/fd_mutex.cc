#include <gort/runtime_error.h>

#include "runtime/net/poll.h"
#include "sched/sema.h"

namespace gort::internal::poll {

namespace {
constexpr uint64_t kClosed = 1, kRLock = 2, kWLock = 4, kRef = 8, kCount = (1 << 20) - 1, kRefMask = kCount << 3,
                   kRWait = uint64_t{1} << 23, kRMask = kCount << 23, kWWait = uint64_t{1} << 43, kWMask = kCount << 43;

struct side {
  uint64_t lock, wait, mask;
};
constexpr side side_of(bool read) {
  return read ? side{kRLock, kRWait, kRMask} : side{kWLock, kWWait, kWMask};
}

[[noreturn]] void overflow() {
  rt::panic_any(any("too many concurrent operations on a single file or socket (max 1048575)"));
}
[[noreturn]] void inconsistent() {
  rt::panic_any(any("inconsistent poll.fdMutex"));
}

bool last(uint64_t state) {
  return (state & (kClosed | kRefMask)) == kClosed;
}

}  // namespace

[[gnu::noinline]] void runtime_Semacquire(std::atomic<uint32_t>* sema) {
  rt::semacquire(sema, false, rt::waitReason::Semacquire);
  asm volatile("");
}

static void runtime_Semrelease(std::atomic<uint32_t>* sema) {
  rt::semrelease(sema, false);
}

bool fdMutex::incref() {
  uint64_t old = state_.load(std::memory_order_relaxed);
  for (;;) {
    if ((old & kClosed) != 0) return false;
    if (((old + kRef) & kRefMask) == 0) overflow();
    if (state_.compare_exchange_weak(old, old + kRef)) return true;
  }
}

bool fdMutex::increfAndClose() {
  uint64_t old = state_.load(std::memory_order_relaxed);
  for (;;) {
    if ((old & kClosed) != 0) return false;
    if (((old + kRef) & kRefMask) == 0) overflow();
    if (state_.compare_exchange_weak(old, ((old | kClosed) + kRef) & ~(kRMask | kWMask))) break;
  }
  for (; (old & kRMask) != 0; old -= kRWait) runtime_Semrelease(&rsema_);
  for (; (old & kWMask) != 0; old -= kWWait) runtime_Semrelease(&wsema_);
  return true;
}

bool fdMutex::decref() {
  uint64_t old = state_.load(std::memory_order_relaxed);
  for (;;) {
    if ((old & kRefMask) == 0) inconsistent();
    if (state_.compare_exchange_weak(old, old - kRef)) return last(old - kRef);
  }
}

[[gnu::noinline]] bool fdMutex::rwlock(bool read) {
  const side s = side_of(read);
  uint64_t old = state_.load(std::memory_order_relaxed);
  for (;;) {
    if ((old & kClosed) != 0) return false;
    bool free = (old & s.lock) == 0;
    uint64_t want = free ? (old | s.lock) + kRef : old + s.wait;
    if ((want & (free ? kRefMask : s.mask)) == 0) overflow();
    if (!state_.compare_exchange_weak(old, want)) continue;
    if (free) return true;
    runtime_Semacquire(read ? &rsema_ : &wsema_);  // who wakes us has taken us out of the count
    old = state_.load(std::memory_order_relaxed);
  }
}

bool fdMutex::rwunlock(bool read) {
  const side s = side_of(read);
  uint64_t old = state_.load(std::memory_order_relaxed);
  for (;;) {
    if ((old & s.lock) == 0 || (old & kRefMask) == 0) inconsistent();
    uint64_t want = (old & ~s.lock) - kRef;
    bool waiter = (old & s.mask) != 0;
    if (waiter) want -= s.wait;
    if (!state_.compare_exchange_weak(old, want)) continue;
    if (waiter) runtime_Semrelease(read ? &rsema_ : &wsema_);
    return last(want);
  }
}

}  // namespace gort::internal::poll
