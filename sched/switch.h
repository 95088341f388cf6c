// The one switch: how a thread leaves one goroutine's stack and continues on another's.
//
// switch_to(from, to) jumps; whoever is jumped to calls arrive() first, which runs the parkfn that the leaver set in
// its m. Only then may the goroutine that was left be made ready or freed.
#pragma once
#include <cxxabi.h>

#include "sched/latency.h"
#include "sched/proc.h"
#include "sched/sanitizer.h"
#include "sched/stack.h"

extern "C" void gort_gostart();

namespace gort::rt {

// arrive finishes a switch on the new stack.
[[gnu::always_inline]] inline void arrive() {
  g* me = getg_or_null();
  san_arrive(me);
  m* mp = me->m;
  if (auto fn = mp->parkfn) {
    mp->parkfn = nullptr;
    fn(mp->prev, mp->parkarg);
  }
}

// switch_extras is what few switches have to do: keep the exception globals of the thread with `from` and put those of
// `to` in their place, count how long `to` waited.
[[gnu::noinline, gnu::cold]] inline void switch_extras(m* mp, g* from, g* to) {
  if (!mp->eh->empty()) {
    from->eh = *mp->eh;
    from->onswitch |= kOnSwitchEH;
  }
  *mp->eh = (to->onswitch & kOnSwitchEH) != 0 ? to->eh : eh_globals();
  to->onswitch &= uint8_t(~kOnSwitchEH);
  if ((to->onswitch & kOnSwitchLatency) != 0) latency_record(mp, to);
}

// switch_to leaves `from` for `to`, both of this m; m.locks is 1. Returns when somebody switches back to `from`,
// perhaps on another m.
[[gnu::always_inline]] inline void switch_to(m* mp, g* from, g* to, bool dying = false) {
  if (__builtin_expect(!mp->eh->empty() || to->onswitch != 0, 0)) switch_extras(mp, from, to);
  mp->prev = from;
  if (to == mp->g0) {
    mp->curg = nullptr;
    san_leave(from, dying, to, mp->stacklo, mp->stackhi);
  } else {
    mp->curg = to;
    to->m = mp;
    to->status.store(_Grunning, std::memory_order_relaxed);
    san_leave(from, dying, to, stacklo(to), to->stackhi);
  }
  gort_tls_g = to;
  gogo(&from->sched, &to->sched);
  arrive();
}

// first_run binds a stack to a goroutine that has none yet.
inline void first_run(m* mp, g* gp) {
  if (__builtin_expect(gp->sched.sp == nullptr, 0)) {
    stackalloc(mp->p, gp);
    gobuf_init(&gp->sched, stacktop(gp), gort_gostart);
    san_create(gp, stacklo(gp), gp->stackhi);
  }
}

}  // namespace gort::rt
