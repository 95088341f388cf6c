// Threads: starting, stopping, handing Ps over. For the scheduler's own files.
#pragma once
#include "sched/proc.h"

namespace gort::rt {

// mstart_main makes the calling thread an m and runs the scheduler on it; returns only if the m is told to leave.
void mstart_main(m* mp);
void minit(m* mp);  // per-thread set-up of m on its own thread
m* allocm();

void startm(p* pp, bool spinning);  // runs some m with pp (or any idle p); pp may be null
void stopm();                       // this m has no p: sleep until it is given one
void handoffp(p* pp);               // pp belongs to nobody: give it to an m if there is work, else make it idle
void acquirep(m* mp, p* pp);
p* releasep(m* mp);
void stoplockedm(m* mp);            // sleep until the locked goroutine is runnable
void startlockedm(m* mp, g* gp);    // give our p to the m that gp is locked to, then sleep
void gcstopm(m* mp);                // the world stops: give the p up
void mput(m* mp);                   // sched.lock held
void pidleput(p* pp, int64_t now);  // sched.lock held
p* pidleget(int64_t* now);          // sched.lock held
p* pidlegetSpinning(int64_t* now);  // sched.lock held; notes that spinning is wanted if there is none
void checkdead();                   // sched.lock held
bool checkdead_again();             // sched.lock held; whether it has to be called again after a while
void resetspinning(m* mp);
void sysmon_start();
void sysmon_wake();  // ends sysmon's sleep, if it sleeps because all Ps were idle

// findRunnable blocks until there is a goroutine to run. inherit: it inherits the time slice.
g* findRunnable(m* mp, bool* inherit);
void schedule_forever(m* mp);  // body of g0

// start_embedded starts the runtime inside a host program, defined in runtime/main.cc. ensure_started does so for an
// ordinary thread (mp null) whose first act is a go statement or a timer.
void start_embedded();
inline void ensure_started(const m* mp) {
  if (__builtin_expect(mp == nullptr, 0) && !sched_started()) start_embedded();
}

// lock order: retakelock, sched.lock, timerslock, gflock, allglock

}  // namespace gort::rt
