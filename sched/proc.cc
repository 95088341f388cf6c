// Goroutines: creation, parking, waking, yielding, ending. The scheduler proper is in find.cc (what to run next), m.cc
// (threads), sysmon.cc (time slices) and stw.cc (stopping the world).
//
// A goroutine that parks looks into its own p's run queue first and switches there directly; only when nothing is
// there, or something else is due (every 61st time the global queue, a timer, a stop of the world), it goes through g0.
// One switch of 5 ns instead of two decides the figures of unbuffered channels.
#include "sched/proc.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <x86intrin.h>

#include "sched/allgs.h"
#include "sched/clock.h"
#include "sched/latency.h"
#include "sched/m.h"
#include "sched/netpoll.h"
#include "sched/retake.h"
#include "sched/runq.h"
#include "sched/switch.h"
#include "sched/timer.h"

extern "C" {
__thread gort::rt::g* gort_tls_g __attribute__((tls_model("initial-exec"))) = nullptr;
}

namespace gort::rt {

schedt sched;
std::atomic<int32_t> panicking{0};
std::atomic<int32_t> hold_deadlock{0};
std::atomic<bool> forked{false};

// Some 20 us of a 2 to 4 GHz processor: how often the direct switch looks at the clock for due timers.
static constexpr uint64_t kTimerLookTSC = 60000;

// wants_g0 tells whether what comes next is for g0 to find out.
static inline bool wants_g0(m* mp) {
  p* pp = mp->p;
  if (pp == nullptr || mp->lockedg != nullptr || sched.gcwaiting.load(std::memory_order_relaxed)) return true;
  if (pp->timer0when.load(std::memory_order_relaxed) == 0) return false;
  uint64_t now = __rdtsc();
  if (now - mp->timertsc <= kTimerLookTSC) return false;
  mp->timertsc = now;
  return true;
}

// next_local takes the next goroutine of the local queue if the direct switch may run it.
[[gnu::always_inline]] static inline g* next_local(p* pp) {
  uint32_t tick = pp->schedtick.load(std::memory_order_relaxed);
  const bool global = sched.runqsize.load(std::memory_order_relaxed) != 0;
  if (tick % 61 == 0 && (global || pp->nyielded.load(std::memory_order_relaxed) != 0)) return nullptr;
  bool inherit;
  g* gp = runqget(pp, &inherit);
  if (gp == nullptr && !global) gp = yieldget(pp, 0);
  if (gp == nullptr) return nullptr;
  if (__builtin_expect(gp->lockedm != nullptr, 0)) {
    runqput(pp, gp, true);
    return nullptr;
  }
  if (!inherit) pp->schedtick.store(tick + 1, std::memory_order_relaxed);
  return gp;
}

// leave switches away from gp, which has set mp->parkfn; g0: to g0. m.locks is 1 and stays so on return.
//
// The lock that gp parks under is held until the switch has arrived somewhere. A new goroutine whose stack is memory
// that nobody has touched is started by way of g0, so that no page fault and no system call falls into that time.
[[gnu::always_inline]] static inline void leave(m* mp, g* gp, bool g0, bool dying = false) {
  g* next = g0 ? nullptr : next_local(mp->p);
  if (next == nullptr) {
    next = mp->g0;
  } else if (__builtin_expect(next->sched.sp == nullptr, 0)) {
    if (dying || stack_cached(mp->p)) {
      first_run(mp, next);
    } else {
      mp->nextg = next;
      next = mp->g0;
    }
  }
  switch_to(mp, gp, next, dying);
}

// park_m's counterpart: runs on the next context.
struct park_request {
  bool (*unlockf)(g*, void*);
  void* arg;
};

static void park_commit(g* gp, void* a) {
  auto* r =
      static_cast<park_request*>(a);  // on gp's stack, which stays while gp waits or is only being made ready by us
  bool (*unlockf)(g*, void*) = r->unlockf;
  if (unlockf != nullptr && !unlockf(gp, r->arg)) {
    gp->status.store(_Grunnable, std::memory_order_relaxed);
    m* mp = getg()->m;
    if (mp->p != nullptr) {
      runqput(mp->p, gp, true);
    } else {
      lock_guard l(sched.lock);
      globrunqput(gp);
    }
  }
}

static void thread_park(g* gp, bool (*unlockf)(g*, void*), void* arg, waitReason reason);

// pin_here is pin for who may hold a lock that the park releases: where the p is gone already, it parks without one.
static inline void pin_here(m* mp) {
  mp->locks.store(mp->locks.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (mp->retake.load(std::memory_order_acquire) != 0) pin_settle(mp);
}

void gopark(bool (*unlockf)(g*, void*), void* arg, waitReason reason) {
  g* gp = getg();
  m* mp = gp->m;
  if (__builtin_expect(mp == nullptr, 0)) return thread_park(gp, unlockf, arg, reason);
  pin_here(mp);
  park_request r{unlockf, arg};
  gp->waitreason = reason;
  gp->waitsince.store(0, std::memory_order_relaxed);
  gp->status.store(_Gwaiting, std::memory_order_relaxed);
  mp->parkfn = unlockf != nullptr ? park_commit : nullptr;
  mp->parkarg = &r;
  if (mp->p != nullptr)
    mp->p->nparks.store(mp->p->nparks.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  leave(mp, gp, wants_g0(mp));
  unpin(getg()->m);
}

static bool unlock_mutex(g*, void* l) {
  static_cast<mutex*>(l)->unlock();
  return true;
}

// The common case of parking under one lock needs no request on the stack.
static void unlock_commit(g*, void* l) {
  static_cast<mutex*>(l)->unlock();
}

void goparkunlock(mutex* l, waitReason reason) {
  g* gp = getg();
  m* mp = gp->m;
  if (mp == nullptr) return thread_park(gp, unlock_mutex, l, reason);
  pin_here(mp);
  gp->waitreason = reason;
  gp->waitsince.store(0, std::memory_order_relaxed);
  gp->status.store(_Gwaiting, std::memory_order_relaxed);
  mp->parkfn = unlock_commit;
  mp->parkarg = l;
  if (mp->p != nullptr)
    mp->p->nparks.store(mp->p->nparks.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  leave(mp, gp, wants_g0(mp));
  unpin(getg()->m);
}

// ready_locked queues gp; the m is pinned (mp null: ordinary thread).
static void ready_pinned(m* mp, g* gp, bool next) {
  gp->status.store(_Grunnable, std::memory_order_relaxed);
  if (mp != nullptr && mp->p != nullptr) {
    latency_stamp(mp->p, gp);
    runqput(mp->p, gp, next);
  } else {
    lock_guard l(sched.lock);
    globrunqput(gp);
  }
  wakep();
}

static void thread_ready(g* gp);

void goready(g* gp, bool next) {
  if (__builtin_expect(gp->thread, 0)) return thread_ready(gp);
  m* mp = pin();
  ready_pinned(mp, gp, next);
  unpin(mp);
}

// ---- yielding ----

static void gosched_commit(g* gp, void*) {
  gp->status.store(_Grunnable, std::memory_order_relaxed);
  if (p* pp = getg()->m->p) return yieldput(pp, gp);
  lock_guard l(sched.lock);
  globrunqput(gp);
}

static void queued_commit(g* gp, void*) {
  gp->status.store(_Grunnable, std::memory_order_relaxed);
}

static void goyield_commit(g* gp, void*) {
  gp->status.store(_Grunnable, std::memory_order_relaxed);
  m* mp = getg()->m;
  if (mp->p == nullptr) return gosched_commit(gp, nullptr);
  runqput(mp->p, gp, false);
}

void Gosched() {
  m* mp = pin();
  if (mp == nullptr) {
    sched_yield();
    return;
  }
  g* gp = getg();
  p* pp = mp->p;
  const bool g0 = wants_g0(mp);
  if (!g0 && sched.runqsize.load(std::memory_order_relaxed) == 0 && runqempty(pp)) {
    pp->schedtick.store(pp->schedtick.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return unpin(mp);
  }
  mp->parkfn = gosched_commit;
  if (pp != nullptr && gomaxprocs == 1) {
    // Nobody else looks at the queue, so gp can be in it when it is decided who is next, as in Go.
    mp->parkfn = queued_commit;
    yieldput(pp, gp);
  }
  leave(mp, gp, g0);
  unpin(getg()->m);
}

void goyield() {
  m* mp = pin();
  if (mp == nullptr) {
    sched_yield();
    return;
  }
  g* gp = getg();
  mp->parkfn = goyield_commit;
  leave(mp, gp, wants_g0(mp));
  unpin(getg()->m);
}

// ---- losing and regaining the p ----

// pin found retake set. locks is 1. True: pinned (perhaps with a new p). False: the goroutine has been away, ask again.
bool pin_slow(m* mp) {
  pin_settle(mp);
  g* gp = getg();
  if (gp == mp->g0) return true;
  if (mp->p == nullptr && gp->blocking == 0) {
    sched.lock.lock();
    p* pp = sched.gcwaiting.load(std::memory_order_relaxed) ? nullptr : pidleget(nullptr);
    sched.lock.unlock();
    if (pp != nullptr) {
      acquirep(mp, pp);
      return true;
    }
  } else if (gp->blocking != 0) {
    return true;
  }
  // Its time slice is over, with the p or without: to the end of the global queue.
  mp->parkfn = gosched_commit;
  if (mp->p != nullptr)
    leave(mp, gp, wants_g0(mp));
  else
    switch_to(mp, gp, mp->g0);
  unpin(getg()->m);
  return false;
}

// ---- creation ----

// Both counters of a p have one writer; without a p (ordinary threads) the shared ones count.
static void count_spawn(p* pp) {
  if (pp != nullptr)
    pp->nspawns.store(pp->nspawns.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  else
    sched.nspawns.fetch_add(1, std::memory_order_relaxed);
}

static void count_exit(p* pp) {
  if (pp != nullptr)
    pp->nexits.store(pp->nexits.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  else
    sched.nexits.fetch_add(1, std::memory_order_relaxed);
}

int32_t gcount() {
  int64_t n = int64_t(sched.nspawns.load()) - int64_t(sched.nexits.load()) - sched.ngsys.load();
  for (int32_t i = 0; i < allpn; i++)
    n += int64_t(allp[i]->nspawns.load(std::memory_order_relaxed)) -
         int64_t(allp[i]->nexits.load(std::memory_order_relaxed));
  return int32_t(n);
}

mutex allglock;
std::atomic<std::atomic<g*>*> allgchunks[1 << 16];
std::atomic<size_t> allgn{0};

size_t allglen() {
  return allgn.load(std::memory_order_acquire);
}
g* allg(size_t i) {
  return allgchunks[i / kAllgChunk].load(std::memory_order_acquire)[i % kAllgChunk].load(std::memory_order_relaxed);
}

static void allgadd(g* gp) {
  lock_guard l(allglock);
  size_t n = allgn.load(std::memory_order_relaxed);
  if (n / kAllgChunk >= sizeof(allgchunks) / sizeof(allgchunks[0])) throw_("too many goroutines");
  auto& chunk = allgchunks[n / kAllgChunk];
  if (chunk.load(std::memory_order_relaxed) == nullptr)
    chunk.store(static_cast<std::atomic<g*>*>(persistentalloc(kAllgChunk * sizeof(g*), 64)), std::memory_order_release);
  chunk.load(std::memory_order_relaxed)[n % kAllgChunk].store(gp, std::memory_order_relaxed);
  allgn.store(n + 1, std::memory_order_release);
}

static g* malg() {
  auto* gp = new (persistentalloc(sizeof(g), alignof(g))) g();
  gp->status.store(_Gdead, std::memory_order_relaxed);
  allgadd(gp);
  return gp;
}

static constexpr int32_t kGfreeMax = 64;

static g* gfget(p* pp) {
  if (pp != nullptr && !pp->gfree.empty()) return pp->gfree.pop();
  if (sched.ngfree.load(std::memory_order_relaxed) == 0) return nullptr;
  lock_guard l(sched.gflock);
  g* gp = sched.gfree.pop();
  if (pp != nullptr)
    while (pp->gfree.n < kGfreeMax / 2 && !sched.gfree.empty()) pp->gfree.push(sched.gfree.pop());
  sched.ngfree.store(sched.gfree.n, std::memory_order_relaxed);
  return gp;
}

static void gfput(p* pp, g* gp) {
  if (pp == nullptr) {
    lock_guard l(sched.gflock);
    sched.gfree.push(gp);
    sched.ngfree.store(sched.gfree.n, std::memory_order_relaxed);
    return;
  }
  pp->gfree.push(gp);
  if (pp->gfree.n >= kGfreeMax) {
    lock_guard l(sched.gflock);
    while (pp->gfree.n >= kGfreeMax / 2) sched.gfree.push(pp->gfree.pop());
    sched.ngfree.store(sched.gfree.n, std::memory_order_relaxed);
  }
}

static constexpr uint64_t kGoidBatch = 16;

static uint64_t new_goid(p* pp) {
  if (pp == nullptr) return sched.goidgen.fetch_add(1, std::memory_order_relaxed);
  if (pp->goidcache == pp->goidcacheend) {
    pp->goidcache = sched.goidgen.fetch_add(kGoidBatch, std::memory_order_relaxed);
    pp->goidcacheend = pp->goidcache + kGoidBatch;
  }
  return pp->goidcache++;
}

g* newproc_alloc(size_t size, size_t align) {
  m* mp = pin();
  ensure_started(mp);
  p* pp = p_of(mp);
  g* gp = gfget(pp);
  if (gp == nullptr) gp = malg();
  unpin(mp);
  gp->closurebox = nullptr;
  if (__builtin_expect(size > kClosureInline || align > 8, 0)) {
    size_t a = align < 16 ? 16 : align;
    gp->closurebox = aligned_alloc(a, (size + a - 1) & ~(a - 1));
    if (gp->closurebox == nullptr) throw_("out of memory (go statement)");
  }
  return gp;
}

void* newproc_closure(g* gp) {
  return gp->closurebox != nullptr ? gp->closurebox : gp->closure;
}

static void free_closure(g* gp) {
  free(gp->closurebox);
  gp->closurebox = nullptr;
}

void newproc_stack(g* gp, size_t bytes) {
  gp->stackwant = uint32_t(std::min(bytes >> 10, size_t(UINT32_MAX - 1)) + 1);
}

void newproc_abort(g* gp) {
  free_closure(gp);
  gp->stackwant = 0;
  m* mp = pin();
  gfput(p_of(mp), gp);
  unpin(mp);
}

void newproc_start(g* gp, void (*fn)(void*), void (*destroy)(void*), uintptr_t gopc) {
  check_fork();
  g* creator = getg();
  if (fn == nullptr) {
    newproc_abort(gp);
    fatal("go of nil func value");
  }
  m* mp = pin();
  p* pp = p_of(mp);
  gp->startpc = reinterpret_cast<uintptr_t>(fn);
  gp->destroyclosure = destroy;
  gp->gopc = gopc;
  gp->parentgoid = creator->thread ? 0 : creator->goid;
  gp->goid = new_goid(pp);
  gp->system = false;
  count_spawn(pp);
  ready_pinned(mp, gp, true);
  unpin(mp);
}

struct fn_closure {
  void (*fn)(void*);
  void* arg;
};

g* newproc_fn(void (*fn)(void*), void* arg, uint64_t parentgoid, uintptr_t gopc) {
  g* gp = newproc_alloc(sizeof(fn_closure), 8);
  new (gp->closure) fn_closure{fn, arg};
  gp->startpc = reinterpret_cast<uintptr_t>(fn);
  gp->destroyclosure = nullptr;
  gp->gopc = gopc;
  gp->parentgoid = parentgoid;
  m* mp = pin();
  p* pp = p_of(mp);
  gp->goid = new_goid(pp);
  count_spawn(pp);
  gp->system = true;  // until gort_gostart1 the closure is the pair above
  ready_pinned(mp, gp, true);
  unpin(mp);
  return gp;
}

struct start_call {
  void (*fn)(void*);
  void* arg;
};

// gort_gostart1 is where a goroutine's first switch arrives: returns what to call, in rax and rdx.
extern "C" start_call gort_gostart1() {
  arrive();
  g* gp = getg();
  unpin(gp->m);
  if (gp->system) {
    gp->system = false;
    auto* c = reinterpret_cast<fn_closure*>(gp->closure);
    return {c->fn, c->arg};
  }
  return {reinterpret_cast<void (*)(void*)>(uintptr_t(gp->startpc)), newproc_closure(gp)};
}

// ---- the end ----

static void gdestroy(g* gp, void*) {
  m* mp = getg()->m;
  p* pp = mp->p;
  gp->status.store(_Gdead, std::memory_order_relaxed);
  gp->m = nullptr;
  gp->param = nullptr;
  gp->waitreason = waitReason::Zero;
  gp->onswitch = 0;
  gp->sched.sp = nullptr;
  gp->frame = nullptr;
  gp->panic = nullptr;
  san_destroy(gp);
  stackfree(pp, gp);
  count_exit(pp);
  gfput(pp, gp);
}

extern "C" void gort_goexit0() {
  g* gp = getg();
  if (gp->destroyclosure != nullptr) gp->destroyclosure(newproc_closure(gp));
  free_closure(gp);
  if (gp->extra != nullptr) goroutine_done(gp);
  gp->startpc = 0;  // it is over: traces leave it out, though it may have to wait for its P once more
  m* mp = pin();
  gp = getg();
  if (gp->lockedm != nullptr) {  // Go's rule: a goroutine that ends while locked takes its thread along
    gp->lockedm = nullptr;
    mp->lockedg = nullptr;
    mp->exiting = true;
  }
  mp->parkfn = gdestroy;
  if (mp->exiting)
    switch_to(mp, gp, mp->g0, true);
  else
    leave(mp, gp, wants_g0(mp), true);
  throw_("goexit0 returned");
}

// ---- ordinary threads ----

// A thread parks on its own status word: _Gwaiting until goready stores _Grunning.
static void thread_park(g* gp, bool (*unlockf)(g*, void*), void* arg, waitReason reason) {
  gp->waitreason = reason;
  gp->status.store(_Gwaiting, std::memory_order_release);
  thread_waiting(1);
  if (unlockf != nullptr && !unlockf(gp, arg)) return thread_ready(gp);
  while (gp->status.load(std::memory_order_acquire) == _Gwaiting) futexsleep(&gp->status, _Gwaiting, -1);
}

// The waker counts the thread as awake: until it really runs, the program is not deadlocked either.
static void thread_ready(g* gp) {
  thread_waiting(-1);
  gp->status.store(_Grunning, std::memory_order_release);
  futexwakeup(&gp->status, 1);
}

uint32_t fastrandn(m* mp, uint32_t n) {
  static thread_local uint64_t thread_state __attribute__((tls_model("initial-exec"))) = 0;
  uint64_t& s = mp != nullptr ? mp->fastrand : thread_state;
  if (s == 0) s = uint64_t(nanotime()) | 1;
  s += 0x9e3779b97f4a7c15u;  // wyrand's step
  auto wide = static_cast<unsigned __int128>(s) * (s ^ 0xe7037ed1a0b428dbu);
  uint64_t r = uint64_t(wide >> 64) ^ uint64_t(wide);
  return uint32_t((uint64_t(uint32_t(r)) * n) >> 32);
}

}  // namespace gort::rt
