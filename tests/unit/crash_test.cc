// Crashes at the worst moments: in the dynamic loader, while a panic is printed, on threads that cannot be read, and
// with a core file. Each gives a trace and the right exit status, in time. More of them are in signal_test.cc
// (inside malloc, with a destroyed heap, in a signal handler, on foreign threads, in two goroutines) and
// traceback_test.cc.
#include <gort/gort.h>

#include <atomic>
#include <csignal>
#include <dlfcn.h>
#include <fstream>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <thread>

#include "child_program.h"
#include "eventually.h"
#include "fixture_build.h"
#include "sched/proc.h"

using namespace gort;
using child::outcome;
using child::start;

namespace {

// It does not hang. IsTracedWithinTwoSeconds says how long it takes where the machine is not busy with others.
constexpr double kSeconds = 20;

[[gnu::noinline]] FAULTS int touch(uintptr_t a, int b) {
  return *reinterpret_cast<volatile int*>(a) + b;
}

// ---- in the dynamic loader ----

const char* library() {
  return getenv("CRASH_LIBRARY");
}

[[gnu::noinline]] void load(const char* name) {
  if (dlopen(name, RTLD_NOW) == nullptr) println(dlerror());
  println("loaded");
}

GO_PROGRAM(loads) {
  load(library());
}
GO_PROGRAM(loads_in_goroutine) {
  auto done = make_chan<int>();
  go([=] {
    load(library());
    done.send(1);
  });
  done.recv();
}
HOST_PROGRAM(host_loads) {
  gort::traceback::install();
  load(library());
  return 0;
}
HOST_PROGRAM(host_thread_loads) {
  gort::traceback::install();
  std::thread([] { load(library()); }).join();
  return 0;
}

// A thread stays in the loader, and holds its lock, while the goroutine dies.
GO_PROGRAM(faults_while_a_thread_loads) {
  int in_constructor[2];
  char c;
  if (pipe(in_constructor) != 0 || dup2(in_constructor[1], 100) < 0) return;
  std::thread([] { load(library()); }).detach();
  if (read(in_constructor[0], &c, 1) != 1) return;
  rt::g* main_goroutine = rt::getg();
  go([=] {
    while (main_goroutine->status.load() != rt::_Gwaiting) runtime::Gosched();
    touch(0, 5);
  });
  time::Sleep(time::Hour);
}

std::string build_library(const std::string& flags) {
  return fixture::compile("crash_library_fixture.cc", "g++", "-g -O1 -shared -fPIC " + flags, "");
}

TEST(Crash, WhileAnotherThreadHoldsTheLoadersLock) {
  if (std::string why = fixture::missing("g++"); !why.empty()) GTEST_SKIP() << why;
  outcome o = start("faults_while_a_thread_loads", {"CRASH_LIBRARY=" + build_library("-DENDLESS"), "GOTRACEBACK=all"});
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^panic: runtime error: .*\n.*\n\ngoroutine [0-9]+ \\[running\\]:\nmain\\.touch\\(0x0, 0x5\\)\n"))
      << o;
  EXPECT_TRUE(o.has("\ngoroutine 1 [sleep]:\n")) << o;
  EXPECT_LT(o.seconds, kSeconds);
}

class Loader : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string why = fixture::missing("g++"); !why.empty()) GTEST_SKIP() << why;
    built_ = build_library(GetParam());
    ASSERT_FALSE(built_.empty());
  }
  outcome die(const char* program) {
    outcome o = start(program, {"CRASH_LIBRARY=" + built_});
    EXPECT_LT(o.seconds, kSeconds);
    EXPECT_TRUE(
        o.matches("^panic: runtime error: invalid memory address or nil pointer dereference\n"
                  "\\[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x[0-9a-f]+\\]\n\n"
                  "goroutine [0-9]+ \\[running\\]:\n"))
        << o;
    const char* where = *GetParam() != 0 ? "running\\]:\n(main\\.)?choose_function\\(\\)\n\t.*/crash_library_fixture"
                                         : "running\\]:\nlibrary\\.construct\\(0x7\\)\n\t.*/crash_library_fixture";
    EXPECT_TRUE(o.matches(where)) << o;
    EXPECT_TRUE(o.matches("\nmain\\.load\\(.*\\)\n\t.*/crash_test\\.cc:")) << o;
    return o;
  }

 private:
  std::string built_;
};

TEST_P(Loader, ACrashInAGoProgramIsAPanic) {
  for (const char* program : {"loads", "loads_in_goroutine"}) {
    outcome o = die(program);
    EXPECT_TRUE(o.exited(2)) << o;
  }
}

