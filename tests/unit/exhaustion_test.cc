// Where memory, threads or mappings run out, a program ends with a text that says of what, or goes on: it neither hangs
// nor is corrupted.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

#include "child_program.h"

using namespace gort;

namespace {

constexpr size_t kPage = 4096;

size_t max_map_count() {
  std::ifstream f("/proc/sys/vm/max_map_count");
  size_t most = 65530;
  f >> most;
  return most;
}

// Filler is address space that has every mapping which the process may still make: each second page may be read.
class Filler {
 public:
  Filler() : pages_(2 * max_map_count() + 2) {
    void* a = mmap(nullptr, pages_ * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (a == MAP_FAILED) _exit(77);
    at_ = static_cast<char*>(a);
    while (used_ < pages_ && mprotect(at_ + used_ * kPage, kPage, PROT_READ) == 0) used_ += 2;
    if (used_ >= pages_) _exit(77);
  }
  // leave gives n mappings back.
  void leave(size_t n) {
    for (; n >= 2 && used_ >= 2; n -= 2) {
      used_ -= 2;
      mprotect(at_ + used_ * kPage, kPage, PROT_NONE);
    }
  }
  ~Filler() { munmap(at_, pages_ * kPage); }

 private:
  char* at_;
  size_t pages_, used_ = 0;
};

// Threads for whoever may need one later, also where the kernel stops many of them at awkward places.
void make_threads() {
  constexpr int kThreads = 40;
  std::atomic<int> blocked{0};
  sync::WaitGroup all;
  for (int i = 0; i < kThreads; i++) {
    all.Add(1);
    go([&] {
      blocked++;
      runtime::blocking([&] {
        while (blocked < kThreads) usleep(1000);
      });
      all.Done();
    });
  }
  all.Wait();
}

bool ends_with_a_reason(const child::outcome& o) {
  return o.exited(2) && !o.hung &&
         o.matches("^(runtime: out of memory: cannot allocate|fatal error: |runtime: failed to create new OS thread)");
}

// ---- mappings ----

GO_PROGRAM(no_mapping_for_stacks) {
  make_threads();
  Filler f;
  auto never = make_chan<int>();
  for (int i = 0; i < 100000; i++) {
    go([=] { never.recv(); });
    runtime::Gosched();
  }
}

GO_PROGRAM(no_mapping_for_threads) {
  Filler f;
  for (int i = 0; i < 100; i++) go([] { runtime::blocking([] { pause(); }); });
  time::Sleep(time::Hour);
}

[[gnu::noinline]] void fails(const std::string& why) {
  panic(why);
}
GO_PROGRAM(no_mapping_for_a_trace) {
  Filler f;
  fails("no mapping");
}

GO_PROGRAM(no_mapping_for_a_fault) {
  Filler f;
  volatile int* volatile p = nullptr;
  func([&] {
    defer([] { println(recover().as<error>()->Error()); });
    *p = 1;
  });
  *p = 1;
}

GO_PROGRAM(no_mapping_for_a_deadlock) {
  Filler f;
  make_chan<int>().recv();
}

TEST(Mappings, ThatRunOutForStacksAreFatal) {
  SKIP_UNDER(tool::kMemory, "it needs mappings of its own");
  child::outcome o = child::start("no_mapping_for_stacks");
  EXPECT_TRUE(ends_with_a_reason(o)) << o;
}

TEST(Mappings, ThatRunOutForThreadsAreFatal) {
  SKIP_UNDER(tool::kMemory, "it needs mappings of its own");
  child::outcome o = child::start("no_mapping_for_threads");
  EXPECT_TRUE(ends_with_a_reason(o)) << o;
}

TEST(Mappings, ThatRunOutLeaveTheTextOfACrashAndItsStatus) {
  SKIP_UNDER(tool::kAny, "it needs mappings of its own");
  child::outcome o = child::start("no_mapping_for_a_trace");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^panic: no mapping\n\ngoroutine 1 \\[running\\]:\nmain\\.fails\\(.*\n\t.*exhaustion_test\\.cc:[0-9]+ "
                ".*\nmain\\.main\\(\\)\n"))
      << o;
  o = child::start("no_mapping_for_a_fault");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^runtime error: invalid memory address or nil pointer dereference\n"
                "panic: runtime error: invalid memory address or nil pointer dereference\n"
                "\\[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x[0-9a-f]+\\]\n\n"
                "goroutine 1 \\[running\\]:\nmain\\.main\\(\\)\n\t.*exhaustion_test\\.cc:"))
      << o;
  o = child::start("no_mapping_for_a_deadlock");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches(
      "^fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 \\[chan receive\\]:\nmain\\.main\\(\\)\n"))
      << o;
}

