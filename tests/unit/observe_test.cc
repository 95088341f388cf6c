// What a program can be made to tell about itself while it runs: GODEBUG's schedtrace, gctrace and longrun, the
// metrics, the cycles that give memory back. The layouts are compared with what Go printed (schedtrace_fixture.out).
#include <gort/gort.h>

#include <atomic>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "child_program.h"
#include "eventually.h"
#include "runtime/gc.h"
#include "sched/clock.h"
#include "sched/latency.h"
#include "sched/proc.h"
#include "sched/stack.h"

using namespace gort;

namespace {

// spin_for uses so much processor time: on a loaded machine sysmon gets its turns meanwhile.
void spin_for(time::Duration d) {
  auto used = [] {
    timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return ts.tv_sec * int64_t{1000000000} + ts.tv_nsec;
  };
  const int64_t end = used() + d.Nanoseconds();
  while (used() < end) {
  }
}

// times is by how much a program's waits are to be longer.
time::Duration times(time::Duration d) {
  const char* n = getenv("OBSERVE_TIMES");
  return d * (n != nullptr ? atoi(n) : 1);
}

GO_PROGRAM(go_fixture) {
  auto ch = make_chan<int>();
  for (int i = 0; i < 3; i++) go([ch] { ch.recv(); });
  go([ch] {
    runtime::LockOSThread();
    ch.recv();
  });
  time::Sleep(times(15 * time::Millisecond));
  spin_for(times(60 * time::Millisecond));
  runtime::GC();
  debug::FreeOSMemory();
  time::Sleep(times(20 * time::Millisecond));
  ch.close();
}

// A line without what differs from run to run: numbers (nil is one), booleans, wait reasons, the queues of the Ps.
std::string shape(std::string line) {
  static const std::pair<std::regex, const char*> rules[] = {
      {std::regex("=(nil|-?[0-9]+)"), "=N"},   {std::regex("=(true|false)"), "=B"},
      {std::regex("\\[[0-9 ]+\\]"), "[Q]"},    {std::regex("N\\(.*\\) m="), "N(R) m="},
      {std::regex("[0-9]+(\\.[0-9]+)?"), "N"},
  };
  for (const auto& [re, to] : rules) line = std::regex_replace(line, re, to);
  return line;
}

std::set<std::string> shapes(const std::string& text) {
  std::set<std::string> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line) && !lines.eof();)
    all.insert(shape(line));  // the end may be half one
  return all;
}

// What Go printed under a setting.
std::string recorded(const std::string& godebug) {
  const char* dir = getenv("GORT_UNIT_DIR");
  std::ifstream f(std::string(dir != nullptr ? dir : "tests/unit") + "/schedtrace_fixture.out");
  std::string text;
  bool inside = false;
  for (std::string line; std::getline(f, line);) {
    if (line[0] == '#')
      inside = line == "# GOMAXPROCS=2 GODEBUG=" + godebug;
    else if (inside)
      text += line + "\n";
  }
  EXPECT_FALSE(text.empty()) << "no recording of " << godebug;
  return text;
}

child::outcome run_fixture(const std::string& godebug, int times = 1) {
  auto o = child::start("go_fixture", {"GOMAXPROCS=2", "GODEBUG=" + godebug, "OBSERVE_TIMES=" + std::to_string(times)});
  EXPECT_TRUE(o.exited(0)) << o;
  return o;
}

// expect_layout looks for lines of the layout that Go's have, all of them, and for what matches each of the texts:
// where sysmon has not come by at the moments in question, in a program that takes longer.
void expect_layout(const std::string& godebug, int lines, const std::vector<std::string>& texts) {
  const std::set<std::string> want = shapes(recorded(godebug));
  child::outcome o;
  EXPECT_TRUE(within_tries(7,
                           [&](int i) {
                             o = run_fixture(godebug, 1 << i);
                             return shapes(o.err) == want && std::count(o.err.begin(), o.err.end(), '\n') >= lines &&
                                    std::all_of(texts.begin(), texts.end(),
                                                [&](const std::string& t) { return o.matches(t); });
                           }))
      << testing::PrintToString(want) << "\n"
      << testing::PrintToString(texts) << "\n"
      << o;
}

TEST(GODEBUG, SchedtraceHasGosLayout) {
  expect_layout("schedtrace=10", 3, {"^SCHED 0ms: gomaxprocs=2 "});
}