TEST_P(Loader, ACrashInAHostIsTraced) {
  for (const char* program : {"host_loads", "host_thread_loads"}) {
    outcome o = die(program);
    EXPECT_TRUE(o.killed(SIGSEGV)) << o;
  }
}

INSTANTIATE_TEST_SUITE_P(Libraries, Loader, testing::Values("", "-DRESOLVER"),
                         [](const auto& p) { return std::string(*p.param != 0 ? "Resolver" : "Constructor"); });

// ---- while a panic is printed ----

struct faulting_error {
  std::string Error() const { return std::to_string(touch(0, 1)); }
};
struct wild_error {
  std::string Error() const { return std::to_string(touch(0xdead0000, 1)); }
};
struct heap_error {
  std::string Error() const {
    raise(SIGABRT);  // as glibc does where it finds the heap corrupt
    return "not reached";
  }
};

GO_PROGRAM(panics_with_faulting_error) {
  panic(faulting_error{});
}
GO_PROGRAM(panics_with_wild_error) {
  panic(wild_error{});
}
GO_PROGRAM(panics_with_heap_error) {
  panic(heap_error{});
}

TEST(PanicPrinting, AFaultInTheValuesErrorIsToldWithItsTrace) {
  outcome o = start("panics_with_faulting_error");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^fatal error: panic while printing panic value: type runtime\\.errorString\n"
                "\\[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x[0-9a-f]+\\]\n\ngoroutine 1 "))
      << o;
  EXPECT_TRUE(o.matches("\nmain\\.touch\\(0x0, 0x1\\)\n")) << o;
  EXPECT_TRUE(o.has("\nmain.faulting_error.Error(")) << o;
  EXPECT_TRUE(o.has("\nmain.main(")) << o;
  EXPECT_LT(o.seconds, kSeconds);
}

[[gnu::noinline]] int endless(int n) {
  volatile char room[200];
  room[0] = char(n);
  return n < 0 ? 0 : endless(n + 1) + room[0];
}
GO_PROGRAM(overflows_a_thread) {
  std::thread([] {
    func([] {
      defer([] { recover(); });
      endless(0);
    });
  }).join();
}

// A thread that uses gort has a stack for signals.
TEST(StackOverflow, OfAThreadIsTraced) {
  SKIP_UNDER(tool::kMemory, "frames are larger, and the tool has its own report");
  child::outcome o = child::start("overflows_a_thread");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^SIGSEGV: segmentation violation\nPC=0x[0-9a-f]+ m=0 sigcode=[0-9]+ addr=0x[0-9a-f]+\n")) << o;
  EXPECT_TRUE(o.matches("\nmain\\.endless\\(.*\n\t.*crash_test\\.cc:[0-9]+ ")) << o;
}

void close_standard_error_at_the_other_end() {
  int ends[2];
  if (pipe(ends) != 0) _exit(77);
  close(ends[0]);
  dup2(ends[1], 2);
}
GO_PROGRAM(prints_unheard) {
  close_standard_error_at_the_other_end();
  println("unheard");
  os::Exit(7);
}
GO_PROGRAM(panics_unheard) {
  close_standard_error_at_the_other_end();
  panic("unheard");
}

// The statuses are Go's: what the runtime itself writes is no reason to die of SIGPIPE.
TEST(BrokenPipe, EndsNeitherPrintlnNorAPanic) {
  EXPECT_TRUE(child::start("prints_unheard").exited(7));
  EXPECT_TRUE(child::start("panics_unheard").exited(2));
}

TEST(Crash, IsTracedWithinTwoSeconds) {
  for (const char* name : {"panics_plainly", "faults_plainly", "panics_with_faulting_error", "panics_with_wild_error",
                           "panics_with_heap_error", "panics_beside_unreadable_thread"})
    EXPECT_TRUE(within_tries(10, [&](int) { return start(name).seconds < (rt::kUnderTool ? 10 : 2); })) << name;
}

TEST(PanicPrinting, AFatalFaultInTheValuesErrorIsTracedToo) {
  outcome o = start("panics_with_wild_error");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^unexpected fault address 0xdead0000\nfatal error: fault\n\\[signal SIGSEGV: ")) << o;
  EXPECT_TRUE(o.has("\nmain.touch(0xdead0000, 0x1)\n")) << o;
  EXPECT_TRUE(o.has("\nmain.wild_error.Error(")) << o;
  EXPECT_LT(o.seconds, kSeconds);
}

TEST(PanicPrinting, AnAbortInTheValuesErrorIsTracedToo) {
  outcome o = start("panics_with_heap_error");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^SIGABRT: abort\nPC=")) << o;
  EXPECT_TRUE(o.has("\nmain.heap_error.Error(")) << o;
  EXPECT_LT(o.seconds, kSeconds);
}

// ---- threads that cannot be read ----

std::atomic<pid_t> spinner{0};

// Not even glibc's own signals: only a system call of one's own can block those.
[[gnu::noinline]] void spin_deafly() {
  unsigned long all = ~0ul;
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, nullptr, sizeof all);
  spinner = gettid();
  for (;;) asm volatile("");
}

