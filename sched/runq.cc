#include "sched/runq.h"

#include <algorithm>
#include <ctime>
#include <unistd.h>
#include <utility>

#include "sched/clock.h"
#include "sched/sanitizer.h"

namespace gort::rt {

using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;

// thieves tells whether there is another p that might steal. It changes with the world stopped, so the owner of a p may
// do without locked instructions while there is none.
static inline bool thieves() {
  return gomaxprocs != 1;
}

bool runqempty(p* pp) {
  // A put kicks the old runnext from runnext to the ring; tail read twice makes sure that we did not miss it in
  // between. yielded is read first, for from there the owner moves to the ring.
  for (;;) {
    int32_t yielded = pp->nyielded.load(memory_order_acquire);
    uint32_t head = pp->runqhead.load(memory_order_acquire);
    uint32_t tail = pp->runqtail.load(memory_order_acquire);
    g* next = pp->runnext.load(memory_order_acquire);
    if (tail == pp->runqtail.load(memory_order_acquire)) return yielded == 0 && head == tail && next == nullptr;
  }
}

// yieldjoin keeps Go's order where there is one: with one p. sched.lock held.
static void yieldjoin(p* pp) {
  int32_t n = pp->nyielded.load(memory_order_relaxed);
  if (n == 0 || thieves()) return;
  globrunqputbatch(std::exchange(pp->yielded, {}), n);
  pp->nyielded.store(0, memory_order_release);
}

// The ring is full: move half of it and gp to the global queue. False if thieves made room meanwhile.
static bool runqputslow(p* pp, g* gp, uint32_t h, uint32_t t) {
  g* batch[kRunqSize / 2 + 1];
  uint32_t n = (t - h) / 2;
  if (n != kRunqSize / 2) return false;
  for (uint32_t i = 0; i < n; i++) batch[i] = pp->runq[(h + i) % kRunqSize].load(memory_order_relaxed);
  if (!pp->runqhead.compare_exchange_strong(h, h + n, memory_order_release, memory_order_relaxed)) return false;
  batch[n] = gp;
  gQueue q;
  for (uint32_t i = 0; i <= n; i++) q.pushBack(batch[i]);
  lock_guard l(sched.lock);
  yieldjoin(pp);
  globrunqputbatch(q, int32_t(n + 1));
  return true;
}

void runqput(p* pp, g* gp, bool next) {
  if (next) {
    g* kicked = pp->runnext.load(memory_order_relaxed);
    if (thieves())
      kicked = pp->runnext.exchange(gp, memory_order_acq_rel);
    else
      pp->runnext.store(gp, memory_order_release);
    if (kicked == nullptr) return;
    gp = kicked;
  }
  for (;;) {
    uint32_t h = pp->runqhead.load(memory_order_acquire);
    uint32_t t = pp->runqtail.load(memory_order_relaxed);
    if (t - h < kRunqSize) {
      pp->runq[t % kRunqSize].store(gp, memory_order_relaxed);
      pp->runqtail.store(t + 1, memory_order_release);
      return;
    }
    if (runqputslow(pp, gp, h, t)) return;
  }
}

void runqputbatch(p* pp, gQueue* q, int32_t n) {
  uint32_t h = pp->runqhead.load(memory_order_acquire);
  uint32_t t = pp->runqtail.load(memory_order_relaxed);
  while (!q->empty() && t - h < kRunqSize) {
    pp->runq[t % kRunqSize].store(q->pop(), memory_order_relaxed);
    t++;
    n--;
  }
  pp->runqtail.store(t, memory_order_release);
  if (!q->empty()) {
    lock_guard l(sched.lock);
    yieldjoin(pp);
    globrunqputbatch(*q, n);
  }
}

// Who runs after the next has often been away long enough for its stack to have left the cache: what it touches on its
// way out of the park is fetched while the next one runs. A slot that a thief has emptied meanwhile still names some g.
static inline void prefetch_later(p* pp, uint32_t queued, uint32_t h) {
  if (kUnderTool || queued < 4) return;
  const g* after = pp->runq[(h + 1) % kRunqSize].load(memory_order_relaxed);
  __builtin_prefetch(pp->runq[(h + 3) % kRunqSize].load(memory_order_relaxed));
  for (int line = 0; line < 4; line++) __builtin_prefetch(after->sched.sp + line * 64);
}

g* runqget(p* pp, bool* inherit) {
  g* next = pp->runnext.load(memory_order_relaxed);
  // Only the owner sets runnext to non-null, so a failed CAS means that a thief took it.
  if (next != nullptr) {
    if (!thieves()) {
      pp->runnext.store(nullptr, memory_order_relaxed);
      *inherit = true;
      return next;
    }
    if (pp->runnext.compare_exchange_strong(next, nullptr, memory_order_acq_rel)) {
      *inherit = true;
      return next;
    }
  }
  *inherit = false;
  for (;;) {
    uint32_t h = pp->runqhead.load(memory_order_acquire);
    uint32_t t = pp->runqtail.load(memory_order_relaxed);
    if (t == h) return nullptr;
    g* gp = pp->runq[h % kRunqSize].load(memory_order_relaxed);
    prefetch_later(pp, t - h, h);
    if (!thieves()) {
      pp->runqhead.store(h + 1, memory_order_release);
      return gp;
    }
    if (pp->runqhead.compare_exchange_strong(h, h + 1, memory_order_release, memory_order_relaxed)) return gp;
  }
}

gQueue runqdrain(p* pp, int32_t* n) {
  gQueue q;
  *n = 0;
  bool inherit;
  while (g* gp = runqget(pp, &inherit)) {
    q.pushBack(gp);
    ++*n;
  }
  *n += pp->nyielded.exchange(0);
  q.pushBackAll(std::exchange(pp->yielded, {}));
  return q;
}

// ---- what has yielded ----

// yield_guard holds yieldlock where there are thieves.
class yield_guard {
 public:
  explicit yield_guard(p* pp) : l_(thieves() ? &pp->yieldlock : nullptr) {
    if (l_ != nullptr) l_->lock();
  }
  ~yield_guard() {
    if (l_ != nullptr) l_->unlock();
  }
  yield_guard(const yield_guard&) = delete;
  yield_guard& operator=(const yield_guard&) = delete;

