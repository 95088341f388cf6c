#include "sched/retake.h"

namespace gort::rt {

m* retake_running(p* pp, bool take, pstatus after, g** hog) {
  lock_guard l(sched.retakelock);
  m* mp = pp->m;
  if (mp == nullptr || mp->p != pp || pp->status.load() != _Prunning) return nullptr;
  mp->retake.store(1, std::memory_order_seq_cst);
  if (!take) return nullptr;
  membarrier_all();
  if (mp->locks.load(std::memory_order_acquire) != 0 || mp->p != pp) return nullptr;
  if (hog != nullptr) *hog = mp->curg;
  mp->p = nullptr;
  pp->m = nullptr;
  pp->status.store(after);
  return mp;
}

void pin_settle(m* mp) {
  lock_guard l(sched.retakelock);
  mp->retake.store(0, std::memory_order_relaxed);
}

}  // namespace gort::rt
