// sync.WaitGroup: counter and number of waiters in one word, so that the Add that reaches zero knows exactly whom to
// wake.
#include <gort/sync/waitgroup.h>

#include <gort/func.h>

#include "runtime/sync/sync.h"

namespace gort::sync {

[[gnu::noinline]] void WaitGroup::Add(int64_t delta) {
  uint64_t add = static_cast<uint64_t>(delta) << 32;
  uint64_t state = state_.fetch_add(add) + add;
  auto v = static_cast<int32_t>(state >> 32);
  auto w = static_cast<uint32_t>(state);
  if (v > 0 && w == 0) [[likely]]
    return;
  if (v < 0) panic("sync: negative WaitGroup counter");
  if (w != 0 && delta > 0 && v == static_cast<int32_t>(delta))
    panic("sync: WaitGroup misuse: Add called concurrently with Wait");
  if (v > 0 || w == 0) return;
  // The counter is zero and somebody waits: nothing may change the state now, neither an Add (misuse) nor a Wait (it
  // sees zero).
  if (state_.load() != state) panic("sync: WaitGroup misuse: Add called concurrently with Wait");
  state_.store(0);
  for (; w != 0; w--) runtime_Semrelease(&sema_, false, 0);
}

[[gnu::noinline]] void WaitGroup::Wait() {
  for (uint64_t state = state_.load();;) {
    if (static_cast<int32_t>(state >> 32) == 0) return;
    if (!state_.compare_exchange_strong(state, state + 1)) continue;
    runtime_Semacquire(&sema_);
    if (state_.load() != 0) panic("sync: WaitGroup is reused before previous Wait has returned");
    return;
  }
}

}  // namespace gort::sync