TEST(GODEBUG, ScheddetailHasGosLayout) {
  expect_layout(
      "schedtrace=10,scheddetail=1", 3,
      {"^  G1: status=4\\(sleep\\) m=nil lockedm=nil$", "^  G[0-9]+: status=4\\(chan receive\\) m=nil lockedm=[0-9]+$",
       "^  P1: status=[0-9]", "^  M[0-9]+: p=[01] curg=1 "});
}

TEST(GODEBUG, GctraceHasGosLayout) {
  auto o = run_fixture("gctrace=1");
  EXPECT_EQ(shapes(o.err), shapes(recorded("gctrace=1")));
  EXPECT_TRUE(o.matches("^gc 1 @[0-9]+\\.[0-9]{3}s ")) << o;
  EXPECT_TRUE(o.matches("^gc 2 @.* 2 P \\(forced\\)$")) << o;
  EXPECT_TRUE(run_fixture("gctrace=0").err.empty());
}

// ---- longrun ----

[[gnu::noinline]] void hold_the_p(int ms) {
  spin_for(times(ms * time::Millisecond));
}

GO_PROGRAM(one_holds_its_p) {
  runtime::GOMAXPROCS(1);
  auto done = make_chan<int>();
  go([done] {
    hold_the_p(150);
    done.send(1);
  });
  done.recv();
}

GO_PROGRAM(one_holds_its_p_and_loses_it) {
  runtime::GOMAXPROCS(1);
  auto done = make_chan<int>();
  std::atomic<int> others{0};
  for (int i = 0; i < 2; i++)
    go([&] {
      while (others < 1000) {
        others++;
        time::Sleep(100 * time::Microsecond);
      }
    });
  go([done] {
    hold_the_p(150);
    done.send(1);
  });
  done.recv();
  if (others < 2) fmt::Println("the others did not run");
  others = 1000;
}

GO_PROGRAM(all_come_by) {
  auto end = time::Now().Add(times(100 * time::Millisecond));
  while (time::Now().Before(end)) runtime::Gosched();
}

// expect_longrun runs a program until good(o, limit in ms): a goroutine whose thread the kernel has stopped is named,
// too, and sysmon may miss one that does hold its P. Beside longer times those of the kernel are short.
template <class F>
void expect_longrun(const char* program, F good) {
  child::outcome o;
  EXPECT_TRUE(within_tries(15, [&](int i) {
    const int times = 1 << i / 3, limit = 50 * times;
    o = child::start(program, {"GODEBUG=longrun=" + std::to_string(limit), "OBSERVE_TIMES=" + std::to_string(times)});
    EXPECT_TRUE(o.exited(0)) << o;
    return good(o, limit);
  })) << o;
}

bool named_once(const child::outcome& o) {
  return o.has("longrun:") && o.err.find("longrun:") == o.err.rfind("longrun:");
}

TEST(GODEBUG, LongrunNamesTheGoroutineThatHoldsItsP) {
  expect_longrun("one_holds_its_p", [](const child::outcome& o, int limit) {
    int ms = 0;
    return sscanf(o.err.c_str(), "longrun: goroutine %*d has run for %d ms", &ms) == 1 && ms >= limit &&
           named_once(o) &&
           o.matches(
               "^longrun: goroutine [0-9]+ has run for [0-9]+ ms without entering the runtime\n\n"
               "goroutine [0-9]+ \\[running\\]:\n") &&
           o.has("main.hold_the_p(") && o.has("created by main.main in goroutine 1\n");
  });
}

TEST(GODEBUG, LongrunNamesTheGoroutineThatHasLostItsP) {
  expect_longrun("one_holds_its_p_and_loses_it", [](const child::outcome& o, int) {
    return o.out == "" && o.has("main.hold_the_p(") && (tool::slow() || named_once(o));
  });
}

TEST(GODEBUG, LongrunIsQuietWhereAllComeBy) {
  SKIP_UNDER(tool::kThread | tool::kValgrind, "a step of the scheduler may take as long as what is reported");
  expect_longrun("all_come_by", [](const child::outcome& o, int) { return o.err == ""; });
  child::outcome o = child::start("one_holds_its_p");
  EXPECT_EQ(o.err, "");
}

// ---- cycles ----