// trace_from_child lets a child process be the tracer of a thread, so that nobody else can be.
void trace_from_child(pid_t tid) {
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  int ready[2];
  if (pipe(ready) != 0) _exit(97);
  if (fork() == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    ptrace(PTRACE_SEIZE, tid, nullptr, nullptr);
    close(1);
    close(2);
    if (write(ready[1], "x", 1) == 1)
      for (;;) pause();
    _exit(0);
  }
  char c;
  if (read(ready[0], &c, 1) != 1) _exit(98);
}

GO_PROGRAM(panics_beside_unreadable_thread) {
  go(spin_deafly);
  while (spinner == 0) time::Sleep(time::Millisecond);
  trace_from_child(spinner);
  panic("enough");
}

TEST(Unreadable, AThreadIsSaidToHaveNoStackAvailable) {
  SKIP_UNDER(tool::kAddress | tool::kThread, "it has threads of its own");
  outcome o = start("panics_beside_unreadable_thread", {"GOTRACEBACK=all"});
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^panic: enough\n\ngoroutine 1 \\[running\\]:\n(.*\n)*\ngoroutine [0-9]+ \\[running\\]:\n"
                "\tgoroutine running on other thread; stack unavailable\n"
                "created by main\\.main in goroutine 1\n\t.*/crash_test\\.cc:"))
      << o;
  EXPECT_LT(o.seconds, kSeconds);
}

// The goroutine reads the debug information of this program, for the first time, while main panics.
GO_PROGRAM(panics_while_another_reads_names) {
  runtime::GOMAXPROCS(2);
  std::atomic<bool> reads{false};
  go([&] {
    reads = true;
    debug::Stack();
  });
  while (!reads) continue;
  usleep(useconds_t(atoi(getenv("PANIC_AFTER_US"))));
  panic("enough");
}

TEST(Names, AreToBeHadThoughAThreadWasReadingThemWhenItWasStopped) {
  for (int us : {1, 300, 600, 1000, 1500, 2000, 3000, 4000, 6000, 9000}) {
    outcome o = start("panics_while_another_reads_names", {"PANIC_AFTER_US=" + std::to_string(us)});
    EXPECT_TRUE(o.exited(2)) << o;
    EXPECT_TRUE(o.matches("^panic: enough\n\ngoroutine 1 \\[running\\]:\nmain\\.main\\(\\)\n\t.*/crash_test\\.cc:"))
        << us << "\n"
        << o;
  }
}

// ---- levels ----

GO_PROGRAM(panics_beside_a_waiter) {
  auto c = make_chan<int>();
  go([=] { c.recv(); });
  in_state(1, "chan receive");
  panic("enough");
}

TEST(SystemLevel, AGoroutineIsCreatedByTheFunctionWithTheGoStatement) {
  for (const char* level : {"GOTRACEBACK=all", "GOTRACEBACK=system"}) {
    outcome o = start("panics_beside_a_waiter", {level});
    EXPECT_TRUE(
        o.matches("\nmain\\.main\\.func1\\(.*\\)\n(.*\n)*created by main\\.main in goroutine 1\n\t.*/crash_test\\.cc:"))
        << o;
  }
}

TEST(SystemLevel, OnlyWhatRunsHasAThread) {
  outcome o = start("panics_beside_a_waiter", {"GOTRACEBACK=system"});
  EXPECT_TRUE(o.matches("^goroutine 1 gp=0x[0-9a-f]+ m=[0-9]+ mp=0x[0-9a-f]+ \\[running\\]:$")) << o;
  EXPECT_TRUE(o.matches("^goroutine [0-9]+ gp=0x[0-9a-f]+ m=nil \\[chan receive\\]:$")) << o;
}

// ---- threads of the host ----

[[gnu::noinline]] void misuses_a_mutex() {
  sync::Mutex mu;
  mu.Unlock();
}

HOST_PROGRAM(unlocks_on_a_thread) {
  if (getenv("RUN_FIRST") != nullptr) gort::run([] {});
  std::thread(misuses_a_mutex).join();
  return 0;
}

