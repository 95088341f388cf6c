// entersyscall and exitsyscall: the p while a thread is in a call that may block (runtime::blocking).
//
// If work is queued the p goes to another thread at once, but not where calls have been brief: a hand-over costs two
// wake-ups, a hundred times a call that does not block. There, and where no work is queued, it stays with the thread in
// status _Psyscall, where anybody may take it by CAS: sysmon does after 20 us to 10 ms. A call that does not block
// finds it again by the same CAS. A site's calls are brief from one that came back soon after its p had been handed
// over, up to one whose p was taken.
#include <gort/runtime.h>

#include <x86intrin.h>

#include "sched/m.h"
#include "sched/runq.h"
#include "sched/switch.h"

namespace gort::rt {

static constexpr uint64_t kBriefTSC = 50000;  // some 20 us

void entersyscall(syscall_site& at) {
  m* mp = pin();
  if (mp == nullptr) return;
  g* gp = getg();
  const uint32_t depth = gp->blocking;
  gp->blocking = depth + 1;
  if (depth > 0) return unpin(mp);
  // For traces. Until the call is over the frames of the callers stay as they are.
  auto* frame = static_cast<void**>(__builtin_frame_address(0));
  gp->sched.sp = reinterpret_cast<char*>(frame + 2);
  gp->sched.bp = frame[0];
  gp->sched.pc = mp->callpc = frame[1];
  p* pp = mp->p;
  mp->oldp = pp;
  mp->callsite = &at;
  if (pp != nullptr) {
    mp->p = nullptr;
    pp->m = nullptr;
    pp->syscalltick.store(pp->syscalltick.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    bool work = !runqempty(pp) || sched.runqsize.load(std::memory_order_relaxed) != 0;
    if ((work && !at.brief.load(std::memory_order_relaxed)) || sched.gcwaiting.load(std::memory_order_relaxed)) {
      pp->status.store(_Pidle);
      handoffp(pp);
      mp->oldp = nullptr;
      mp->calltsc = __rdtsc();
    } else {
      pp->status.store(_Psyscall, std::memory_order_release);
      // sysmon would otherwise not look: it sleeps while every p is idle, and this one may not come back.
      if (sched.sysmonwait.load(std::memory_order_relaxed)) sysmon_wake();
    }
  }
  gp->waitsince.store(0, std::memory_order_relaxed);
  unpin(mp);
}

static void requeue(g* gp, void*) {
  gp->status.store(_Grunnable, std::memory_order_relaxed);
  lock_guard l(sched.lock);
  globrunqput(gp);
}

void exitsyscall() {
  g* gp = getg();
  if (gp->m == nullptr) return;
  const uint32_t depth = gp->blocking - 1;
  gp->blocking = depth;
  if (depth > 0) return;
  m* mp = gp->m;
  mp->locks.store(1, std::memory_order_relaxed);
  if (mp->p != nullptr) return unpin(mp);  // it parked inside and came back with a p
  p* pp = mp->oldp;
  mp->oldp = nullptr;
  auto& brief = mp->callsite->brief;
  if (pp == nullptr && __rdtsc() - mp->calltsc < kBriefTSC) brief.store(true, std::memory_order_relaxed);
  uint32_t s = _Psyscall;
  if (pp != nullptr && pp->status.load(std::memory_order_relaxed) == _Psyscall && pp->m == nullptr &&
      pp->status.compare_exchange_strong(s, _Prunning)) {
    pp->m = mp;
    mp->p = pp;
    return unpin(mp);
  }
  if (pp != nullptr) brief.store(false, std::memory_order_relaxed);
  sched.lock.lock();
  pp = sched.gcwaiting.load() ? nullptr : pidleget(nullptr);
  sched.lock.unlock();
  if (pp != nullptr) {
    acquirep(mp, pp);
    return unpin(mp);
  }
  mp->parkfn = requeue;
  switch_to(mp, gp, mp->g0);
  unpin(getg()->m);
}

outside_syscall::outside_syscall() : depth_(getg()->blocking) {
  if (depth_ == 0) return;
  getg()->blocking = 1;
  exitsyscall();
}

outside_syscall::~outside_syscall() {
  if (depth_ == 0) return;
  static constinit syscall_site at;
  entersyscall(at);
  g* gp = getg();
  gp->blocking = depth_;
  static_cast<m*>(gp->m)->callpc = nullptr;  // this frame ends before the call does
}

}  // namespace gort::rt
