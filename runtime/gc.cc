// The garbage collector that gort does not have. C++ objects live by their own rules; what a runtime hoards are the
// stacks of goroutines that have ended, the items in sync::Pools, and symbols that traces needed. A "cycle" gives those
// back:
//
//   forced      runtime::GC, debug::FreeOSMemory: every free stack, all symbols, and the pools age;
//   automatic   sysmon looks every 10 s at the stacks that nobody has wanted since it looked last (they lie at the
//               bottom of the LIFO lists of free ones, so the hot ones are never touched), and has a thread give back
//               what exceeds GOGC percent of the stacks in use. Every two minutes, as in Go, a cycle runs whether
//               there is anything to give back or not, and ages the pools too.
//
// Nobody is stopped. A cycle is reported in Go's words: its "sweep termination" is the ageing of the pools and the look
// at all goroutines (for the `N minutes` of traces), its "mark" the giving back.
#include "runtime/gc.h"

#include <algorithm>
#include <atomic>
#include <climits>
#include <cstdlib>
#include <cstring>

#include <gort/debug.h>
#include <gort/runtime.h>
#include <gort/sync/pool.h>
#include <gort/time/time.h>

#include "runtime/godebug.h"
#include "runtime/traceback.h"
#include "sched/clock.h"
#include "sched/proc.h"
#include "sched/stack.h"
#include "sched/sysmon.h"

namespace gort::rt {

static constexpr int64_t kLookNS = 10ll * 1000000000;    // how long a stack lies unused before it is given back
static constexpr int64_t kForceNS = 120ll * 1000000000;  // between automatic cycles at most
static constexpr size_t kHistory = 256;                  // pauses remembered, as in Go

static std::atomic<int32_t> percent{100};

// The cycles so far; under stats_lock.
static mutex stats_lock;
static struct {
  gc_counters count;
  int64_t last_end = 0;  // wall time
  int64_t pause_total = 0;
  int64_t pause[kHistory], pause_end[kHistory];  // rings, the cycle n at (n - 1) % kHistory
} stats;

void mark_waiting(int64_t now) {
  for (size_t i = 0, n = allglen(); i < n; i++) {
    g* gp = allg(i);
    uint32_t s = gp->status.load(std::memory_order_relaxed);
    bool blocked = s == _Gwaiting || (s == _Grunning && gp->blocking != 0);
    if (blocked && gp->waitsince.load(std::memory_order_relaxed) == 0)
      gp->waitsince.store(now, std::memory_order_relaxed);
  }
}

// ---- GODEBUG=gctrace=1 ----

// Milliseconds with two significant digits, whole ones from 10 on.
static void print_ms(Sink& w, int64_t ns) {
  if (ns >= 10000000) return w.dec(ns / 1000000);
  int64_t x = ns / 1000;
  if (x == 0) return w.str("0");
  int decimals = 3;
  for (; x >= 100; decimals--) x /= 10;
  char digits[8];
  int n = 0;
  for (; n < decimals || x > 0; n++, x /= 10) digits[n] = char('0' + x % 10);
  if (n == decimals) w.str("0");
  for (; n > 0; n--) {
    if (n == decimals) w.str(".");
    w.write(&digits[n - 1], 1);
  }
}

struct cycle {
  int64_t start = 0, marking = 0, marked = 0, end = 0;  // nanotime
  stack_usage before, after;
  bool forced = false;
};

static void print_cycle(const cycle& c, const gc_counters& count) {
  Sink w(2);
  int64_t since_start = c.start - sched.starttime;
  w.str("gc ");
  w.dec(int64_t(count.cycles));
  w.str(" @");
  w.dec(since_start / 1000000000);
  char fraction[5] = {'.', char('0' + since_start / 100000000 % 10), char('0' + since_start / 10000000 % 10),
                      char('0' + since_start / 1000000 % 10), 's'};
  w.write(fraction, sizeof fraction);
  w.str(" ");
  int64_t all = std::max<int64_t>(1, (c.end - sched.starttime) * gomaxprocs);
  w.dec(count.total_ns * 100 / all);
  w.str("%: ");
  print_ms(w, c.marking - c.start);
  w.str("+");
  print_ms(w, c.marked - c.marking);
  w.str("+");
  print_ms(w, c.end - c.marked);
  w.str(" ms clock, ");
  print_ms(w, c.marking - c.start);
  w.str("+0/");
  print_ms(w, c.marked - c.marking);
  w.str("/0+");
  print_ms(w, c.end - c.marked);
  w.str(" ms cpu, ");
  size_t before = c.before.inuse + c.before.idle, after = c.after.inuse + c.after.idle;
  size_t goal = c.forced ? c.after.inuse : c.after.inuse + c.after.inuse / 100 * size_t(std::max(0, gc_percent()));
  w.dec(int64_t(before >> 20));
  w.str("->");
  w.dec(int64_t(before >> 20));
  w.str("->");
  w.dec(int64_t(after >> 20));
  w.str(" MB, ");
  w.dec(int64_t(goal >> 20));
  w.str(" MB goal, ");
  w.dec(int64_t(c.after.inuse >> 20));
  w.str(" MB stacks, ");
  w.dec(int64_t(persistent_bytes() >> 20));
  w.str(" MB globals, ");
  w.dec(gomaxprocs);
  w.str(c.forced ? " P (forced)\n" : " P\n");
}

// ---- cycles ----

static void age_pools(void*) {
  poolCleanup();
}

// The pools' items are destroyed by code of the program's own, which needs a goroutine.
static void age_pools_aside() {
  if (pools_exist()) newproc_fn(age_pools, nullptr, 0, 0);
}

// What traces have read of debug information: of no use when no trace since the last cycle has needed more of it.
static void release_symbols(bool forced) {
  static std::atomic<uint64_t> before{0};
  uint64_t now = symtab::lookups();
  if (forced)
    symtab::release();
  else if (before.exchange(now) == now)
    symtab::release_indices();
}

static void run_cycle(bool forced) {
  const bool trace = godebug.gctrace > 0;
  cycle c;
  c.forced = forced;
  if (trace) c.before = stack_measure();
  c.start = nanotime();
  if (forced)
    poolCleanup();
  else
    age_pools_aside();
  mark_waiting(c.start);
  c.marking = nanotime();
  size_t released = stack_scavenge(forced ? -1 : gc_percent());
  release_symbols(forced);
  c.marked = nanotime();
  gc_counters now;
  {
    lock_guard l(stats_lock);
    c.end = nanotime();
    stats.count.cycles++;
    stats.count.forced += forced ? 1 : 0;
    stats.count.released += released;
    stats.count.total_ns += c.end - c.start;
    int64_t pause = c.marking - c.start + c.end - c.marked;
    size_t at = (stats.count.cycles - 1) % kHistory;
    stats.pause[at] = pause;
    stats.pause_total += pause;
    stats.pause_end[at] = stats.last_end = walltime();
    now = stats.count;
  }
  if (!trace) return;
  c.after = stack_measure();
  print_cycle(c, now);
}

void gc_cycle() {
  schedinit();
  run_cycle(true);
}

// ---- automatic cycles ----

// The thread that gives memory back, started with the first automatic cycle: it may take a second for a million stacks.
static note wanted;
static std::atomic<bool> busy{false};

static void background() {
  for (;;) {
    wanted.sleep();
    wanted.clear();
    run_cycle(false);
    busy.store(false);
  }
}

static void start_background() {
  if (busy.exchange(true)) return;
  static const bool once = [] {
    startm_system(background);
    return true;
  }();
  (void)once;
  wanted.wakeup();
}

// On sysmon's thread. Returns when to come again.
static int64_t look(int64_t now) {
  static int64_t last_forced = sched.starttime;
  if (gc_percent() < 0) return now + kLookNS;
  bool force = now - last_forced >= kForceNS;
  size_t unused = stack_unused();
  if (force) last_forced = now;
  // A few stacks are not worth a thread's waking.
  if (force || unused >= 64) start_background();
  return now + kLookNS;
}

int32_t gc_percent() {
  return percent.load(std::memory_order_relaxed);
}

int32_t gc_set_percent(int32_t p) {
  return percent.exchange(p < 0 ? -1 : p);
}

gc_counters gc_count() {
  lock_guard l(stats_lock);
  return stats.count;
}

void gc_init() {
  if (const char* e = getenv("GOGC"); e != nullptr) {
    char* end;
    long n = strtol(e, &end, 10);
    if (strcmp(e, "off") == 0)
      percent.store(-1);
    else if (end != e && *end == '\0')
      percent.store(n < 0 ? -1 : int32_t(std::min<long>(n, INT32_MAX)));
  }
  idle_tick = look;
}

}  // namespace gort::rt

