// Timers. Each p has a 4-ary min-heap by `when` under its timerslock. The times lie in the heap: a sleeper's timer is
// on its stack, cold. A timer knows its heap and its place in it, so stop and reset remove it at once (Go 1.22 marks it
// and cleans up later). timer0when, the time of the first timer (0: none), is what others read without the lock. f runs
// without it.
//
// The fields of a timer in a heap belong to the holder of that heap's lock, to whom timer.pp says under the lock that
// it is there. One that moves between heaps has timer.pp set all the time, or others would take it for fired. One in no
// heap has no heap's lock: of those who reset it at the same time, the holder of timer.lock puts it into one. Lock
// order: timer.lock, then timerslock.
#include "sched/timer.h"

#include <climits>

#include "sched/clock.h"
#include "sched/m.h"
#include "sched/netpoll.h"
#include "sched/proc.h"

namespace gort::rt {

static void place(p* pp, timer_entry e, size_t i) {
  pp->timers[i] = e;
  e.t->idx = uint32_t(i);
}

// siftup and siftdown bring the entry at i to its place, and return that.
static size_t siftup(p* pp, size_t i) {
  timer_entry e = pp->timers[i];
  while (i > 0) {
    size_t parent = (i - 1) / 4;
    if (e.when >= pp->timers[parent].when) break;
    place(pp, pp->timers[parent], i);
    i = parent;
  }
  place(pp, e, i);
  return i;
}

static size_t siftdown(p* pp, size_t i) {
  size_t n = pp->timers.size();
  timer_entry e = pp->timers[i];
  for (;;) {
    size_t first = i * 4 + 1, best = i;
    int64_t w = e.when;
    for (size_t c = first; c < first + 4 && c < n; c++) {
      if (pp->timers[c].when < w) {
        w = pp->timers[c].when;
        best = c;
      }
    }
    if (best == i) break;
    place(pp, pp->timers[best], i);
    i = best;
  }
  place(pp, e, i);
  return i;
}

static void update_first(p* pp) {
  pp->timer0when.store(pp->timers.empty() ? 0 : pp->timers[0].when, std::memory_order_release);
  pp->numtimers.store(uint32_t(pp->timers.size()), std::memory_order_relaxed);
}

// timerslock held.
static void heap_insert(p* pp, timer* t) {
  t->pp.store(pp, std::memory_order_release);
  try {
    pp->timers.push_back({t->when, t});
  } catch (const std::bad_alloc&) {
    throw_("out of memory (timers)");  // nobody may catch it: the lock is held
  }
  siftup(pp, pp->timers.size() - 1);
  update_first(pp);
}

// heap_remove takes the timer at i out of the heap. timerslock held; the timer's pp is the caller's to set.
static void heap_remove(p* pp, size_t i) {
  timer_entry last = pp->timers.back();
  pp->timers.pop_back();
  if (i != pp->timers.size()) {
    pp->timers[i] = last;
    siftdown(pp, siftup(pp, i));
  }
  update_first(pp);
}

// The heap for a new timer: this p's; a thread without one uses the first p's. Once the timer is in a heap it may run,
// and be gone.
void starttimer(timer* t) {
  ensure_started(getg()->m);
  netpollinit();
  if (t->when < 0) t->when = INT64_MAX;  // overflow: never
  const int64_t when = t->when;
  m* mp = pin();
  p* pp = p_of(mp);
  if (pp == nullptr) pp = allp[0];
  pp->timerslock.lock();
  heap_insert(pp, t);
  bool first = pp->timers[0].t == t;
  pp->timerslock.unlock();
  unpin(mp);
  if (first) netpoll_wake(when);
}

// lock_heap_of takes the lock of the heap that t is in; null, and no lock, if it is in none.
[[gnu::always_inline]] static inline p* lock_heap_of(timer* t) {
  while (p* pp = t->pp.load(std::memory_order_acquire)) {
    pp->timerslock.lock();
    if (t->pp.load(std::memory_order_relaxed) == pp) return pp;
    pp->timerslock.unlock();  // fired or moved meanwhile
  }
  return nullptr;
}

// pinned holds the p while a lock is held: pin may park, and must not do so under a lock.
struct pinned {
  m* mp = pin();
  pinned() {}
  ~pinned() { unpin(mp); }
};

bool stoptimer(timer* t) {
  if (t->pp.load(std::memory_order_acquire) == nullptr) return false;
  pinned here;
  p* pp = lock_heap_of(t);
  if (pp == nullptr) return false;
  heap_remove(pp, t->idx);
  t->pp.store(nullptr, std::memory_order_release);
  pp->timerslock.unlock();
  return true;
}

static void set(timer* t, int64_t when, void (*f)(void*, uintptr_t), void* arg, uintptr_t seq) {
  t->when = when < 0 ? INT64_MAX : when;  // overflow: never
  t->f = f;
  t->arg = arg;
  t->seq = seq;
}

// reset_in is resettimer for a timer in pp's heap, whose lock is held and is released. Who sleeps until an earlier time
// than the first timer's finds out by himself.
static void reset_in(p* pp, timer* t, int64_t when, void (*f)(void*, uintptr_t), void* arg, uintptr_t seq) {
  const int64_t before = pp->timers[0].when;
  set(t, when, f, arg, seq);
  pp->timers[t->idx].when = t->when;
  siftdown(pp, siftup(pp, t->idx));
  update_first(pp);
  const int64_t first = pp->timers[0].when;
  pp->timerslock.unlock();
  if (first < before) netpoll_wake(first);
}

[[gnu::noinline]] static bool reset_idle(timer* t, int64_t when, void (*f)(void*, uintptr_t), void* arg,
                                         uintptr_t seq) {
  lock_guard l(t->lock);
  if (p* pp = lock_heap_of(t)) {  // another reset came first
    reset_in(pp, t, when, f, arg, seq);
    return true;
  }
  set(t, when, f, arg, seq);
  starttimer(t);
  return false;
}

bool resettimer(timer* t, int64_t when, void (*f)(void*, uintptr_t), void* arg, uintptr_t seq) {
  pinned here;
  p* pp = lock_heap_of(t);
  if (pp == nullptr) return reset_idle(t, when, f, arg, seq);
  reset_in(pp, t, when, f, arg, seq);
  return true;
}

timercheck checktimers(p* pp, int64_t now) {
  int64_t next = pp->timer0when.load(std::memory_order_acquire);
  if (next == 0) return {now, 0, false};
  if (now == 0) now = nanotime();
  if (now < next) return {now, next, false};
  bool ran = false;
  pp->timerslock.lock();
  while (!pp->timers.empty()) {
    if (pp->timers[0].when > now) break;
    timer* t = pp->timers[0].t;
    void (*f)(void*, uintptr_t) = t->f;
    void* arg = t->arg;
    uintptr_t seq = t->seq;
    heap_remove(pp, 0);
    t->pp.store(nullptr, std::memory_order_release);
    pp->timerslock.unlock();
    f(arg, seq);  // t itself may be gone now
    ran = true;
    pp->timerslock.lock();
  }
  int64_t until = pp->timers.empty() ? 0 : pp->timers[0].when;
  pp->timerslock.unlock();
  return {now, until, ran};
}

int64_t timesleepuntil() {
  int64_t next = INT64_MAX;
  for (int32_t i = 0; i < allpn; i++) {
    int64_t w = allp[i]->timer0when.load(std::memory_order_acquire);
    if (w != 0 && w < next) next = w;
  }
  return next;
}

bool anytimers() {
  return timesleepuntil() != INT64_MAX;
}

void movetimers(p* from, p* to) {
  lock_guard l(from->timerslock);
  while (!from->timers.empty()) {
    timer* t = from->timers.back().t;
    heap_remove(from, from->timers.size() - 1);
    lock_guard l2(to->timerslock);
    heap_insert(to, t);
  }
}

static void wake_sleeper(void* gp, uintptr_t) {
  goready(static_cast<g*>(gp));
}

static bool arm_sleep(g*, void* t) {
  starttimer(static_cast<timer*>(t));
  return true;
}

void timeSleep(int64_t ns) {
  if (ns <= 0) return;
  timer t;  // lives on this stack: the goroutine is parked until the timer has run
  int64_t now = nanotime();
  t.when = now > INT64_MAX - ns ? INT64_MAX : now + ns;
  t.f = wake_sleeper;
  t.arg = getg();
  gopark(arm_sleep, &t, waitReason::Sleep);
}

}  // namespace gort::rt