TEST(HostThread, AMisuseIsReportedWithItsStack) {
  for (const char* env : {"RUN_FIRST=1", "OTHER=1"}) {
    outcome o = start("unlocks_on_a_thread", {env});
    EXPECT_TRUE(o.exited(2)) << o;
    EXPECT_TRUE(
        o.matches("^fatal error: sync: unlock of unlocked mutex\n\ngoroutine 0 \\[running\\]:\n(.*\n)*"
                  "main\\.misuses_a_mutex\\(\\)\n\t.*/crash_test\\.cc:"))
        << o;
  }
}

// ---- without any symbols ----

GO_PROGRAM(faults_in_goroutine) {
  go([] { touch(0, 5); });
  time::Sleep(time::Hour);
}

TEST(Stripped, FramesAreModulesAndOffsetsInThem) {
  if (std::string why = fixture::missing("g++"); !why.empty()) GTEST_SKIP() << why;
  std::string self = fixture::fs::read_symlink("/proc/self/exe").string(), stripped = fixture::scratch() + "/stripped";
  ASSERT_TRUE(child::execute({"strip", "-o", stripped, self}).exited(0));
  outcome o = child::execute({stripped, "--child", "faults_in_goroutine"});
  EXPECT_TRUE(o.exited(2)) << o;
  // gort's own frames are among them: nothing tells which they are.
  std::vector<std::string> command = {"addr2line", "-f", "-e", self};
  std::regex frame("\nmain\\.(0x[0-9a-f]+)\\(\\.\\.\\.\\)\n\t\\?\\?:0(?=\n)");
  for (std::sregex_iterator i(o.err.begin(), o.err.end(), frame), end; i != end; ++i) command.push_back((*i)[1]);
  EXPECT_GT(command.size(), 6u) << o;
  outcome named = child::execute(command);
  EXPECT_NE(named.out.find("touch"), std::string::npos) << named << o;
}

// ---- cores ----

GO_PROGRAM(panics_plainly) {
  panic("boom");
}
GO_PROGRAM(faults_plainly) {
  touch(0, 5);
}
GO_PROGRAM(waits_to_be_asked) {
  raise(SIGQUIT);
  for (;;) pause();
}

// core_in runs a program in a folder of its own and returns where its core is, empty if the system puts it elsewhere.
std::string core_of(const std::string& program, const char* level, outcome* o) {
  std::string dir = fixture::scratch() + "/core-" + program + level;
  std::string self = fixture::fs::read_symlink("/proc/self/exe").string();
  *o = child::execute(
      {"sh", "-c",
       "mkdir -p " + dir + " && cd " + dir + " && ulimit -c unlimited && exec " + self + " --child " + program},
      {std::string("GOTRACEBACK=") + level});
  for (const auto& entry : fixture::fs::directory_iterator(dir)) return entry.path();
  return "";
}

// why_no_core says why a process that dies leaves no core file in its working folder, empty where it does.
std::string why_no_core() {
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  if (limit.rlim_max != RLIM_INFINITY)
    return "core files are limited (ulimit -Hc): that one is written was not checked";
  std::string pattern;
  std::getline(std::ifstream("/proc/sys/kernel/core_pattern"), pattern);
  if (pattern.empty() || pattern[0] == '|' || pattern[0] == '/')
    return "kernel.core_pattern is " + pattern + ": that a core file is written was not checked";
  return "";
}

TEST(CoreFile, IsWrittenAtLevelCrash) {
  SKIP_UNDER(tool::kAddress | tool::kThread, "its shadow memory is too large for a core");
  if (std::string why = why_no_core(); !why.empty()) GTEST_SKIP() << why;
  for (const char* program : {"panics_plainly", "faults_plainly", "waits_to_be_asked"}) {
    outcome o;
    std::string core = core_of(program, "crash", &o);
    EXPECT_TRUE(o.killed(SIGABRT)) << o;
    EXPECT_TRUE(WCOREDUMP(o.status)) << o;
    EXPECT_TRUE(o.has("goroutine 1 ")) << o;
    EXPECT_LT(o.seconds, kSeconds);
    ASSERT_FALSE(core.empty()) << program;
    std::string magic(4, '\0');
    std::ifstream(core).read(magic.data(), 4);
    EXPECT_EQ(magic, "\177ELF");
  }
}

TEST(CoreFile, IsNotWrittenAtOtherLevels) {
  if (std::string why = why_no_core(); !why.empty()) GTEST_SKIP() << why;
  for (const char* level : {"none", "single", "all", "system"}) {
    outcome o;
    EXPECT_EQ(core_of("panics_plainly", level, &o), "");
    EXPECT_TRUE(o.exited(2)) << o;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