// Goroutines, channels, timers and faults that have what they need are not disturbed, and new goroutines get their
// stacks once mappings are to be had.
GO_PROGRAM(work_without_mappings) {
  constexpr int kWorkers = 8, kRounds = 20000;
  auto work = make_chan<int>(16);
  auto sum = make_chan<int64_t>();
  sync::WaitGroup ready;
  for (int i = 0; i < kWorkers; i++) {
    ready.Add(1);
    go([&, work, sum] {
      ready.Done();
      int64_t mine = 0;
      for (int v : work) {
        func([&] {
          defer([] { recover(); });
          if (v % 100 == 0) panic(v);
          mine += v;
        });
        if (v % 1000 == 0) time::Sleep(time::Microsecond);
      }
      sum.send(mine);
    });
  }
  ready.Wait();
  make_threads();
  int64_t want = 0, got = 0;
  {
    Filler f;
    for (int i = 1; i <= kRounds; i++) {
      work.send(i);
      want += i % 100 != 0 ? i : 0;
    }
    work.close();
    for (int i = 0; i < kWorkers; i++) got += sum.recv();
  }
  sync::WaitGroup more;
  std::atomic<int> ran{0};
  for (int i = 0; i < 20000; i++) {
    more.Add(1);
    go([&] {
      runtime::Gosched();
      ran++;
      more.Done();
    });
  }
  more.Wait();
  println(got == want, ran.load());
}

TEST(Mappings, ThatRunOutDisturbNobodyWhoNeedsNone) {
  SKIP_UNDER(tool::kMemory, "it needs mappings of its own");
  for (const char* procs : {"GOMAXPROCS=1", "GOMAXPROCS=4"}) {
    child::outcome o = child::start("work_without_mappings", {procs});
    EXPECT_TRUE(o.exited(0)) << procs << "\n" << o;
    EXPECT_EQ(o.err, "true 20000\n") << procs;
  }
}

// An older kernel has no MADV_GUARD_INSTALL.
void deny_light_guards() {
  auto nr = [](uint32_t n) -> sock_filter { return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, n, 0, 2); };
  auto advice_in = [](uint32_t arg) -> sock_filter {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, uint32_t(offsetof(seccomp_data, args)) + 8 * arg);
  };
  constexpr uint32_t kGuardInstall = 102;
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      nr(SYS_madvise),
      advice_in(2),
      BPF_JUMP(BPF_JMP | BPF_JA, 3, 0, 0),
      nr(SYS_process_madvise),
      advice_in(3),
      BPF_JUMP(BPF_JMP | BPF_JA, 0, 0, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kGuardInstall, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program = {sizeof filter / sizeof filter[0], filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    _exit(77);
}

HOST_PROGRAM(heavy_guards_run_out) {
  deny_light_guards();
  return gort::main(argc, argv, [] {
    auto never = make_chan<int>();
    for (size_t i = 0; i < max_map_count(); i++) {
      go([=] { never.recv(); });
      runtime::Gosched();
    }
  });
}

[[gnu::noinline]] int endless(int n) {
  return n == -1 ? 0 : endless(n + 1) + int(sysconf(_SC_PAGESIZE));
}
HOST_PROGRAM(heavy_guard_is_hit) {
  deny_light_guards();
  return gort::main(argc, argv, [] {
    auto done = make_chan<int>();
    for (int i = 0; i < 10000; i++) go([=] { done.send(1); });
    for (int i = 0; i < 10000; i++) done.recv();
    endless(1);
  });
}

TEST(Mappings, GuardsThatTakeThemSaySoWhenTheyRunOut) {
  SKIP_UNDER(tool::kMemory, "it needs mappings of its own");
  child::outcome o = child::start("heavy_guards_run_out");
  if (o.exited(77)) GTEST_SKIP() << "no system call filter can be set here";
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^runtime: out of memory: cannot allocate [0-9]+-byte stack: .* failed, errno=12 \\([0-9]+ stacks in "
                "use\\)\nruntime: guard pages take two mappings per stack here: raise vm.max_map_count\n"
                "fatal error: out of memory \\(stack\\)\n"))
      << o;
  o = child::start("heavy_guard_is_hit", {"GORT_STACK=256K"});
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^runtime: goroutine stack exceeds 262144-byte limit\n")) << o;
}

// ---- descriptors ----

GO_PROGRAM(no_descriptor_for_a_trace) {
  rlimit r{};
  getrlimit(RLIMIT_NOFILE, &r);
  r.rlim_max = r.rlim_cur = std::min(r.rlim_cur, rlim_t(256));
  setrlimit(RLIMIT_NOFILE, &r);
  while (dup(2) >= 0) {
  }
  fails("no descriptor");
}
GO_PROGRAM(no_file_for_a_trace) {
  if (chroot("/proc/self/fdinfo") != 0) _exit(77);
  fails("no file");
}

GO_PROGRAM(just_fails) {
  fails("no /proc");
}
HOST_PROGRAM(without_proc) {
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/proc", "tmpfs", 0, nullptr) != 0) return 77;
  execl(argv[3], argv[3], "--child", "just_fails", nullptr);
  return 78;
}

