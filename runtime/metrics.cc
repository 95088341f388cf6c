// Package runtime/metrics: a table of names, and what each is read from.
#include <gort/metrics.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <optional>

#include <gort/func.h>
#include <gort/runtime.h>

#include "runtime/gc.h"
#include "sched/clock.h"
#include "sched/latency.h"
#include "sched/netpoll.h"
#include "sched/proc.h"
#include "sched/runq.h"
#include "sched/stack.h"

namespace gort::runtime::metrics {

using rt::p;

namespace {

// A Read's own view: what is costly to find out is found out once, and only if some metric asks.
class view {
 public:
  const rt::stack_usage& stacks() {
    if (!stacks_) stacks_ = rt::stack_measure();
    return *stacks_;
  }
  const rt::gc_counters& gc() {
    if (!gc_) gc_ = rt::gc_count();
    return *gc_;
  }
  struct states {
    uint64_t runnable = 0, running = 0, waiting = 0, syscall = 0;
  };
  const states& goroutines() {
    if (states_) return *states_;
    states s;
    for (size_t i = 0, n = rt::allglen(); i < n; i++) {
      const rt::g* gp = rt::allg(i);
      uint32_t status = gp->status.load(std::memory_order_relaxed);
      if (status == rt::_Grunnable) s.runnable++;
      if (status == rt::_Gwaiting) s.waiting++;
      if (status == rt::_Grunning) (gp->blocking != 0 ? s.syscall : s.running)++;
    }
    states_ = s;
    return *states_;
  }
  struct threads {
    uint64_t total, idle;
  };
  const threads& ms() {
    if (!threads_) {
      rt::lock_guard l(rt::sched.lock);
      threads_ = threads{uint64_t(rt::mcount()), uint64_t(rt::sched.nmidle)};
    }
    return *threads_;
  }

