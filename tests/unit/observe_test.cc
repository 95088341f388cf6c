// What a program can be made to tell about itself while it runs: GODEBUG's schedtrace, gctrace and longrun, the
// metrics, the cycles that give memory back. The layouts are compared with what Go printed (schedtrace_fixture.out).
#include <gort/gort.h>

#include <atomic>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "child_program.h"
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

GO_PROGRAM(go_fixture) {
  auto ch = make_chan<int>();
  for (int i = 0; i < 3; i++) go([ch] { ch.recv(); });
  go([ch] {
    runtime::LockOSThread();
    ch.recv();
  });
  time::Sleep(15 * time::Millisecond);
  spin_for(60 * time::Millisecond);
  runtime::GC();
  debug::FreeOSMemory();
  time::Sleep(20 * time::Millisecond);
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
  for (std::string line; std::getline(lines, line);) all.insert(shape(line));
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

child::outcome run_fixture(const std::string& godebug) {
  auto o = child::start("go_fixture", {"GOMAXPROCS=2", "GODEBUG=" + godebug});
  EXPECT_TRUE(o.exited(0)) << o;
  return o;
}

TEST(GODEBUG, SchedtraceHasGosLayout) {
  auto o = run_fixture("schedtrace=10");
  EXPECT_EQ(shapes(o.err), shapes(recorded("schedtrace=10")));
  EXPECT_GE(std::count(o.err.begin(), o.err.end(), '\n'), 3) << o;
  EXPECT_TRUE(o.matches("^SCHED 0ms: gomaxprocs=2 ")) << o;
}

TEST(GODEBUG, ScheddetailHasGosLayout) {
  auto o = run_fixture("schedtrace=10,scheddetail=1");
  EXPECT_EQ(shapes(o.err), shapes(recorded("schedtrace=10,scheddetail=1")));
  EXPECT_TRUE(o.matches("^  G1: status=4\\(sleep\\) m=nil lockedm=nil$")) << o;
  EXPECT_TRUE(o.matches("^  G[0-9]+: status=4\\(chan receive\\) m=nil lockedm=[0-9]+$")) << o;
  EXPECT_TRUE(o.matches("^  P1: status=[0-9]")) << o;
  EXPECT_TRUE(o.matches("^  M[0-9]+: p=[01] curg=1 ")) << o;
}

TEST(GODEBUG, GctraceHasGosLayout) {
  auto o = run_fixture("gctrace=1");
  EXPECT_EQ(shapes(o.err), shapes(recorded("gctrace=1")));
  EXPECT_TRUE(o.matches("^gc 1 @0\\.[0-9]{3}s ")) << o;
  EXPECT_TRUE(o.matches("^gc 2 @.* 2 P \\(forced\\)$")) << o;
  EXPECT_TRUE(run_fixture("gctrace=0").err.empty());
}

// ---- longrun ----

[[gnu::noinline]] void hold_the_p(int ms) {
  spin_for(ms * time::Millisecond);
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
  auto end = time::Now().Add(100 * time::Millisecond);
  while (time::Now().Before(end)) runtime::Gosched();
}

TEST(GODEBUG, LongrunNamesTheGoroutineThatHoldsItsP) {
  auto o = child::start("one_holds_its_p", {"GODEBUG=longrun=50"});
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_TRUE(
      o.matches("^longrun: goroutine [0-9]+ has run for (5|6|7|8|9|10|11|12|13|14)[0-9] ms without entering the "
                "runtime\n\ngoroutine [0-9]+ \\[running\\]:\n"))
      << o;
  EXPECT_TRUE(o.has("main.hold_the_p(")) << o;
  EXPECT_TRUE(o.has("created by main.main in goroutine 1\n")) << o;
  EXPECT_EQ(o.err.find("longrun:"), o.err.rfind("longrun:")) << o;
}

TEST(GODEBUG, LongrunNamesTheGoroutineThatHasLostItsP) {
  auto o = child::start("one_holds_its_p_and_loses_it", {"GODEBUG=longrun=50"});
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.out, "");
  EXPECT_TRUE(o.has("main.hold_the_p(")) << o;
  if (!tool::slow()) {
    EXPECT_EQ(o.err.find("longrun:"), o.err.rfind("longrun:")) << o;
  }
}

TEST(GODEBUG, LongrunIsQuietWhereAllComeBy) {
  SKIP_UNDER(tool::kThread | tool::kValgrind, "a step of the scheduler may take as long as what is reported");
  auto o = child::start("all_come_by", {"GODEBUG=longrun=50"});
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.err, "");
  o = child::start("one_holds_its_p");
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
  while (runtime::NumGoroutine() > 1) runtime::Gosched();
}

