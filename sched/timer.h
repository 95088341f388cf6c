// Timers: a 4-ary heap by `when` on each p, run by the scheduler of whichever m looks at that p. See timer.cc.
#pragma once
#include "sched/runtime2.h"

namespace gort::rt {

// timer is owned by its user, who keeps it alive until it is stopped or has run. f(arg, seq) runs on the scheduler's
// stack of some m (or on an ordinary thread's): it must not block or park; it may call goready and non-blocking channel
// sends.
struct timer {
  std::atomic<p*> pp{nullptr};  // heap that it is in, null while in none
  uint32_t idx = 0;             // position in that heap, under its lock
  int64_t when = 0;             // nanotime
  void (*f)(void* arg, uintptr_t seq) = nullptr;
  void* arg = nullptr;
  uintptr_t seq = 0;
  mutex lock;  // of those who reset it while it is in no heap
};

// starttimer arms a timer that is not armed, and that nobody else starts or resets meanwhile. when, f, arg, seq are
// set.
void starttimer(timer* t);
// stoptimer disarms: true if it was armed (f will not run), false if it had run or was never armed.
bool stoptimer(timer* t);
// resettimer arms at `when` whether armed or not; true if it was armed.
bool resettimer(timer* t, int64_t when, void (*f)(void*, uintptr_t), void* arg, uintptr_t seq);

// timeSleep parks the current goroutine (or thread) for ns nanoseconds; ns <= 0 returns at once without yielding.
void timeSleep(int64_t ns);

// For the scheduler.
// checktimers runs pp's due timers. Returns now (0 if it did not look), the time of the next timer (0: none), whether
// any ran.
struct timercheck {
  int64_t now, polluntil;
  bool ran;
};
timercheck checktimers(p* pp, int64_t now);
int64_t timesleepuntil();         // earliest timer of all Ps, INT64_MAX if none
void movetimers(p* from, p* to);  // world stopped
bool anytimers();

}  // namespace gort::rt
