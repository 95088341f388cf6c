// The one switch: how a thread leaves one goroutine's stack and continues on another's.
//
// switch_to(from, to) jumps; whoever is jumped to calls arrive() first, which stores the context that was left and runs
// the parkfn that the leaver set in its m. Only then may the goroutine that was left be made ready or freed.
#pragma once
#include <cxxabi.h>

#include "arch/generic/context.h"
#include "sched/latency.h"
#include "sched/proc.h"
#include "sched/sanitizer.h"
#include "sched/stack.h"

extern "C" void gort_gostart(gort::rt::transfer_t);

namespace gort::rt {

// arrive finishes a switch on the new stack. fctx is the context of the goroutine that was left.
inline void arrive(void* ctx) {
  g* me = getg_or_null();
  san_arrive(me);
  m* mp = me->m;
  g* prev = mp->prev;
  prev->ctx = ctx;
  if (auto fn = mp->parkfn) {
    mp->parkfn = nullptr;
    fn(prev, mp->parkarg);
  }
}

// switch_to leaves `from` for `to`, both of this m; m.locks is 1. Returns when somebody switches back to `from`,
// perhaps on another m.
inline void switch_to(m* mp, g* from, g* to, bool dying = false) {
  from->eh = *mp->eh;
  *mp->eh = to->eh;
  mp->prev = from;
  if (to == mp->g0) {
    mp->curg = nullptr;
    san_leave(from, dying, to, mp->stacklo, mp->stackhi);
  } else {
    mp->curg = to;
    to->m = mp;
    to->status.store(_Grunning, std::memory_order_relaxed);
    if (__builtin_expect(to->readytsc != 0, 0)) latency_record(mp, to);
    san_leave(from, dying, to, stacklo(to), to->stackhi);
  }
  gort_tls_g = to;
  transfer_t t = jump_fcontext(to->ctx, nullptr);
  arrive(t.fctx);
}

// first_run binds a stack to a goroutine that has none yet.
inline void first_run(m* mp, g* gp) {
  if (__builtin_expect(gp->stackhi == nullptr, 0)) {
    stackalloc(mp->p, gp);
    char* top = stacktop(gp);
    gp->ctx = make_fcontext(top, size_t(top - stacklo(gp)), gort_gostart);
    san_create(gp, stacklo(gp), gp->stackhi);
  }
}

}  // namespace gort::rt
