// What to run next: findRunnable and the loop of g0.
#include <algorithm>
#include <climits>
#include <utility>
#include <x86intrin.h>

#include "sched/clock.h"
#include "sched/m.h"
#include "sched/netpoll.h"
#include "sched/runq.h"
#include "sched/switch.h"
#include "sched/timer.h"

namespace gort::rt {

// Steals from every p in random order, four rounds; timers and runnext only in the last, for their owners are about to
// run them.
struct stolen {
  g* gp;
  bool inherit;
  int64_t now, polluntil;
  bool newwork;
};

static uint32_t gcd(uint32_t a, uint32_t b) {
  return b == 0 ? a : gcd(b, a % b);
}

static stolen stealwork(m* mp, int64_t now) {
  p* pp = mp->p;
  stolen s{nullptr, false, now, 0, false};
  uint32_t n = uint32_t(gomaxprocs);
  for (int round = 0; round < 4; round++) {
    bool last = round == 3;
    uint32_t pos = fastrandn(mp, n), step = 1 + fastrandn(mp, n);
    while (gcd(step, n) != 1) step = step % n + 1;
    for (uint32_t i = 0; i < n; i++, pos = (pos + step) % n) {
      if (sched.gcwaiting.load(std::memory_order_relaxed)) {
        s.newwork = true;
        return s;
      }
      p* p2 = allp[pos];
      if (p2 == pp) continue;
      if (last && p2->timer0when.load() != 0) {
        timercheck t = checktimers(p2, s.now);
        s.now = t.now;
        if (t.polluntil != 0 && (s.polluntil == 0 || t.polluntil < s.polluntil)) s.polluntil = t.polluntil;
        if (t.ran) {
          bool inherit;
          if (g* gp = runqget(pp, &inherit)) {
            s.gp = gp;
            s.inherit = inherit;
            return s;
          }
          s.newwork = true;
        }
      }
      if (p2->status.load(std::memory_order_relaxed) != _Pidle) {
        if (g* gp = runqsteal(pp, p2, last)) {
          s.gp = gp;
          return s;
        }
      }
    }
  }
  return s;
}

// Waking a sleeping processor takes 25 us on virtual machines, a hundred times a park and a wake-up on one that is
// awake, so a spinning m waits some 10 us for work before it sleeps. Only rings count: a lone runnext is about to be
// run by its owner.
static constexpr uint64_t kSpinTSC = 30000;

static bool spin_a_while() {
  if (gomaxprocs == 1 || gomaxprocs > ncpu) return false;  // or there is no processor to spare
  uint64_t start = __rdtsc();
  do {
    procyield(10);
    if (sched.runqsize.load(std::memory_order_relaxed) != 0) return true;
    if (sched.gcwaiting.load(std::memory_order_relaxed)) return true;
    for (int32_t i = 0; i < gomaxprocs; i++) {
      const p* p2 = allp[i];
      if (p2->runqhead.load(std::memory_order_relaxed) != p2->runqtail.load(std::memory_order_relaxed)) return true;
      if (p2->nyielded.load(std::memory_order_relaxed) != 0) return true;
    }
  } while (__rdtsc() - start < kSpinTSC);
  return false;
}

// After giving its p up, a spinning m looks once more: see the protocol in m.cc.
static p* recheck_runqs() {
  for (int32_t i = 0; i < gomaxprocs; i++) {
    if (allp[i]->status.load() != _Pidle && !runqempty(allp[i])) {
      lock_guard l(sched.lock);
      return pidlegetSpinning(nullptr);
    }
  }
  return nullptr;
}

// Where many timers are set, one is due every few microseconds: to sleep for each would take longer than what they do.
static constexpr int64_t kLeastNap = 20'000;

static int64_t earliest(int64_t a, int64_t b) {
  return a == 0 ? b : (b == 0 || a < b) ? a : b;
}

// from_global takes from the global queue and what pp keeps of it. If both always had something, with several Ps, each
// must get its turns.
static g* from_global(p* pp, int32_t max) {
  if (max == 1 && gomaxprocs != 1 && pp->schedtick.load(std::memory_order_relaxed) % 2 != 0)
    if (g* gp = yieldget(pp, max)) return gp;
  g* gp = nullptr;
  if (sched.runqsize.load() != 0) {
    lock_guard l(sched.lock);
    gp = globrunqget(pp, max);
  }
  if (max == 1 && gp != nullptr) return gp;
  g* yielded = yieldget(pp, max);
  if (gp == nullptr) return yielded;
  if (yielded != nullptr) runqput(pp, yielded, false);
  return gp;
}

g* findRunnable(m* mp, bool* inherit) {
top:
  *inherit = false;
  if (sched.gcwaiting.load()) {
    gcstopm(mp);
    goto top;
  }
  p* pp = mp->p;
  timercheck tc = checktimers(pp, 0);
  int64_t now = tc.now, polluntil = tc.polluntil;

  // Fairness: two goroutines that keep waking each other would own the p for ever.
  if (pp->schedtick.load(std::memory_order_relaxed) % 61 == 0)
    if (g* gp = from_global(pp, 1)) return gp;
  if (g* gp = runqget(pp, inherit)) return gp;
  if (g* gp = from_global(pp, 0)) return gp;
  if (netpollinited() && netpoll_anywaiters() && sched.lastpoll.load() != 0) {
    gList list = netpoll(0);
    if (g* gp = list.pop()) {
      injectglist(&list);
      gp->status.store(_Grunnable, std::memory_order_relaxed);
      return gp;
    }
  }

  // Spin, unless half of the busy Ps have spinners already: with low parallelism more would only burn processor time.
  if (mp->spinning || 2 * sched.nmspinning.load() < gomaxprocs - sched.npidle.load()) {
    if (!mp->spinning) {
      mp->spinning = true;
      sched.nmspinning.fetch_add(1);
      sched.needspinning.store(0);
    }
    stolen s = stealwork(mp, now);
    if (s.gp != nullptr) {
      *inherit = s.inherit;
      return s.gp;
    }
    if (s.newwork) goto top;
    now = s.now;
    polluntil = earliest(polluntil, s.polluntil);
    if (spin_a_while()) goto top;
  }

  check_fork();  // nobody would be there to wake this thread
  sched.lock.lock();
  if (sched.gcwaiting.load()) {
    sched.lock.unlock();
    goto top;
  }
  if (sched.runqsize.load() != 0) {
    g* gp = globrunqget(pp, 0);
    sched.lock.unlock();
    return gp;
  }
  if (!mp->spinning && sched.needspinning.load() == 1) {
    mp->spinning = true;
    sched.nmspinning.fetch_add(1);
    sched.needspinning.store(0);
    sched.lock.unlock();
    goto top;
  }
  releasep(mp);
  pidleput(pp, now);
  sched.lock.unlock();

  bool was_spinning = mp->spinning;
  if (mp->spinning) {
    mp->spinning = false;
    if (sched.nmspinning.fetch_sub(1) <= 0) throw_("findrunnable: negative nmspinning");
    // Work may have come without a wake-up while we still counted as a spinner.
    sched.lock.lock();
    p* again = sched.runqsize.load() != 0 ? pidlegetSpinning(&now) : nullptr;
    sched.lock.unlock();
    if (again == nullptr) again = recheck_runqs();
    if (again != nullptr) {
      acquirep(mp, again);
      mp->spinning = true;
      sched.nmspinning.fetch_add(1);
      sched.needspinning.store(0);
      goto top;
    }
    int64_t t = timesleepuntil();
    if (t != INT64_MAX) polluntil = earliest(polluntil, t);
  }

  // Sleep in the poller until a timer is due, if nobody else does.
  if (netpollinited() && (netpoll_anywaiters() || polluntil != 0) && sched.lastpoll.exchange(0) != 0) {
    // Asked again now that others see us as the poller: a timer stopped before that is not waited for, one stopped
    // later breaks the sleep.
    int64_t t = timesleepuntil();
    polluntil = t == INT64_MAX ? 0 : t;
    sched.polluntil.store(polluntil);
    int64_t delay = -1;
    if (polluntil != 0 || !netpoll_anywaiters()) {
      now = nanotime();
      delay = polluntil > now ? std::max(polluntil - now, kLeastNap) : 0;
    }
    gList list = netpoll(delay);
    sched.polluntil.store(0);
    sched.lastpoll.store(nanotime());
    sched.lock.lock();
    p* got = pidleget(nullptr);
    sched.lock.unlock();
    if (got == nullptr) {
      injectglist(&list);
    } else {
      acquirep(mp, got);
      if (g* gp = list.pop()) {
        injectglist(&list);
        gp->status.store(_Grunnable, std::memory_order_relaxed);
        return gp;
      }
      if (was_spinning || delay == 0) {  // a timer is due that its p has not come to: stealwork runs it
        mp->spinning = true;
        sched.nmspinning.fetch_add(1);
        sched.needspinning.store(0);
      }
      goto top;
    }
  } else if (polluntil != 0 && netpollinited()) {
    int64_t until = sched.polluntil.load();
    if (until == 0 || until > polluntil) netpollbreak();
  } else if (netpollinited() && sched.lastpoll.load() == 0 && !netpoll_anywaiters() && !anytimers()) {
    // Somebody sleeps in the poller for a timer that has been stopped since: as an m that is not idle it would hide a
    // deadlock.
    netpollbreak();
  }
  stopm();
  goto top;
}

void schedule_forever(m* mp) {
  for (;;) {
    if (mp->exiting) return;
    if (g* gp = std::exchange(mp->nextg, nullptr)) {
      first_run(mp, gp);
      switch_to(mp, mp->g0, gp);
      continue;
    }
    if (mp->lockedg != nullptr) {
      stoplockedm(mp);
      switch_to(mp, mp->g0, mp->lockedg);
      continue;
    }
    if (mp->p == nullptr) {  // it was taken, or given up in a system call
      p* pp = nullptr;
      sched.lock.lock();
      if (!sched.gcwaiting.load()) pp = pidleget(nullptr);
      sched.lock.unlock();
      if (pp != nullptr)
        acquirep(mp, pp);
      else
        stopm();
    }
    bool inherit;
    g* gp = findRunnable(mp, &inherit);
    if (mp->spinning) resetspinning(mp);
    if (gp->lockedm != nullptr) {
      startlockedm(mp, gp);
      continue;
    }
    if (!inherit)
      mp->p->schedtick.store(mp->p->schedtick.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    first_run(mp, gp);
    switch_to(mp, mp->g0, gp);
  }
}

}  // namespace gort::rt