TEST(GC, GivesStacksOfEndedGoroutinesBack) {
  SKIP_UNDER(tool::kMemory, "it has memory of its own");
  gort::run([] {
    burst(5000);
    rt::stack_usage before = rt::stack_measure();
    EXPECT_GT(before.idle, 30u << 20);
    debug::FreeOSMemory();
    rt::stack_usage after = rt::stack_measure();
    EXPECT_LT(after.idle, before.idle / 10);
    EXPECT_GE(rt::gc_count().released, before.idle / 2);
    // And they can be used again.
    burst(5000);
  });
}

TEST(GC, AutomaticCyclesLeaveWhatIsInUse) {
  SKIP_UNDER(tool::kMemory, "it has memory of its own");
  gort::run([] {
    debug::FreeOSMemory();
    rt::stack_unused();
    burst(2000);
    // Nothing has lain unused since the last look: the burst touched all of it.
    EXPECT_EQ(rt::stack_scavenge(0), 0u);
    rt::stack_unused();  // what is free now is untouched from here on
    burst(200);
    size_t cold = rt::stack_unused();
    EXPECT_GE(cold, 1500u);
    EXPECT_LE(cold, 1900u);
    EXPECT_GE(rt::stack_scavenge(0), 1500u * 3 * 4096);
    EXPECT_LE(rt::stack_unused(), 250u);  // what the second burst used, and nothing twice
  });
}

TEST(GC, StatsCountCycles) {
  gort::run([] {
    debug::GCStats before, after;
    debug::ReadGCStats(&before);
    time::Time start = time::Now();
    for (int i = 0; i < 3; i++) runtime::GC();
    after.PauseQuantiles.resize(5);
    debug::ReadGCStats(&after);
    EXPECT_EQ(after.NumGC, before.NumGC + 3);
    EXPECT_EQ(after.Pause.size(), size_t(after.NumGC));
    EXPECT_EQ(after.PauseEnd.size(), after.Pause.size());
    EXPECT_EQ(after.PauseEnd[0].UnixNano(), after.LastGC.UnixNano());
    EXPECT_GE(after.LastGC.UnixNano(), start.UnixNano());
    EXPECT_GE(after.PauseEnd[0].UnixNano(), after.PauseEnd[1].UnixNano());
    time::Duration total = 0;
    for (time::Duration p : after.Pause) total += p;
    EXPECT_EQ(total.Nanoseconds(), after.PauseTotal.Nanoseconds());
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
    std::string buf;
    auto has = [&](const char* text) {
      buf.resize(1 << 16);
      buf.resize(runtime::Stack(buf, true));
      return buf.find(text) != std::string::npos;
    };
    while (!has(" [chan receive]:\n") || !has(" [syscall]:\n")) time::Sleep(time::Millisecond);
    rt::mark_waiting(rt::nanotime() - 150ll * 1000000000);
    rt::mark_waiting(rt::nanotime());  // the first look counts
    EXPECT_TRUE(has(" [chan receive, 2 minutes]:\n")) << buf;
    EXPECT_TRUE(has(" [syscall, 2 minutes]:\n")) << buf;
    stop = true;
    ch.close();
    wg.Wait();
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
    while (runtime::NumGoroutine() > 1) runtime::Gosched();  // of the tests before
    sync::WaitGroup wg;
    for (int i = 0; i < 50; i++) {
      wg.Add(1);
      go([&] { wg.Done(); });
    }
    EXPECT_EQ(metric("/sched/runqueue/local:goroutines") + metric("/sched/runqueue/global:goroutines"), 50u);
    EXPECT_EQ(metric("/sched/goroutines/runnable:goroutines"), 50u);
    uint64_t parks = metric("/sched/parks:events");
    wg.Wait();
    EXPECT_EQ(metric("/sched/parks:events"), parks + 1);
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
    for (int i = 0; i < 1000 && metric("/sched/steals:events") == before; i++) {
      sync::WaitGroup wg;
      for (int k = 0; k < 10; k++) {
        wg.Add(1);
        go([&] { wg.Done(); });
      }
      spin_for(2 * time::Millisecond);
      wg.Wait();
    }
    EXPECT_GT(metric("/sched/steals:events"), before);
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
      if (after.Buckets[i] >= 0.003 && after.Buckets[i] < 1) late += after.Counts[i] - before.Counts[i];
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