 private:
  std::optional<rt::stack_usage> stacks_;
  std::optional<rt::gc_counters> gc_;
  std::optional<states> states_;
  std::optional<threads> threads_;
};

// The sum of f over all Ps there have ever been: a retired p keeps its counters.
template <class F>
uint64_t sum(F f) {
  uint64_t n = 0;
  for (int32_t i = 0; i < rt::allpn; i++) n += uint64_t(f(rt::allp[i]));
  return n;
}

// ---- latencies ----

struct instant {
  uint64_t tsc = __rdtsc();
  int64_t ns = rt::nanotime();
};
const instant loaded;

// Seconds a tick of the time stamp counter, measured once: buckets must not change from one Read to the next.
double seconds_per_tick() {
  static const double ratio = [] {
    constexpr int64_t kLongEnough = 10000000;
    int64_t elapsed = rt::nanotime() - loaded.ns;
    if (elapsed < kLongEnough) {
      timespec ts{0, long(kLongEnough - elapsed)};
      nanosleep(&ts, nullptr);
    }
    instant now;
    return double(now.ns - loaded.ns) * 1e-9 / double(now.tsc - loaded.tsc);
  }();
  return ratio;
}

Float64Histogram latencies() {
  Float64Histogram h;
  for (uint32_t b = 0; b < rt::kLatencyBuckets; b++) {
    h.Counts.push_back(sum([b](const p* pp) { return pp->latency[b].load(std::memory_order_relaxed); }));
    h.Buckets.push_back(double(rt::latency_bound(b)) * seconds_per_tick());
  }
  h.Buckets.push_back(HUGE_VAL);
  return h;
}

// ---- the table ----

constexpr auto relaxed = std::memory_order_relaxed;

struct entry {
  Description d;
  uint64_t (*read)(view&);  // null: the histogram
};

// Sorted by name.
const entry table[] = {
    {{"/gc/cycles/automatic:gc-cycles", "Count of completed cycles that the runtime began by itself.", KindUint64,
      true},
     [](view& v) { return v.gc().cycles - v.gc().forced; }},
    {{"/gc/cycles/forced:gc-cycles", "Count of completed cycles that the program asked for.", KindUint64, true},
     [](view& v) { return v.gc().forced; }},
    {{"/gc/cycles/total:gc-cycles", "Count of all completed cycles.", KindUint64, true},
     [](view& v) { return v.gc().cycles; }},
    {{"/gc/gogc:percent",
      "The setting of GOGC or debug::SetGCPercent; the largest value where there are no automatic cycles.", KindUint64,
      false},
     [](view&) { return uint64_t(int64_t(rt::gc_percent())); }},
    {{"/gc/stacks/released:bytes", "Memory of free stacks that cycles have given back to the system.", KindUint64,
      true},
     [](view& v) { return uint64_t(v.gc().released); }},
    {{"/memory/classes/heap/free:bytes", "Memory of stacks that no goroutine has and that cycles would give back.",
      KindUint64, false},
     [](view& v) { return uint64_t(v.stacks().idle); }},
    {{"/memory/classes/heap/stacks:bytes", "Memory of the stacks that goroutines have.", KindUint64, false},
     [](view& v) { return uint64_t(v.stacks().inuse); }},
    {{"/memory/classes/metadata/other:bytes",
      "Memory of goroutines, threads, Ps and poll descriptors, in use or free: it is never given back.", KindUint64,
      false},
     [](view&) { return uint64_t(rt::persistent_bytes()); }},
    {{"/memory/classes/stacks/mapped:bytes", "Address space reserved for stacks.", KindUint64, false},
     [](view& v) { return uint64_t(v.stacks().mapped); }},
    {{"/memory/classes/total:bytes", "All memory of the runtime: stacks, used and free, and metadata.", KindUint64,
      false},
     [](view& v) { return uint64_t(v.stacks().inuse + v.stacks().idle + rt::persistent_bytes()); }},
    {{"/sched/gomaxprocs:threads",
      "The current runtime::GOMAXPROCS setting: how many threads can run goroutines simultaneously.", KindUint64,
      false},
     [](view&) { return uint64_t(rt::gomaxprocs); }},
    {{"/sched/goroutines-created:goroutines", "Count of goroutines created since program start.", KindUint64, true},
     [](view&) { return rt::sched.nspawns.load() + sum([](const p* pp) { return pp->nspawns.load(relaxed); }); }},
    {{"/sched/goroutines/not-in-go:goroutines",
      "Approximate count of goroutines in a system call or in runtime::blocking.", KindUint64, false},
     [](view& v) { return v.goroutines().syscall; }},
    {{"/sched/goroutines/runnable:goroutines", "Approximate count of goroutines ready to execute, but not executing.",
      KindUint64, false},
     [](view& v) { return v.goroutines().runnable; }},
    {{"/sched/goroutines/running:goroutines",
      "Approximate count of goroutines executing; more than /sched/gomaxprocs:threads where some have lost their P.",
      KindUint64, false},
     [](view& v) { return v.goroutines().running; }},
    {{"/sched/goroutines/waiting:goroutines",
      "Approximate count of goroutines waiting on a resource (I/O or sync primitives).", KindUint64, false},
     [](view& v) { return v.goroutines().waiting; }},
    {{"/sched/goroutines:goroutines", "Count of live goroutines.", KindUint64, false},
     [](view&) { return uint64_t(std::max(0, rt::gcount())); }},
    {{"/sched/handoffs:events",
      "Count of Ps handed to another thread: system calls that last, and long-running goroutines.", KindUint64, true},
     [](view&) { return sum([](const p* pp) { return pp->nhandoffs.load(relaxed); }); }},
    {{"/sched/latencies:seconds",
      "Distribution of the time goroutines have spent in the scheduler in a runnable state before actually running: a "
      "sample of about one start or wake-up in 32. Bucket counts increase monotonically.",
      KindFloat64Histogram, true},
     nullptr},
    {{"/sched/parks:events", "Count of times a goroutine has waited.", KindUint64, true},
     [](view&) { return sum([](const p* pp) { return pp->nparks.load(relaxed); }); }},
    {{"/sched/procs/idle:procs", "Count of Ps that no thread has.", KindUint64, false},
     [](view&) { return uint64_t(std::max(0, rt::sched.npidle.load())); }},
    {{"/sched/runqueue/global:goroutines", "Length of the global run queue.", KindUint64, false},
     [](view&) { return uint64_t(rt::globrunqsize()); }},
    {{"/sched/runqueue/local:goroutines", "Length of the run queues of all Ps together.", KindUint64, false},
     [](view&) {
       return sum([](const p* pp) {
         uint32_t head = pp->runqhead.load(relaxed), n = pp->runqtail.load(relaxed) - head;
         return std::min(n, rt::kRunqSize) + (pp->runnext.load(relaxed) != nullptr ? 1 : 0);
       });
     }},
    {{"/sched/steals:events", "Count of times a P has taken goroutines from another's run queue.", KindUint64, true},
     [](view&) { return sum([](const p* pp) { return pp->nsteals.load(relaxed); }); }},
    {{"/sched/threads/idle:threads", "Count of the runtime's threads that sleep because there is nothing to do.",
      KindUint64, false},
     [](view& v) { return v.ms().idle; }},
    {{"/sched/threads/spinning:threads", "Count of threads that look for work.", KindUint64, false},
     [](view&) { return uint64_t(std::max(0, rt::sched.nmspinning.load())); }},
    {{"/sched/threads/total:threads", "The current count of live threads that are owned by the runtime.", KindUint64,
      false},
     [](view& v) { return v.ms().total; }},
    {{"/sched/timers:timers", "Count of timers in the heaps of all Ps, stopped ones that are not yet removed included.",
      KindUint64, false},
     [](view&) { return sum([](const p* pp) { return pp->numtimers.load(relaxed); }); }},
};

}  // namespace

uint64_t Value::Uint64() const {
  if (Kind() != KindUint64) panic("called Uint64 on non-uint64 metric value");
  return std::get<uint64_t>(v_);
}

double Value::Float64() const {
  if (Kind() != KindFloat64) panic("called Float64 on non-float64 metric value");
  return std::get<double>(v_);
}

const Float64Histogram* Value::Float64Histogram() const {
  if (Kind() != KindFloat64Histogram) panic("called Float64Histogram on non-Float64Histogram metric value");
  return &std::get<metrics::Float64Histogram>(v_);
}

std::vector<Description> All() {
  std::vector<Description> all;
  for (const entry& e : table) all.push_back(e.d);
  return all;
}

void Read(std::span<Sample> m) {
  rt::schedinit();
  view v;
  for (Sample& s : m) {
    auto e = std::lower_bound(std::begin(table), std::end(table), std::string_view(s.Name),
                              [](const entry& x, std::string_view name) { return x.d.Name < name; });
    if (e == std::end(table) || e->d.Name != s.Name)
      s.Value.v_ = std::monostate();
    else if (e->read == nullptr)
      s.Value.v_ = latencies();
    else
      s.Value.v_ = e->read(v);
  }
}

}  // namespace gort::runtime::metrics
