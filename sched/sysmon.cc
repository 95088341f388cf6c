// sysmon: a thread without a p that looks after the others. It takes Ps away from threads that do not come back to the
// runtime (HACKING.md), starts Ms for timers that nobody sees, polls the network when nobody has for 10 ms, and sleeps
// while all are idle.
#include <algorithm>
#include <climits>

#include "sched/clock.h"
#include "sched/m.h"
#include "sched/netpoll.h"
#include "sched/retake.h"
#include "sched/runq.h"
#include "sched/sysmon.h"
#include "sched/timer.h"

namespace gort::rt {

static constexpr int64_t kForcePreemptNS = 10 * 1000 * 1000;  // time slice
static constexpr int64_t kGraceNS = 500 * 1000;               // from asking for the p to taking it
static constexpr int64_t kPollNS = 10 * 1000 * 1000;
static constexpr int64_t kDeadCheckNS = 1000 * 1000 * 1000;  // a look at the list of threads costs some 20 us

std::atomic<int64_t> holdwarning_ns{0};
void (*holdwarning)(m*, g*, int64_t) = nullptr;
void (*schedtrace_tick)(int64_t now) = nullptr;
int64_t (*idle_tick)(int64_t now) = nullptr;

static bool work_waits_for(p* pp) {
  return !runqempty(pp) || sched.runqsize.load() != 0 || anytimers() || netpoll_anywaiters();
}

static void warn_of(m* mp, g* gp, int64_t held) {
  if (holdwarning != nullptr && gp != nullptr) holdwarning(mp, gp, held);
}

// Goroutines whose p was taken and that still have not come by: m.retake stays set until they do.
static void warn_of_hogs(int64_t now, int64_t warn) {
  for (m* mp = allm.load(std::memory_order_acquire); mp != nullptr; mp = mp->alllink) {
    if (mp->hogsince == 0 || now - mp->hogsince < warn) continue;
    if (mp->retake.load() != 0 && mp->p == nullptr && mp->curg == mp->hogg) warn_of(mp, mp->hogg, now - mp->hogsince);
    mp->hogsince = 0;
  }
}

static bool retake(int64_t now) {
  bool any = false;
  for (int32_t i = 0; i < gomaxprocs; i++) {
    p* pp = allp[i];
    auto& pd = pp->pd;
    uint32_t s = pp->status.load();
    if (s != _Prunning && s != _Psyscall) continue;
    int64_t held = now - pd.schedwhen;
    if (uint32_t t = pp->schedtick.load(std::memory_order_relaxed); pd.schedtick != t) {
      pd.schedtick = t;
      pd.schedwhen = nanotime();  // not now, which may be long ago: the slice would be over at once
      pd.warned = false;
      held = 0;
    }
    if (s == _Psyscall) {
      if (uint32_t t = pp->syscalltick.load(); pd.syscalltick != t) {
        pd.syscalltick = t;
        pd.syscallwhen = now;
        // One that makes one short call after the other has its time slice, too.
        if (held < kForcePreemptNS || !work_waits_for(pp)) continue;
      }
      // Leave it there while nothing waits for it, but for 10 ms at most: then sysmon itself wants to sleep.
      if (runqempty(pp) && sched.nmspinning.load() + sched.npidle.load() > 0 && pd.syscallwhen + kForcePreemptNS > now)
        continue;
      uint32_t expected = _Psyscall;
      if (pp->status.compare_exchange_strong(expected, _Pidle)) {
        any = true;
        pp->syscalltick.fetch_add(1);
        handoffp(pp);
      }
      continue;
    }
    if (held < kForcePreemptNS) continue;
    int64_t warn = holdwarning_ns.load(std::memory_order_relaxed);
    m* mp = pp->m;
    if (warn > 0 && held >= warn && !pd.warned && mp != nullptr) {
      pd.warned = true;
      warn_of(mp, mp->curg, held);
    }
    if (!work_waits_for(pp)) continue;
    g* hog = nullptr;
    if (m* mp = retake_running(pp, held >= kForcePreemptNS + kGraceNS, _Pidle, &hog)) {
      mp->hogg = hog;
      mp->hogsince = pd.warned ? 0 : pd.schedwhen;
      any = true;
      handoffp(pp);
    }
  }
  return any;
}

// Sleeps until a p runs, at most until `until`. The waker counts: if it has taken sysmonwait back before the time was
// over, its wake-up is on the way and is waited for, or the next sleep would take it for its own.
static void sleep_while_idle(int64_t until) {
  int64_t ns = until - nanotime();
  if (sched.sysmonnote.sleep_for(ns > 0 ? ns : 0)) return;
  if (!sched.sysmonwait.exchange(false)) sched.sysmonnote.sleep();
}

static void sysmon() {
  int idle = 0, quiet = 0;
  int64_t delay = 0, nexttick = 0;
  for (;;) {
    if (idle == 0)
      delay = 20;
    else if (idle > 50)
      delay *= 2;
    if (delay > 10000) delay = 10000;
    timespec ts{0, delay * 1000};
    nanosleep(&ts, nullptr);
    int64_t now = nanotime();
    if (schedtrace_tick != nullptr) schedtrace_tick(now);
    const int64_t warn = holdwarning_ns.load(std::memory_order_relaxed);
    if (warn > 0) warn_of_hogs(now, warn);
    if (now >= nexttick) nexttick = idle_tick != nullptr ? idle_tick(now) : INT64_MAX;

    // A program that waits for something every now and then has all Ps idle just as often: waking sysmon each time
    // costs more than its naps. It sleeps for good only once nothing has run for a while.
    bool asleep = sched.npidle.load() == gomaxprocs;
    if (asleep && !sched.gcwaiting.load() && ++quiet < 10) {
      delay = 10000;
      idle = 51;
      continue;
    }
    if (!asleep) quiet = 0;
    if (schedtrace_tick == nullptr && warn == 0 && (sched.gcwaiting.load() || asleep)) {
      sched.lock.lock();
      if (sched.gcwaiting.load() || sched.npidle.load() == gomaxprocs) {
        const bool again = checkdead_again();
        sched.sysmonnote.clear();
        sched.sysmonwait.store(true);
        sched.lock.unlock();
        // Timers are slept for in the poller; sysmon has nothing to do until a p runs.
        sleep_while_idle(again ? std::min(nexttick, now + kDeadCheckNS) : nexttick);
        idle = 0;
        delay = 20;
        continue;
      }
      sched.lock.unlock();
    }

    int64_t lastpoll = sched.lastpoll.load();
    if (netpollinited() && lastpoll != 0 && lastpoll + kPollNS < now) {
      sched.lastpoll.compare_exchange_strong(lastpoll, now);
      gList list = netpoll(0);
      injectglist(&list);
    }
    int64_t next = timesleepuntil();
    if (next < now) startm(nullptr, false);  // a timer is late: every m that could run it is busy or asleep
    if (retake(now))
      idle = 0;
    else
      idle++;
  }
}

void sysmon_start() {
  startm_system(sysmon);
}

void sysmon_wake() {
  if (sched.sysmonwait.exchange(false)) sched.sysmonnote.wakeup();
}

}  // namespace gort::rt