// A burst of goroutines that exist at the same time, and are gone afterwards.
void burst(int n) {
  auto gate = make_chan<int>();
  sync::WaitGroup wg, started;
  for (int i = 0; i < n; i++) {
    wg.Add(1);
    started.Add(1);
    go([&] {
      char used[3 * 4096];
      asm volatile("" : : "r"(memset(used, 1, sizeof used)) : "memory");
      started.Done();
      gate.recv();
      wg.Done();
    });
  }
  started.Wait();
  gate.close();
  wg.Wait();
  alone();
}

// NoCycles keeps sysmon from starting cycles of its own. One more may be on its way.
struct NoCycles {
  int old = debug::SetGCPercent(-1);
  ~NoCycles() { debug::SetGCPercent(old); }
};

TEST(GC, GivesStacksOfEndedGoroutinesBack) {
  SKIP_UNDER(tool::kMemory, "it has memory of its own");
  gort::run([] {
    NoCycles none;
    burst(5000);
    rt::stack_usage before = rt::stack_measure();
    EXPECT_GT(before.idle, 30u << 20);
    debug::FreeOSMemory();
    rt::stack_usage after = rt::stack_measure();
    EXPECT_LT(after.idle, before.idle / 10);
    EXPECT_TRUE(eventually([&] { return rt::gc_count().released >= before.idle / 2; }));
    // And they can be used again.
    burst(5000);
  });
}

TEST(GC, AutomaticCyclesLeaveWhatIsInUse) {
  SKIP_UNDER(tool::kMemory, "it has memory of its own");
  gort::run([] {
    NoCycles none;
    size_t early = 0, cold = 0, given_back = 0, left = 0;
    EXPECT_TRUE(within_tries(3,
                             [&](int) {
                               EXPECT_TRUE(alone());
                               debug::FreeOSMemory();
                               rt::stack_unused();
                               burst(2000);
                               // Nothing has lain unused since the last look: the burst touched all of it.
                               early = rt::stack_scavenge(0);
                               rt::stack_unused();  // what is free now is untouched from here on
                               burst(200);
                               cold = rt::stack_unused();
                               given_back = rt::stack_scavenge(0);
                               left = rt::stack_unused();  // what the second burst used, and nothing twice
                               return early == 0 && cold >= 1500 && cold <= 1900 && given_back >= 1500u * 3 * 4096 &&
                                      left <= 250;
                             }))
        << early << " " << cold << " " << given_back << " " << left;
  });
}

TEST(GC, StatsCountCycles) {
  gort::run([] {
    NoCycles none;
    debug::GCStats before, after;
    time::Time start;
    EXPECT_TRUE(within_tries(3,
                             [&](int) {
                               debug::ReadGCStats(&before);
                               start = time::Now();
                               for (int i = 0; i < 3; i++) runtime::GC();
                               after.PauseQuantiles.resize(5);
                               debug::ReadGCStats(&after);
                               return after.NumGC == before.NumGC + 3;
                             }))
        << before.NumGC << " " << after.NumGC;
    EXPECT_EQ(after.Pause.size(), std::min(size_t(after.NumGC), size_t(256)));
    EXPECT_EQ(after.PauseEnd.size(), after.Pause.size());
    EXPECT_EQ(after.PauseEnd[0].UnixNano(), after.LastGC.UnixNano());
    EXPECT_GE(after.LastGC.UnixNano(), start.UnixNano());
    EXPECT_GE(after.PauseEnd[0].UnixNano(), after.PauseEnd[1].UnixNano());
    time::Duration total = 0;
    for (int i = 0; i < 3; i++) total += after.Pause[size_t(i)];
    EXPECT_EQ(total, after.PauseTotal - before.PauseTotal);
    for (size_t i = 1; i < 5; i++) EXPECT_LE(after.PauseQuantiles[i - 1], after.PauseQuantiles[i]);
    EXPECT_EQ(after.PauseQuantiles[4], *std::max_element(after.Pause.begin(), after.Pause.end()));
    for (int i = 0; i < 300; i++) runtime::GC();
    debug::ReadGCStats(&after);
    EXPECT_EQ(after.Pause.size(), 256u);
  });
}

GO_PROGRAM(print_gogc) {
  int first = debug::SetGCPercent(50), second = debug::SetGCPercent(-7);
  println(first, second, debug::SetGCPercent(100));
}

