// What others hang on sysmon.
#pragma once
#include "sched/runtime2.h"

namespace gort::rt {

// startm_system starts a thread that runs fn for ever and never has a p.
void startm_system(void (*fn)());

// A p held longer than holdwarning_ns (0: off) by one goroutine: holdwarning(m, ns) is called once for it, on sysmon's
// thread.
extern std::atomic<int64_t> holdwarning_ns;
extern void (*holdwarning)(m*, int64_t held);

// schedtrace_tick, if set, is called at every round of sysmon, which then does not sleep longer than 10 ms.
extern void (*schedtrace_tick)(int64_t now);

}  // namespace gort::rt
