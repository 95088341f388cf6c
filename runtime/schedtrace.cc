// GODEBUG=schedtrace=N: every N milliseconds sysmon writes a line about the scheduler to standard error, with
// scheddetail=1 one about every p, m and goroutine too. The layout is Go's.
//
// Everything is read while it changes: a line is a glimpse, not a consistent picture. Nothing is locked but the fields
// of sched that need it, and those not while anything is written, so that a reader that stops reading stops sysmon
// alone. Ps, ms and gs stay where they are for ever.
#include "runtime/schedtrace.h"

#include "runtime/godebug.h"
#include "runtime/traceback.h"
#include "sched/proc.h"
#include "sched/runq.h"
#include "sched/sysmon.h"

namespace gort::rt {

static void field(Sink& w, const char* name, int64_t v) {
  w.str(name);
  w.dec(v);
}

static void flag(Sink& w, const char* name, bool v) {
  w.str(name);
  w.str(v ? "true" : "false");
}

// A number, or nil where there is nothing to number.
template <class T, class F>
static void id_or_nil(Sink& w, const char* name, const T* what, F id) {
  w.str(name);
  if (what != nullptr)
    w.dec(int64_t(id(what)));
  else
    w.str("nil");
}

static void print_p(Sink& w, int32_t i) {
  p* pp = allp[i];
  const m* mp = pp->m;
  field(w, "  P", i);
  field(w, ": status=", pp->status.load());
  field(w, " schedtick=", pp->schedtick.load());
  field(w, " syscalltick=", pp->syscalltick.load());
  id_or_nil(w, " m=", mp, [](const m* x) { return x->id; });
  field(w, " runqsize=", int32_t(pp->runqtail.load() - pp->runqhead.load()));
  field(w, " gfreecnt=", std::atomic_ref(pp->gfree.n).load(std::memory_order_relaxed));
  field(w, " timerslen=", pp->numtimers.load());
  w.str("\n");
}

static void print_m(Sink& w, const m* mp) {
  field(w, "  M", mp->id);
  const p* pp = mp->p;
  id_or_nil(w, ": p=", pp, [](const p* x) { return x->id; });
  id_or_nil(w, " curg=", static_cast<const g*>(mp->curg), [](const g* x) { return uint64_t(x->goid); });
  w.str(" mallocing=0 throwing=0 preemptoff=");
  field(w, " locks=", mp->locks.load());
  w.str(" dying=0");
  flag(w, " spinning=", mp->spinning);
  flag(w, " blocked=", mp->blocked);
  id_or_nil(w, " lockedg=", static_cast<const g*>(mp->lockedg), [](const g* x) { return uint64_t(x->goid); });
  w.str("\n");
}

static void print_g(Sink& w, const g* gp) {
  uint32_t s = gp->status.load();
  if (s == _Grunning && gp->blocking != 0) s = _Gsyscall;
  field(w, "  G", int64_t(gp->goid));
  field(w, ": status=", s);
  w.str("(");
  w.str(waitReasonString(gp->waitreason));
  w.str(")");
  bool on_thread = s == _Grunning || s == _Gsyscall;
  auto id = [](const m* x) { return x->id; };
  id_or_nil(w, " m=", on_thread ? static_cast<const m*>(gp->m) : nullptr, id);
  id_or_nil(w, " lockedm=", static_cast<const m*>(gp->lockedm), id);
  w.str("\n");
}

static void schedtrace(int64_t now, bool detailed) {
  int32_t threads, idle, locked, stopwait;
  {
    lock_guard l(sched.lock);
    threads = mcount();
    idle = sched.nmidle;
    locked = sched.nmidlelocked;
    stopwait = sched.stopwait;
  }
  Sink w(2);
  field(w, "SCHED ", now / 1000000);
  field(w, "ms: gomaxprocs=", gomaxprocs);
  field(w, " idleprocs=", sched.npidle.load());
  field(w, " threads=", threads);
  field(w, " spinningthreads=", sched.nmspinning.load());
  field(w, " needspinning=", sched.needspinning.load());
  field(w, " idlethreads=", idle);
  field(w, " runqueue=", globrunqsize());
  if (!detailed) {
    for (int32_t i = 0; i < gomaxprocs; i++)
      field(w, i == 0 ? " [" : " ", int32_t(allp[i]->runqtail.load() - allp[i]->runqhead.load()));
    w.str("]\n");
    return;
  }
  flag(w, " gcwaiting=", sched.gcwaiting.load());
  field(w, " nmidlelocked=", locked);
  field(w, " stopwait=", stopwait);
  flag(w, " sysmonwait=", sched.sysmonwait.load());
  w.str("\n");
  for (int32_t i = 0; i < gomaxprocs; i++) print_p(w, i);
  for (const m* mp = allm.load(std::memory_order_acquire); mp != nullptr; mp = mp->alllink) print_m(w, mp);
  for (size_t i = 0, n = allglen(); i < n; i++) print_g(w, allg(i));
}

static void tick(int64_t now) {
  static int64_t first = now, next = now;
  if (now < next) return;
  next = now + int64_t(godebug.schedtrace) * 1000000;
  schedtrace(now - first, godebug.scheddetail > 0);
}

void schedtrace_init() {
  if (godebug.schedtrace > 0) schedtrace_tick = tick;
}

}  // namespace gort::rt