TEST(GC, PercentComesFromGOGC) {
  EXPECT_EQ(child::start("print_gogc").err, "100 50 -1\n");
  EXPECT_EQ(child::start("print_gogc", {"GOGC=33"}).err, "33 50 -1\n");
  EXPECT_EQ(child::start("print_gogc", {"GOGC=off"}).err, "-1 50 -1\n");
}

TEST(GC, TracesSayForHowManyMinutesAGoroutineHasWaited) {
  gort::run([] {
    NoCycles none;
    std::string buf;
    auto has = [&](const char* text) {
      buf.resize(1 << 16);
      buf.resize(runtime::Stack(buf, true));
      return buf.find(text) != std::string::npos;
    };
    EXPECT_TRUE(within_tries(3, [&](int) {
      auto ch = make_chan<int>();
      sync::WaitGroup wg;
      wg.Add(2);
      std::atomic<bool> stop{false};
      go([&] {
        ch.recv();
        wg.Done();
      });
      go([&] {
        runtime::blocking([&] {
          while (!stop) usleep(1000);
        });
        wg.Done();
      });
      while (!has(" [chan receive]:\n") || !has(" [syscall]:\n")) time::Sleep(time::Millisecond);
      rt::mark_waiting(rt::nanotime() - 150ll * 1000000000);
      rt::mark_waiting(rt::nanotime());  // the first look counts
      const bool both = has(" [chan receive, 2 minutes]:\n") && has(" [syscall, 2 minutes]:\n");
      stop = true;
      ch.close();
      wg.Wait();
      return both;
    })) << buf;
  });
}

// ---- metrics ----

uint64_t metric(const std::string& name) {
  metrics::Sample s[] = {{name, {}}};
  metrics::Read(s);
  EXPECT_EQ(s[0].Value.Kind(), metrics::KindUint64) << name;
  return s[0].Value.Uint64();
}

TEST(Metrics, EveryDescribedOneCanBeRead) {
  auto all = metrics::All();
  std::vector<metrics::Sample> samples;
  for (const auto& d : all) samples.push_back({std::string(d.Name), {}});
  metrics::Read(samples);
  std::regex name("(/[a-z0-9-]+)+:[a-z-]+");
  for (size_t i = 0; i < all.size(); i++) {
    EXPECT_EQ(samples[i].Value.Kind(), all[i].Kind) << all[i].Name;
    EXPECT_TRUE(std::regex_match(samples[i].Name, name)) << all[i].Name;
    EXPECT_FALSE(all[i].Description.empty());
    if (i > 0) {
      EXPECT_LT(all[i - 1].Name, all[i].Name);
    }
  }
  metrics::Sample unknown[] = {{"/no/such:thing", {}}};
  metrics::Read(unknown);
  EXPECT_EQ(unknown[0].Value.Kind(), metrics::KindBad);
}

TEST(Metrics, AWrongKindPanicsWithGosText) {
  gort::run([] {
    metrics::Sample s[] = {{"/sched/gomaxprocs:threads", {}}};
    metrics::Read(s);
    std::string text = func<std::string>([&](std::string& text) {
      defer([&] { text = fmt::Sprint(recover()); });
      s[0].Value.Float64Histogram();
    });
    EXPECT_EQ(text, "called Float64Histogram on non-Float64Histogram metric value");
  });
}

TEST(Metrics, CountGoroutinesByState) {
  gort::run([] {
    ASSERT_TRUE(alone());
    int procs = runtime::GOMAXPROCS(2);
    auto gate = make_chan<int>();
    sync::WaitGroup wg;
    uint64_t created = metric("/sched/goroutines-created:goroutines");
    for (int i = 0; i < 20; i++) {
      wg.Add(1);
      go([&] {
        gate.recv();
        wg.Done();
      });
    }
    while (metric("/sched/goroutines/waiting:goroutines") < 20) time::Sleep(time::Millisecond);
    EXPECT_EQ(metric("/sched/goroutines:goroutines"), 21u);
    EXPECT_EQ(metric("/sched/goroutines-created:goroutines"), created + 20);
    EXPECT_GE(metric("/sched/goroutines/running:goroutines"), 1u);
    EXPECT_EQ(metric("/sched/gomaxprocs:threads"), 2u);
    EXPECT_GE(metric("/memory/classes/heap/stacks:bytes"), 20u * 4096);
    EXPECT_GE(metric("/memory/classes/stacks/mapped:bytes"), metric("/memory/classes/heap/stacks:bytes"));
    EXPECT_GE(metric("/sched/threads/total:threads"), 2u);
    gate.close();
    wg.Wait();
    runtime::GOMAXPROCS(procs);
  });
}