namespace gort::runtime {

void GC() {
  rt::gc_cycle();
}

}  // namespace gort::runtime

namespace gort::debug {

void FreeOSMemory() {
  rt::gc_cycle();
}

int SetGCPercent(int percent) {
  return rt::gc_set_percent(percent);
}

void ReadGCStats(GCStats* s) {
  if (s == nullptr) rt::nil_access(0x38);  // Go first looks at the capacity of Pause
  s->Pause.clear();
  s->PauseEnd.clear();
  s->Pause.reserve(rt::kHistory);
  s->PauseEnd.reserve(rt::kHistory);
  {
    rt::lock_guard l(rt::stats_lock);
    s->NumGC = int64_t(rt::stats.count.cycles);
    s->PauseTotal = rt::stats.pause_total;
    s->LastGC = time::Unix(0, rt::stats.last_end);
    size_t n = std::min<size_t>(rt::stats.count.cycles, rt::kHistory);
    for (size_t i = 0; i < n; i++) {
      size_t at = (rt::stats.count.cycles - 1 - i) % rt::kHistory;
      s->Pause.push_back(rt::stats.pause[at]);
      s->PauseEnd.push_back(time::Unix(0, rt::stats.pause_end[at]));
    }
  }
  std::vector<time::Duration> sorted = s->Pause;
  std::sort(sorted.begin(), sorted.end());
  size_t nq = s->PauseQuantiles.size();
  for (size_t i = 0; i < nq; i++)
    s->PauseQuantiles[i] = sorted.empty() ? time::Duration(0)
                           : i + 1 == nq  ? sorted.back()
                                          : sorted[sorted.size() * i / (nq - 1)];
}

}  // namespace gort::debug
