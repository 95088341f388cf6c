// What others hang on sysmon.
#pragma once
#include "sched/runtime2.h"

namespace gort::rt {

// startm_system starts a thread that runs fn for ever and never has a p.
void startm_system(void (*fn)());

// A goroutine that has run for holdwarning_ns (0: off) without entering the runtime, whether its p has been taken from
// it or not: holdwarning(m, gp, ns) is called once for it, on sysmon's thread, while the m may go on any moment.
extern std::atomic<int64_t> holdwarning_ns;
extern void (*holdwarning)(m*, g*, int64_t held);

// schedtrace_tick, if set, is called at every round of sysmon, which then does not sleep longer than 10 ms.
extern void (*schedtrace_tick)(int64_t now);

// idle_tick, if set, is called on sysmon's thread when the time it returned last has come, and in good time even while
// nothing runs: it looks after memory that nobody uses (runtime/gc.cc).
extern int64_t (*idle_tick)(int64_t now);

}  // namespace gort::rt