 private:
  mutex* l_;
};

void yieldput(p* pp, g* gp) {
  yield_guard l(pp);
  pp->yielded.pushBack(gp);
  pp->nyielded.store(pp->nyielded.load(memory_order_relaxed) + 1, memory_order_release);
}

// yieldtake gives pp n of what has yielded on p2: returns the first, the others go to pp's ring.
static g* yieldtake(p* pp, p* p2, int32_t n) {
  g* gp = p2->yielded.pop();
  for (int32_t i = 1; i < n; i++) runqput(pp, p2->yielded.pop(), false);
  p2->nyielded.store(p2->nyielded.load(memory_order_relaxed) - n, memory_order_release);
  return gp;
}

// share is how many of a queue of that size a p takes at once.
static int32_t share(int32_t size, int32_t max) {
  if (size == 1) return 1;
  int32_t n = thieves() ? size / gomaxprocs + 1 : size;  // of two or more, so never more than there are
  n = std::min(n, int32_t(kRunqSize) / 2);
  return max > 0 ? std::min(n, max) : n;
}

g* yieldget(p* pp, int32_t max) {
  if (pp->nyielded.load(memory_order_relaxed) == 0) return nullptr;
  yield_guard l(pp);
  int32_t size = pp->nyielded.load(memory_order_relaxed);
  return size == 0 ? nullptr : yieldtake(pp, pp, share(size, max));
}

static g* yieldsteal(p* pp, p* p2) {
  if (p2->nyielded.load(memory_order_acquire) == 0) return nullptr;
  yield_guard l(p2);
  int32_t size = p2->nyielded.load(memory_order_relaxed);
  if (size == 0) return nullptr;
  pp->nsteals.fetch_add(1, memory_order_relaxed);
  return yieldtake(pp, p2, std::min(size - size / 2, int32_t(kRunqSize) / 2));
}

// ---- stealing ----

// Copy half of p2's ring to batch starting at slot batchhead; returns the number taken.
static uint32_t runqgrab(p* p2, std::atomic<g*>* batch, uint32_t batchhead, bool steal_next) {
  for (;;) {
    uint32_t h = p2->runqhead.load(memory_order_acquire);
    uint32_t t = p2->runqtail.load(memory_order_acquire);
    uint32_t n = t - h;
    n = n - n / 2;
    if (n == 0) {
      if (!steal_next) return 0;
      g* next = p2->runnext.load(memory_order_acquire);
      if (next == nullptr) return 0;
      if (p2->status.load(memory_order_relaxed) == _Prunning) {
        // The goroutine made ready last usually runs within a microsecond, as soon as its waker parks. Stealing it now
        // would make the two ping-pong between processors; give the owner the time.
        timespec ts{0, 3000};
        nanosleep(&ts, nullptr);
      }
      if (!p2->runnext.compare_exchange_strong(next, nullptr, memory_order_acq_rel)) continue;
      batch[batchhead % kRunqSize].store(next, memory_order_relaxed);
      return 1;
    }
    if (n > kRunqSize / 2) continue;  // read h and t inconsistently
    for (uint32_t i = 0; i < n; i++)
      batch[(batchhead + i) % kRunqSize].store(p2->runq[(h + i) % kRunqSize].load(memory_order_relaxed),
                                               memory_order_relaxed);
    if (p2->runqhead.compare_exchange_strong(h, h + n, memory_order_acq_rel, memory_order_relaxed)) return n;
  }
}

g* runqsteal(p* pp, p* p2, bool steal_next) {
  uint32_t t = pp->runqtail.load(memory_order_relaxed);
  uint32_t n = runqgrab(p2, pp->runq, t, steal_next);
  if (n == 0) return yieldsteal(pp, p2);
  n--;
  g* gp = pp->runq[(t + n) % kRunqSize].load(memory_order_relaxed);
  if (n != 0) pp->runqtail.store(t + n, memory_order_release);
  pp->nsteals.fetch_add(1, memory_order_relaxed);
  return gp;
}

// ---- the global queue ----

void globrunqput(g* gp) {
  sched.runq.pushBack(gp);
  sched.runqsize.fetch_add(1, memory_order_relaxed);
}

void globrunqputhead(g* gp) {
  sched.runq.push(gp);
  sched.runqsize.fetch_add(1, memory_order_relaxed);
}

void globrunqputbatch(gQueue q, int32_t n) {
  sched.runq.pushBackAll(q);
  sched.runqsize.fetch_add(n, memory_order_relaxed);
}

int32_t globrunqsize() {
  int32_t n = sched.runqsize.load(memory_order_relaxed);
  for (int32_t i = 0; i < allpn; i++) n += allp[i]->nyielded.load(memory_order_relaxed);
  return std::max(n, 0);
}

g* globrunqget(p* pp, int32_t max) {
  yieldjoin(pp);
  int32_t size = sched.runqsize.load(memory_order_relaxed);
  if (size == 0) return nullptr;
  int32_t n = share(size, max);
  sched.runqsize.fetch_sub(n, memory_order_relaxed);
  g* gp = sched.runq.pop();
  for (n--; n > 0; n--) runqput(pp, sched.runq.pop(), false);
  return gp;
}

}  // namespace gort::rt
