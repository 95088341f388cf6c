// GODEBUG=longrun=N: a goroutine that has run for N milliseconds (10 at least) without entering the runtime is named on
// standard error, with its trace: once for every time it does so.
//
//   longrun: goroutine 7 has run for 105 ms without entering the runtime
//
//   goroutine 7 [running]:
//   main.busy(...)
//
// Such a goroutine starves nobody, since its p is taken from it (sched/HACKING.md), but it costs a thread, and whoever
// waits for it waits. Its thread is stopped by SIGURG while its trace is printed.
#include "runtime/godebug.h"
#include "runtime/schedtrace.h"
#include "runtime/signal.h"
#include "runtime/traceback.h"
#include "sched/proc.h"
#include "sched/sysmon.h"

namespace gort::rt {

static void report(m* mp, g* gp, int64_t held) {
  if (panicking.load() != 0) return;
  uint64_t goid = gp->goid;
  bool stopped = stop_thread(mp);
  if (mp->curg == gp && gp->goid == goid) {
    Sink w(2);
    w.str("longrun: goroutine ");
    w.dec(int64_t(goid));
    w.str(" has run for ");
    w.dec(held / 1000000);
    w.str(" ms without entering the runtime\n\n");
    traceback_g(w, gp, 1);
    w.str("\n");
  }
  if (stopped) resume_thread(mp);
}

void longrun_init() {
  if (godebug.longrun <= 0) return;
  holdwarning = report;
  holdwarning_ns.store(int64_t(godebug.longrun) * 1000000);
}

}  // namespace gort::rt
