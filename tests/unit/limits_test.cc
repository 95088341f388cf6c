// What bounds a program: an idle one uses no processor, many parked goroutines fit, and where memory runs out the end
// is clear. GOMAXPROCS from everywhere it may be called.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <fstream>
#include <sched.h>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include "child_program.h"
#include "sched/proc.h"

using namespace gort;

namespace {

double cpu_seconds() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return double(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + double(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

// Prints the milliseconds of processor time that three seconds of waiting have cost.
GO_PROGRAM(idle) {
  auto never = make_chan<int>();
  for (int i = 0; i < 1000; i++)
    go([=] {
      runtime::Gosched();
      never.recv();
    });
  runtime::blocking([] { sched_yield(); });
  auto later = time::AfterFunc(time::Hour, [] {});
  time::Sleep(300 * time::Millisecond);  // sysmon and the spinners come to rest
  double before = cpu_seconds();
  time::Sleep(3 * time::Second);
  println(int64_t((cpu_seconds() - before) * 1000));
  later->Stop();
}

TEST(Idle, AProcessThatWaitsUsesNoProcessor) {
  child::outcome o = child::start("idle", {"GOMAXPROCS=4"});
  ASSERT_TRUE(o.exited(0)) << o;
  EXPECT_LE(std::stoi(o.err), rt::kUnderTool ? 300 : 15) << "ms in 3 s";
}

int mappings() {
  std::ifstream f("/proc/self/maps");
  int n = 0;
  for (std::string line; std::getline(f, line);) n++;
  return n;
}

// A guard page needs no mapping of its own where the kernel has MADV_GUARD_INSTALL: 100,000 guarded stacks, and as many
// more as memory holds, fit under vm.max_map_count.
GO_PROGRAM(parked) {
  const int n = 100000;
  auto stop = make_chan<int>();
  sync::WaitGroup here, gone;
  here.Add(n);
  gone.Add(n);
  for (int i = 0; i < n; i++)
    go([&] {
      here.Done();
      stop.recv();
      gone.Done();
    });
  here.Wait();
  println(runtime::NumGoroutine(), mappings());
  stop.close();
  gone.Wait();
}

TEST(Scale, AHundredThousandParkedGoroutinesTakeFewMappings) {
  SKIP_UNDER(tool::kMemory, "it allows fewer");
  child::outcome o = child::start("parked");
  ASSERT_TRUE(o.exited(0)) << o;
  int goroutines = 0, maps = 0;
  ASSERT_EQ(sscanf(o.err.c_str(), "%d %d", &goroutines, &maps), 2) << o;
  EXPECT_EQ(goroutines, 100001);
  printf("%d mappings\n", maps);
  std::ifstream limit("/proc/sys/vm/max_map_count");
  int most = 65530;
  limit >> most;
  EXPECT_LT(maps, most);
}

// More goroutines than the address space has stacks for.
HOST_PROGRAM(out_of_address_space) {
  rlimit r{rlim_t(8) << 30, rlim_t(8) << 30};
  setrlimit(RLIMIT_AS, &r);
  return gort::main(argc, argv, [] {
    auto never = make_chan<int>();
    for (int i = 0; i < 1000000; i++) {
      go([=] { never.recv(); });
      runtime::Gosched();
    }
  });
}

TEST(Scale, OutOfMemoryForStacksIsFatal) {
  SKIP_UNDER(tool::kMemory, "it needs the address space itself");
  child::outcome o = child::start("out_of_address_space");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^runtime: out of memory: cannot (allocate|reserve)|^fatal error: ")) << o;
  EXPECT_LT(o.seconds, 50) << o;
}

TEST(GOMAXPROCS, IsSetFromThreadsAndInsideBlockingCallsToo) {
  int before = runtime::GOMAXPROCS(0);
  EXPECT_EQ(runtime::GOMAXPROCS(3), before) << "on an ordinary thread";
  EXPECT_EQ(runtime::GOMAXPROCS(0), 3);
  gort::run([] {
    EXPECT_EQ(runtime::blocking([] { return runtime::GOMAXPROCS(5); }), 3);
    runtime::blocking([] {
      runtime::blocking([] {
        EXPECT_EQ(runtime::GOMAXPROCS(2), 5);
        std::string all(1 << 16, ' ');
        EXPECT_GT(runtime::Stack(all, true), 50u);
      });
      EXPECT_EQ(rt::getg()->blocking, 1u);
    });
    EXPECT_EQ(rt::getg()->blocking, 0u);
  });
  EXPECT_EQ(runtime::GOMAXPROCS(before), 2);
}

// No gort::main, no gort::run: the first go statement or timer of a thread starts the runtime.
HOST_PROGRAM(only_go) {
  auto c = make_chan<int>();
  go([=] { c.send(7); });
  return c.recv() == 7 ? 0 : 1;
}
HOST_PROGRAM(only_a_timer) {
  time::Sleep(time::Millisecond);
  std::atomic<bool> fired{false};
  time::AfterFunc(time::Millisecond, [&] { fired = true; });
  while (!fired) time::Sleep(time::Millisecond);
  return 0;
}

TEST(Thread, StartsTheRuntimeByGoOrATimer) {
  child::outcome o = child::start("only_go");
  EXPECT_TRUE(o.exited(0)) << o;
  o = child::start("only_a_timer");
  EXPECT_TRUE(o.exited(0)) << o;
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
