// sync.RWMutex. A writer holds w_, then takes 1<<30 off readerCount_, which makes newcomers wait for readerSem_; the
// readers it found are counted in readerWait_, and the last of them to leave wakes it.
#include <gort/sync/rwmutex.h>

#include "runtime/sync/sync.h"

namespace gort::sync {

static constexpr int32_t kMaxReaders = 1 << 30;

bool RWMutex::TryRLock() {
  int32_t c = readerCount_.load(std::memory_order_relaxed);
  while (c >= 0)
    if (readerCount_.compare_exchange_weak(c, c + 1, std::memory_order_acquire, std::memory_order_relaxed)) return true;
  return false;
}

[[gnu::noinline]] void RWMutex::rUnlockSlow(int32_t r) {
  if (r + 1 == 0 || r + 1 == -kMaxReaders) fatal("sync: RUnlock of unlocked RWMutex");
  if (readerWait_.fetch_sub(1) == 1) runtime_Semrelease(&writerSem_, false, 1);
}

[[gnu::noinline]] void RWMutex::Lock() {
  w_.Lock();
  int32_t r = readerCount_.fetch_sub(kMaxReaders);  // readers inside
  if (r != 0 && readerWait_.fetch_add(r) + r != 0) runtime_SemacquireRWMutex(&writerSem_, false, 0);
}

bool RWMutex::TryLock() {
  if (!w_.TryLock()) return false;
  int32_t none = 0;
  if (readerCount_.compare_exchange_strong(none, -kMaxReaders)) return true;
  w_.Unlock();
  return false;
}

[[gnu::noinline]] void RWMutex::Unlock() {
  int32_t r = readerCount_.fetch_add(kMaxReaders) + kMaxReaders;  // readers that wait
  if (r >= kMaxReaders) fatal("sync: Unlock of unlocked RWMutex");
  for (int32_t i = 0; i < r; i++) runtime_Semrelease(&readerSem_, false, 0);
  w_.Unlock();
}

// rlocker is an RWMutex under the names that a Locker calls.
class rlocker {
 public:
  void Lock() { rw_.RLock(); }
  void Unlock() { rw_.RUnlock(); }

 private:
  RWMutex rw_;
};

Locker RWMutex::RLocker() {
  return Locker(reinterpret_cast<rlocker*>(this));
}

}  // namespace gort::sync