TEST(Metrics, RunQueuesAndParksAreCounted) {
  gort::run([] {
    int procs = runtime::GOMAXPROCS(1);
    uint64_t queued = 0, runnable = 0, parks = 0;
    EXPECT_TRUE(within_tries(50,
                             [&](int) {  // until the P is ours all the time
                               EXPECT_TRUE(alone());
                               sync::WaitGroup wg;
                               for (int i = 0; i < 50; i++) {
                                 wg.Add(1);
                                 go([&] { wg.Done(); });
                               }
                               queued = metric("/sched/runqueue/local:goroutines") +
                                        metric("/sched/runqueue/global:goroutines");
                               runnable = metric("/sched/goroutines/runnable:goroutines");
                               parks = metric("/sched/parks:events");
                               wg.Wait();
                               parks = metric("/sched/parks:events") - parks;
                               return queued == 50 && runnable == 50 && parks == 1;
                             }))
        << queued << " " << runnable << " " << parks;
    auto t = time::NewTimer(time::Hour);
    EXPECT_GE(metric("/sched/timers:timers"), 1u);
    t->Stop();
    runtime::GOMAXPROCS(procs);
  });
}

TEST(Metrics, StealsAreCounted) {
  gort::run([] {
    int procs = runtime::GOMAXPROCS(2);
    const uint64_t before = metric("/sched/steals:events");
    // This P has work in its queue and goes on; another takes it.
    EXPECT_TRUE(eventually([&] {
      sync::WaitGroup wg;
      for (int k = 0; k < 10; k++) {
        wg.Add(1);
        go([&] { wg.Done(); });
      }
      spin_for(2 * time::Millisecond);
      wg.Wait();
      return metric("/sched/steals:events") > before;
    }));
    runtime::GOMAXPROCS(procs);
  });
}

TEST(Metrics, OrdinaryThreadsReadThem) {
  gort::run([] {});
  uint64_t n = 0;
  std::thread([&] { n = metric("/sched/gomaxprocs:threads"); }).join();
  EXPECT_GE(n, 1u);
}

TEST(Metrics, LatencyBucketsFitTheirBounds) {
  EXPECT_EQ(rt::latency_bucket(0), 0u);
  EXPECT_EQ(rt::latency_bucket(~uint64_t{0}), rt::kLatencyBuckets - 1);
  for (uint32_t b = 1; b < rt::kLatencyBuckets; b++) {
    EXPECT_EQ(rt::latency_bucket(rt::latency_bound(b)), b);
    EXPECT_EQ(rt::latency_bucket(rt::latency_bound(b) - 1), b - 1);
  }
}

TEST(Metrics, LatencyIsTheTimeBetweenReadyAndRunning) {
  gort::run([] {
    int procs = runtime::GOMAXPROCS(1);
    auto read = [] {
      metrics::Sample s[] = {{"/sched/latencies:seconds", {}}};
      metrics::Read(s);
      return *s[0].Value.Float64Histogram();
    };
    auto before = read();
    ASSERT_EQ(before.Buckets.size(), before.Counts.size() + 1);
    EXPECT_EQ(before.Buckets[0], 0);
    EXPECT_TRUE(std::isinf(before.Buckets.back()));
    // Goroutines that are ready and wait for us to stop spinning.
    sync::WaitGroup wg;
    wg.Add(200);
    for (int i = 0; i < 200; i++) go([&] { wg.Done(); });
    spin_for(5 * time::Millisecond);
    wg.Wait();
    auto after = read();
    EXPECT_EQ(before.Buckets, after.Buckets);
    uint64_t late = 0;
    for (size_t i = 0; i < after.Counts.size(); i++) {
      EXPECT_GE(after.Counts[i], before.Counts[i]);
      if (after.Buckets[i] >= 0.003) late += after.Counts[i] - before.Counts[i];
    }
    EXPECT_GE(late, 2u);  // one in 32
    EXPECT_LE(late, 200u);
    runtime::GOMAXPROCS(procs);
  });
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