TEST(Files, OfProcAreNotNeededForATrace) {
  SKIP_UNDER(tool::kAny, "it looks into /proc itself");
  child::outcome o = child::execute({child::self(), "--child", "without_proc", child::self()});
  if (o.exited(77)) GTEST_SKIP() << "/proc cannot be taken away here";
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^panic: no /proc\n\ngoroutine 1 \\[running\\]:\nmain\\.fails\\(.*\n\t.*exhaustion_test\\.cc:[0-9]+ "))
      << o;
}

TEST(Files, ThatCannotBeOpenedLeaveTheTrace) {
  SKIP_UNDER(tool::kUndefined, "it needs descriptors of its own to look at memory");
  for (const char* what : {"descriptor", "file"}) {
    child::outcome o = child::start(std::string("no_") + what + "_for_a_trace");
    if (o.exited(77)) GTEST_SKIP() << "the root directory cannot be changed here";
    EXPECT_TRUE(o.exited(2)) << o;
    EXPECT_TRUE(o.matches(
        std::string("^panic: no ") + what +
        "\n\ngoroutine 1 \\[running\\]:\nmain\\.fails\\(.*\n\t.*exhaustion_test\\.cc:[0-9]+ .*\nmain\\.main\\(\\)\n"))
        << o;
  }
}

// ---- memory ----

void allow_more_memory(size_t bytes) {
  std::ifstream statm("/proc/self/statm");
  size_t pages = 0;
  statm >> pages;
  statm.close();
  rlimit r{pages * kPage + bytes, RLIM_INFINITY};
  setrlimit(RLIMIT_AS, &r);
}

void take_what_is_left() {
  for (size_t n = 16 << 20; n >= 16; n /= 2)
    while (malloc(n) != nullptr) {
    }
}

// Takes all memory that the process may have, and then calls f for ever.
template <class F>
void without_memory(F f) {
  make_threads();
  allow_more_memory(64 << 20);
  take_what_is_left();
  for (int i = 0; i < 10'000'000; i++) f(i);
  println("there is always memory");
}

struct large {
  char bytes[4000] = {};
};

std::vector<chan<int>> channels;

GO_PROGRAM(no_memory_for_go) {
  auto never = make_chan<int>();
  without_memory([=](int) {
    go([=, l = large()] { never.recv(), println(l.bytes[0]); });
    runtime::Gosched();
  });
}
GO_PROGRAM(no_memory_for_channels) {
  channels.reserve(10'000'000);
  without_memory([](int) { channels.push_back(make_chan<int>(100)); });
}
GO_PROGRAM(no_memory_for_timers) {
  without_memory([](int) { time::AfterFunc(time::Hour, [l = large()] { println(l.bytes[0]); }); });
}
GO_PROGRAM(no_memory_for_the_heap_of_timers) {
  without_memory([](int) { time::AfterFunc(time::Hour, [] {}); });
}
GO_PROGRAM(no_memory_for_sleepers) {
  without_memory([](int) {
    go([] { time::Sleep(time::Hour); });
    runtime::Gosched();
  });
}
GO_PROGRAM(no_memory_for_deferred_calls) {
  func([] { without_memory([](int) { defer([l = large()] { println(l.bytes[0]); }); }); });
}
// What cannot be allocated is an exception, and neither can the panic that it becomes.
GO_PROGRAM(no_memory_for_contexts) {
  context::Context ctx = context::Background();
  without_memory([&](int) { ctx = context::WithValue(ctx, std::string("key"), 1); });
}

// Panics and exceptions of one goroutine while others have taken the memory, and give it back.
GO_PROGRAM(panics_while_memory_comes_and_goes) {
  make_threads();
  allow_more_memory(256 << 20);
  int refused = 0;
  for (int i = 0; i < 200; i++) {
    std::vector<std::unique_ptr<char[]>> taken;
    func([&] {
      defer([&] { refused += recover().as<error>()->Error() == "std::bad_alloc"; });
      for (;;) taken.emplace_back(new char[4 << 20]);
    });
    auto c = make_chan<int>();
    go([=] { c.send(i); });
    if (c.recv() != i) return;
  }
  println(refused);
}

TEST(MemoryForALargeBlock, ThatRunsOutIsAnExceptionThatCanBeRecovered) {
  SKIP_UNDER(tool::kMemory, "it needs the address space itself");
  child::outcome o = child::start("panics_while_memory_comes_and_goes", {"GORT_STACK=64K"});
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.err, "200\n");
}

class Memory : public testing::TestWithParam<const char*> {};

// Go's or C++'s text: what the program itself allocates is bad_alloc.
TEST_P(Memory, ThatRunsOutIsFatal) {
  SKIP_UNDER(tool::kMemory, "it needs the address space itself");
  child::outcome o = child::start(GetParam(), {"GORT_STACK=64K"});
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^fatal error: (runtime: )?(out of memory|cannot allocate memory)|"
                "^runtime: out of memory: cannot allocate|^panic: .*bad_alloc"))
      << o;
  EXPECT_TRUE(o.has("main.without_memory[...](")) << o;
}

INSTANTIATE_TEST_SUITE_P(For, Memory,
                         testing::Values("no_memory_for_go", "no_memory_for_channels", "no_memory_for_timers",
                                         "no_memory_for_the_heap_of_timers", "no_memory_for_sleepers",
                                         "no_memory_for_deferred_calls", "no_memory_for_contexts"),
                         [](const auto& i) { return std::string(i.param).substr(sizeof "no_memory_for_" - 1); });

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
