// What bounds a program: an idle one uses no processor, many parked goroutines fit, and where memory runs out the end
// is clear. GOMAXPROCS from everywhere it may be called.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <fstream>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

#include "child_program.h"
#include "eventually.h"
#include "sched/proc.h"
#include "sched/stack.h"

using namespace gort;

namespace {

double cpu_seconds() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return double(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + double(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

// Prints the microseconds of processor time that ten seconds of waiting have cost.
GO_PROGRAM(idle) {
  auto never = make_chan<int>();
  for (int i = 0; i < 1000; i++)
    go([=] {
      runtime::Gosched();
      never.recv();
    });
  runtime::blocking([] { sched_yield(); });
  auto later = time::AfterFunc(time::Hour, [] {});
  auto cost = [](time::Duration of) {
    const double before = cpu_seconds();
    time::Sleep(of);
    return int64_t((cpu_seconds() - before) * 1e6);
  };
  // First sysmon and the spinners come to rest.
  for (int i = 0; i < 20 && cost(300 * time::Millisecond) > 500; i++) {
  }
  println(cost(10 * time::Second));
  later->Stop();
}

TEST(Idle, AProcessThatWaitsUsesNoProcessor) {
  child::outcome o = child::start("idle", {"GOMAXPROCS=4"});
  ASSERT_TRUE(o.exited(0)) << o;
  EXPECT_LT(std::stoi(o.err), rt::kUnderTool ? 1'000'000 : 5000) << "us in 10 s: what is less shows as 0.0 %";
}

int mappings() {
  std::ifstream f("/proc/self/maps");
  int n = 0;
  for (std::string line; std::getline(f, line);) n++;
  return n;
}

// Whether the page at this address can be read.
bool readable(const char* at) {
  char byte;
  iovec to = {&byte, 1}, from = {const_cast<char*>(at), 1};
  return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1;
}

// How many goroutines the memory holds: a parked one takes a page of stack and a little more.
int parked_goroutines() {
  std::ifstream f("/proc/meminfo");
  int64_t kib = 0;
  for (std::string line; std::getline(f, line);)
    if (sscanf(line.c_str(), "MemAvailable: %ld kB", &kib) == 1) break;
  return kib > 6'000'000 ? 1'000'000 : 100'000;
}

// A guard page needs no mapping of its own where the kernel has MADV_GUARD_INSTALL: a million guarded stacks fit under
// the vm.max_map_count that systems have from the start.
GO_PROGRAM(parked) {
  const int n = parked_goroutines();
  auto stop = make_chan<int>();
  std::atomic<int> guarded{0};
  sync::WaitGroup here, gone;
  here.Add(n);
  gone.Add(n);
  for (int i = 0; i < n; i++)
    go([&, i] {
      if (i % 1000 == 0) {
        const char* lo = rt::stacklo(rt::getg());
        guarded += !readable(lo) && !readable(lo + 4095) && readable(reinterpret_cast<char*>(&here));
      }
      here.Done();
      stop.recv();
      gone.Done();
    });
  here.Wait();
  println(runtime::NumGoroutine() - 1, guarded.load(), mappings());
  stop.close();
  gone.Wait();
}

bool guards_take_mappings() {
  constexpr int kGuardInstall = 102;  // MADV_GUARD_INSTALL, Linux 6.13
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  bool refused = madvise(page, 4096, kGuardInstall) != 0;
  munmap(page, 4096);
  return refused;
}

TEST(Scale, AMillionParkedGoroutinesWithGuardedStacksTakeFewMappings) {
  SKIP_UNDER(tool::kMemory, "it allows fewer");
  if (guards_take_mappings()) GTEST_SKIP() << "guards take mappings on this kernel";
  child::outcome o = child::start("parked", {}, 300);
  ASSERT_TRUE(o.exited(0)) << o;
  int goroutines = 0, guarded = 0, maps = 0;
  ASSERT_EQ(sscanf(o.err.c_str(), "%d %d %d", &goroutines, &guarded, &maps), 3) << o;
  if (goroutines < 1'000'000) printf("only %d goroutines: there is not the memory for more\n", goroutines);
  EXPECT_GE(goroutines, 100'000);
  EXPECT_EQ(guarded, goroutines / 1000);
  printf("%d mappings\n", maps);
  constexpr int kDefaultMaxMapCount = 65530;
  EXPECT_LT(maps, kDefaultMaxMapCount);
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

static void park_4000_goroutines() {
  constexpr int kGoroutines = 4000;
  auto stop = make_chan<int>();
  std::atomic<int> here{0};
  sync::WaitGroup wg;
  for (int i = 0; i < kGoroutines; i++) {
    wg.Add(1);
    go([&] {
      here++;
      stop.recv();
      wg.Done();
    });
  }
  while (here < kGoroutines) runtime::Gosched();
  stop.close();
  wg.Wait();
  println(here.load());
}

// As under ulimit -v, ulimit -d.
static int in_one_gigabyte_of(__rlimit_resource_t what, int argc, char** argv) {
  rlimit r{rlim_t(1) << 30, rlim_t(1) << 30};
  setrlimit(what, &r);
  return gort::main(argc, argv, park_4000_goroutines);
}
HOST_PROGRAM(little_address_space) {
  return in_one_gigabyte_of(RLIMIT_AS, argc, argv);
}
HOST_PROGRAM(little_data) {
  return in_one_gigabyte_of(RLIMIT_DATA, argc, argv);
}

// What gort reserves, gigabytes and half a one more for each goroutine, would otherwise be in memory from the start.
HOST_PROGRAM(future_memory_is_locked) {
  if (mlockall(MCL_FUTURE) != 0) return 77;
  return gort::main(argc, argv, park_4000_goroutines);
}

TEST(Scale, LittleAddressSpaceIsNotAllGivenToLargeStacks) {
  SKIP_UNDER(tool::kMemory, "it needs the address space itself");
  for (const char* program : {"little_address_space", "little_data"}) {
    child::outcome o = child::start(program);
    EXPECT_TRUE(o.exited(0)) << program << o;
    EXPECT_EQ(o.err, "4000\n") << program;
  }
}

TEST(Scale, StacksAreNotInMemoryBecauseAllIsLocked) {
  SKIP_UNDER(tool::kMemory, "it needs the address space itself");
  child::outcome o = child::start("future_memory_is_locked");
  if (o.exited(77)) GTEST_SKIP() << "this user may not lock memory";
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.err, "4000\n");
}

TEST(Scale, OutOfMemoryForStacksIsFatal) {
  SKIP_UNDER(tool::kMemory, "it needs the address space itself");
  child::outcome o = child::start("out_of_address_space");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^runtime: out of memory: cannot (allocate|reserve)|^fatal error: ")) << o;
}

// ---- threads run out ----

// The kernel refuses another thread to a user who has as many as RLIMIT_NPROC says; root is never refused.
void allow_no_more_threads() {
  rlimit one{1, 1};
  if (setrlimit(RLIMIT_NPROC, &one) != 0 || (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)) _exit(77);
}

GO_PROGRAM(no_thread_for_a_blocked_one) {
  allow_no_more_threads();
  for (int i = 0; i < 20; i++) go([] { runtime::blocking([] { pause(); }); });
  time::Sleep(time::Hour);
}
HOST_PROGRAM(no_thread_at_the_start) {
  allow_no_more_threads();
  gort::run([] {});
  return 0;
}

TEST(Threads, ThatCannotBeMadeAreFatalWithTheReason) {
  for (const char* program : {"no_thread_for_a_blocked_one", "no_thread_at_the_start"}) {
    child::outcome o = child::start(program);
    if (o.exited(77)) GTEST_SKIP() << "the user cannot be given up here";
    EXPECT_TRUE(o.exited(2)) << program << "\n" << o;
    EXPECT_TRUE(
        o.matches("^runtime: failed to create new OS thread \\(have [0-9]+ already; errno=11\\)\n"
                  "runtime: may need to increase max user processes \\(ulimit -u\\)\n"
                  "fatal error: newosproc\n"))
        << program << "\n"
        << o;
  }
}

// ---- go_stack ----

// room is what is left of the goroutine's stack below the caller, without the guard.
size_t room() {
  char here = 0;
  return size_t(&here - rt::stacklo(rt::getg())) - rt::kStackGuard[rt::getg()->stackclass];
}

// dig uses so many bytes of the stack and returns their sum.
[[gnu::noinline]] int dig(size_t bytes) {
  volatile char page[4096];
  for (size_t i = 0; i < sizeof page; i += 512) page[i] = 1;
  return page[512] + (bytes > sizeof page ? dig(bytes - sizeof page) : 0);
}

TEST(GoStack, HasRoomForWhatWasAskedFor) {
  gort::run([] {
    const size_t largest = rt::stack_class_size[0] - rt::kStackGuard[0];
    auto got = make_chan<size_t>();
    for (size_t bytes : {size_t(0), size_t(1), size_t(40) << 10, size_t(64) << 10, size_t(900) << 10, size_t(1) << 20,
                         size_t(5) << 20}) {
      go_stack(bytes, [=] { got.send(room()); });
      EXPECT_GE(got.recv(), bytes);
    }
    for (size_t bytes : {size_t(1) << 30, size_t(1) << 45, SIZE_MAX}) {
      go_stack(
          bytes, [=](size_t extra) { got.send(room() + extra); }, size_t(16) << 10);
      EXPECT_GE(got.recv(), largest) << "the largest there is";
    }
  });
}

// small_room is set by a goroutine that is a function without a closure.
chan<size_t> small_room;

TEST(GoStack, ASmallOneLeavesTheLargeStacksToOthers) {
  gort::run([] {
    small_room = make_chan<size_t>();
    for (int i = 0; i < 20; i++) {
      go_stack(
          8 << 10, +[] { small_room.send(room()); });
      EXPECT_LT(small_room.recv(), rt::stack_class_size[2]);
      EXPECT_TRUE(alone());
      // The same g again, and nothing is left of the size.
      go([] { small_room.send(room()); });
      EXPECT_GT(small_room.recv(), rt::stack_class_size[2]);
    }
    small_room = nil;
  });
}

GO_PROGRAM(deep_beside_small_stacks) {
  auto sum = make_chan<int>();
  for (int i = 0; i < 50; i++)
    go_stack(
        4 << 20, [=](size_t bytes) { sum.send(dig(bytes)); }, size_t(4) << 20);
  int all = 0;
  for (int i = 0; i < 50; i++) all += sum.recv();
  println(all);
  go_stack(1 << 20, [] { panic("end"); });
  sum.recv();
}

TEST(GoStack, IsLargerThanGORT_STACKWhereThatIsAskedFor) {
  child::outcome o = child::start("deep_beside_small_stacks", {"GORT_STACK=64K"});
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^51200\npanic: end\n\ngoroutine [0-9]+ \\[running\\]:\n"
                "main\\.main\\.func2\\(\\)\n.*\ncreated by main\\.main in goroutine 1\n\t.*limits_test\\.cc:"))
      << o;
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
