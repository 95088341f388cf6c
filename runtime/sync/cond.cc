// sync.Cond: tickets (sched/sema.h) give it its order.
#include <gort/sync/cond.h>

#include <gort/func.h>

#include "runtime/sync/sync.h"

namespace gort::sync {

[[gnu::noinline]] void Cond::check_slow() {
  auto me = reinterpret_cast<uintptr_t>(this);
  uintptr_t owner = 0;
  if (!checker_.compare_exchange_strong(owner, me) && owner != me) panic("sync.Cond is copied");
}

[[gnu::noinline]] void Cond::Wait() {
  check();
  uint32_t t = runtime_notifyListAdd(&notify_);
  L.Unlock();
  runtime_notifyListWait(&notify_, t);
  L.Lock();
  asm volatile("");
}

void Cond::Signal() {
  check();
  runtime_notifyListNotifyOne(&notify_);
}

void Cond::Broadcast() {
  check();
  runtime_notifyListNotifyAll(&notify_);
}

}  // namespace gort::sync
