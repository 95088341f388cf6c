// select: one of several channel operations.
//
// Three steps, each of which most selects do not get past:
//
//   1. Look at all channels without locks. If some look ready, pick one at random and do its operation under its lock
//   alone: which of several
//      ready cases goes ahead is free, so nothing need be known about the others at that moment. If none is ready and
//      the select has a default, take it; that claims that nothing was ready at one and the same instant, which
//      channel.seq proves (scan).
//   2. Lock all channels, in order of address lest two selects deadlock, and look again. With all of them locked no
//   other select can serve
//      this one while it serves a third.
//   3. Enqueue on all channels, park, and unlock them once off the stack (selparkcommit). The first waker to win
//   g.selectdone does the whole
//      operation; afterwards the sudogs are taken out of the other channels' queues, one lock at a time.
//
// The channel that served the select is not touched again, and the others cannot go away while a sudog is in their
// queue, so handles may end as soon as the select has been served (runtime/chan.h).
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#include <gort/any.h>
#include <gort/runtime_error.h>
#include <gort/select.h>

#include "runtime/chan.h"

namespace gort::rt {

static constexpr int kMaxCases = 65536;
static constexpr int kSmall = 8;   // cases whose sudogs fit into one kilobyte of stack
static constexpr int kLarge = 64;  // and into a page or two

void select_forever() {
  for (;;) gopark(nullptr, nullptr, waitReason::SelectNoCases);
}

// looks_ready tells whether the operation could go ahead. With the lock held it may be wrong in one way: the waiter it
// saw may be a select that has been served meanwhile, which the attempt takes out of the queue.
static inline bool looks_ready(const scase& k) {
  return k.c->closed() || !(k.send ? k.c->full() : k.c->empty());
}

enum class outcome { no, done, closed };

// attempt does the operation if it can; its channel is locked.
static inline outcome attempt(const scase& k, g** wake) {
  if (k.send) {
    if (k.c->closed()) return outcome::closed;
    return send_locked(k.c, k.elem, wake) ? outcome::done : outcome::no;
  }
  if (recv_locked(k.c, k.elem, wake)) return outcome::done;
  return k.c->closed() ? outcome::closed : outcome::no;
}

// conclude is the end of a select whose case i had the outcome o. All locks are free.
static inline select_result conclude(const scase& k, int i, outcome o, g* wake) {
  if (wake != nullptr)
    goready(wake);
  else
    yield_if_asked();
  if (o == outcome::closed && k.send) panic_plain("send on closed channel");
  return {i, !k.send && o == outcome::done};
}

// pick_ready returns a ready case, each with the same probability, -1 if there is none.
static inline int pick_ready(const scase* cases, int n) {
  int pick = -1;
  uint32_t ready = 0;
  for (int i = 0; i < n; i++) {
    if (cases[i].c == nullptr || !looks_ready(cases[i])) continue;
    if (++ready == 1 || fastrandn(getg()->m, ready) == 0) pick = i;
  }
  return pick;
}

// none_ready proves that at one instant no case was ready. For each channel: seq is read, then that the lock is free,
// then that the operation would wait; and after all of that, that seq is still the same. Since seq changes before an
// operation becomes possible, and a free lock means that all that belongs to the seq just read is visible, the
// operation would have had to wait from its reading to the second reading of seq. The instant is any between the last
// reading of the first pass and the first of the second. False says nothing. Looking at each channel once would not do:
// a token that moves from one channel to another could be missed in both.
static inline bool none_ready(const scase* cases, int n) {
  if (n > kLarge) return false;
  uint64_t seq[kLarge];
  for (int i = 0; i < n; i++) {
    hchan* c = cases[i].c;
    if (c == nullptr) continue;
    seq[i] = c->seq.load(std::memory_order_acquire);
    if (!c->quiet() || looks_ready(cases[i])) return false;
  }
  for (int i = 0; i < n; i++) {
    hchan* c = cases[i].c;
    if (c != nullptr && c->seq.load(std::memory_order_acquire) != seq[i]) return false;
  }
  return true;
}

// ---- with all channels locked ----

using index_t = uint16_t;

// lock_order writes the cases with a channel to order, sorted by address, and returns their number. Cases on one
// channel are in random order, since they are served in the order in which they are enqueued.
static int lock_order(const scase* cases, int n, index_t* order) {
  int m = 0;
  if (n <= 2 * kSmall) {
    for (int i = 0; i < n; i++) {
      hchan* c = cases[i].c;
      if (c == nullptr) continue;
      int j = m++;
      for (; j > 0 && cases[order[j - 1]].c > c; j--) order[j] = order[j - 1];
      order[j] = index_t(i);
    }
  } else {
    for (int i = 0; i < n; i++)
      if (cases[i].c != nullptr) order[m++] = index_t(i);
    std::sort(order, order + m, [&](index_t a, index_t b) { return cases[a].c < cases[b].c; });
  }
  for (int from = 0, i = 1; i < m; i++) {
    if (cases[order[i]].c != cases[order[from]].c) {
      from = i;
      continue;
    }
    std::swap(order[i], order[from + int(fastrandn(getg()->m, uint32_t(i - from + 1)))]);
  }
  return m;
}

static void sellock(const scase* cases, const index_t* order, int n) {
  hchan* last = nullptr;
  for (int i = 0; i < n; i++) {
    hchan* c = cases[order[i]].c;
    if (c != last) c->lock.lock();
    last = c;
  }
}

static void selunlock(const scase* cases, const index_t* order, int n) {
  for (int i = n; i-- > 0;) {
    hchan* c = cases[order[i]].c;
    if (i == 0 || cases[order[i - 1]].c != c) c->lock.unlock();
  }
}

// selparkcommit unlocks the channels once the goroutine is off its stack. As soon as one is unlocked the goroutine may
// be served through it and run, but before it leaves selectgo it locks every other channel: so the list of sudogs is
// good until the last channel is unlocked, if all that is needed of it has been read by then.
static bool selparkcommit(g* gp, void*) {
  hchan* last = nullptr;
  for (sudog* sg = gp->waiting; sg != nullptr; sg = sg->waitlink) {
    auto* c = static_cast<hchan*>(sg->c);
    if (c != last && last != nullptr) last->lock.unlock();
    last = c;
  }
  if (last != nullptr) last->lock.unlock();
  return true;
}

// enqueue_all puts a sudog for every case into its channel's queue and chains them for selparkcommit and for traces.
static void enqueue_all(g* gp, const scase* cases, const index_t* order, int n, sudog* sgs) {
  gp->selectdone.store(0, std::memory_order_relaxed);
  gp->param = nullptr;
  sudog** link = &gp->waiting;
  for (int i = 0; i < n; i++) {
    const scase& k = cases[order[i]];
    sudog* sg = new (&sgs[i]) sudog;
    sg->g = gp;
    sg->elem = k.elem;
    sg->c = k.c;
    sg->isselect = true;
    sg->ticket = order[i];
    *link = sg;
    link = &sg->waitlink;
    wait_on(k.c, k.send ? k.c->sendq : k.c->recvq, sg);
  }
  *link = nullptr;
}

// dequeue_losers takes the sudogs of the cases that did not go ahead out of their queues.
static void dequeue_losers(const scase* cases, const index_t* order, int n, sudog* sgs, sudog* won) {
  for (int i = 0; i < n; i++) {
    if (&sgs[i] == won) continue;
    const scase& k = cases[order[i]];
    k.c->lock.lock();
    bool abandoned = (k.send ? k.c->sendq : k.c->recvq).remove(&sgs[i]) && chan_abandoned(k.c);
    k.c->lock.unlock();
    if (abandoned) chandestroy(k.c);
  }
}

// select_locked is steps 2 and 3. order and sgs have room for n.
static outcome select_locked(const scase* cases, int n, bool block, index_t* order, sudog* sgs, int* index, g** wake) {
  int m = lock_order(cases, n, order);
  sellock(cases, order, m);
  for (int i; (i = pick_ready(cases, n)) >= 0;) {
    outcome o = attempt(cases[i], wake);
    if (o == outcome::no) continue;
    selunlock(cases, order, m);
    *index = i;
    return o;
  }
  *index = -1;
  if (!block) {
    selunlock(cases, order, m);
    return outcome::no;
  }
  g* gp = getg();
  enqueue_all(gp, cases, order, m, sgs);
  gopark(selparkcommit, nullptr, waitReason::Select);
  auto* won = static_cast<sudog*>(gp->param);
  if (won == nullptr) throw_("selectgo: bad wakeup");
  gp->param = nullptr;
  gp->waiting = nullptr;
  dequeue_losers(cases, order, m, sgs, won);
  *index = int(won->ticket);
  return won->success ? outcome::done : outcome::closed;
}

// with_room calls select_locked with arrays for up to N cases on the stack.
template <int N>
[[gnu::noinline]] static outcome with_room(const scase* cases, int n, bool block, int* index, g** wake) {
  index_t order[N];
  alignas(sudog) char sgs[N * sizeof(sudog)];
  return select_locked(cases, n, block, order, reinterpret_cast<sudog*>(sgs), index, wake);
}

[[gnu::noinline]] static outcome with_heap(const scase* cases, int n, bool block, int* index, g** wake) {
  auto* mem = static_cast<char*>(malloc(size_t(n) * (sizeof(sudog) + sizeof(index_t))));
  if (mem == nullptr) throw_("out of memory");
  auto* sgs = reinterpret_cast<sudog*>(mem);
  outcome o = select_locked(cases, n, block, reinterpret_cast<index_t*>(sgs + n), sgs, index, wake);
  free(mem);
  return o;
}

select_result selectgo(const scase* cases, int n, bool block) {
  if (!block && none_ready(cases, n)) {
    yield_if_asked();
    return {-1, false};
  }
  // A pick fails if somebody else was faster. After a few such losses the locks decide.
  for (int tries = 0; tries < 4; tries++) {
    int i = pick_ready(cases, n);
    if (i < 0) break;
    g* wake = nullptr;
    hchan* c = cases[i].c;
    c->lock.lock();
    outcome o = attempt(cases[i], &wake);
    c->lock.unlock();
    if (o != outcome::no) return conclude(cases[i], i, o, wake);
  }
  int i = -1;
  g* wake = nullptr;
  outcome o = n <= kSmall   ? with_room<kSmall>(cases, n, block, &i, &wake)
              : n <= kLarge ? with_room<kLarge>(cases, n, block, &i, &wake)
                            : with_heap(cases, n, block, &i, &wake);
  if (i < 0) return {-1, false};
  return conclude(cases[i], i, o, wake);
}

}  // namespace gort::rt

namespace gort {

selected select(std::span<const select_case> list) {
  const size_t n = list.size();
  if (n == 0) rt::select_forever();
  if (n > size_t(rt::kMaxCases)) rt::panic_any(any(std::string("reflect.Select: too many cases (max 65536)")));
  int def = -1;
  rt::scase few[rt::kSmall];
  std::unique_ptr<rt::scase[]> many(n > size_t(rt::kSmall) ? new rt::scase[n] : nullptr);
  rt::scase* cases = many != nullptr ? many.get() : few;
  for (size_t i = 0; i < n; i++) {
    rt::dyn_case& k = list[i].rt_case();
    if (k.is_otherwise) {
      if (def >= 0) rt::panic_any(any(std::string("reflect.Select: multiple default cases")));
      def = int(i);
    }
    cases[i] = k.prepare();
  }
  rt::select_result r = rt::selectgo(cases, int(n), def < 0);
  if (r.index < 0) return {def, false};
  list[size_t(r.index)].rt_case().finish(r.ok);
  return {r.index, r.ok};
}

}  // namespace gort
