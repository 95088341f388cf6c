// Signals, seen from outside: every test runs a small program (this one, started again with --child NAME) and looks at
// its standard error and how it ended. Programs called go_* run under gort::main, the others start gort for embedding.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "eventually.h"
#include "runtime/signal.h"
#include "sched/proc.h"
#include "sched/stack.h"
#include "tests/under_tool.h"

using namespace gort;

namespace programs {

int* volatile nowhere = nullptr;
volatile int zero = 0, minus_one = -1, least = -2147483647 - 1, result;
using function = void (*)();
volatile function bad_function = nullptr;
// A function that no sanitizer wraps. Its declaration says that it does not throw, a call through a pointer does not.
const void* (*volatile leaf_function)(const void*, int) = rawmemchr;

[[gnu::noinline]] FAULTS int touch(uintptr_t a, int b) {
  return *reinterpret_cast<volatile int*>(a) + b;
}
[[gnu::noinline]] void call_bad_function() {
  bad_function();
  result = 1;
}

// recovered runs f in a frame that recovers, and prints what it recovered.
template <class F>
void recovered(const char* what, F f) {
  func([&] {
    defer([&] {
      any e = recover();
      println(what, e.is<error>() ? e.as<error>()->Error().c_str() : e ? "something" : "nothing");
    });
    f();
  });
}

void go_recover() {
  for (int i = 0; i < 2; i++) {
    recovered("nil:", []() FAULTS { *nowhere = 1; });
    recovered("field:", [] { touch(0xff0, 1); });
    recovered("leaf:", [] { result = leaf_function(nowhere, 1) != nullptr; });
    recovered("call:", [] { call_bad_function(); });
    recovered("divide:", []() FAULTS { result = 10 / zero; });
    recovered("remainder:", []() FAULTS { result = 10 % zero; });
    recovered("overflow:", []() FAULTS { result = least / minus_one; });
  }
}

// One division for each kind of operand. With d 0 the divisor is zero, with -1 the quotient does not fit (the last one
// is unsigned).
void divide(int kind, int64_t d) {
  struct {
    int64_t pad[40], value;
  } block{};
  block.value = d;
  asm volatile("" ::"r"(&block) : "memory");
  switch (kind) {
    case 0:
      asm volatile("cltd; idivl %%ecx" ::"a"(least), "c"(d) : "rdx", "cc");
      break;
    case 1:
      asm volatile("movq %1, %%r9; cqto; idivq %%r9" ::"a"(INT64_MIN), "r"(d) : "rdx", "r9", "cc");
      break;
    case 2:
      asm volatile("movq %1, %%r12; cltd; idivl %%r12d" ::"a"(least), "r"(d) : "rdx", "r12", "cc");
      break;
    case 3:
      asm volatile("cltd; idivl (%1)" ::"a"(least), "r"(&block.value) : "rdx", "cc");
      break;
    case 4:
      asm volatile("cltd; idivl 8(%1)" ::"a"(least), "r"(&block.pad[39]) : "rdx", "cc");
      break;
    case 5:
      asm volatile("cltd; idivl 320(%1)" ::"a"(least), "r"(&block) : "rdx", "cc");
      break;
    case 6:
      asm volatile("cltd; idivl (%1,%2,8)" ::"a"(least), "r"(&block), "r"(40L) : "rdx", "cc");
      break;
    case 7:
      asm volatile("movq %1, %%r13; cltd; idivl 0(%%r13)" ::"a"(least), "r"(&block.value) : "rdx", "r13", "cc");
      break;
    case 8:
      asm volatile("movq %1, %%r12; cltd; idivl (%%r12)" ::"a"(least), "r"(&block.value) : "rdx", "r12", "cc");
      break;
    case 9:
      asm volatile("cwtd; idivw %%cx" ::"a"(0x8000), "c"(d) : "rdx", "cc");
      break;
    case 10:
      asm volatile("idivb %%cl" ::"a"(0x8000), "c"(d) : "cc");
      break;
    case 11:
      asm volatile("idivb %%ch" ::"a"(0x8000), "c"(d << 8 & 0xff00) : "cc");
      break;
    case 12:
      asm volatile("divl %%ecx" ::"a"(0), "d"(-1), "c"(d) : "cc");
      break;
  }
}

void go_divisors() {
  for (int kind = 0; kind <= 12; kind++) {
    recovered("zero:", [&] { divide(kind, 0); });
    recovered("large:", [&] { divide(kind, -1); });
  }
}

void go_nil() {
  touch(8, 77);
}
void go_null_call() {
  call_bad_function();
}
FAULTS void go_divide() {
  result = 10 / zero;
}
void go_fault() {
  touch(0xdead0000, 5);
}
void go_not_canonical() {
  touch(0xdead000000000000, 5);
}

void go_panic_on_fault() {
  rt::extra_of(rt::getg())->paniconfault = true;
  recovered("address:", [] { touch(0xdead0000, 1); });
  recovered("wild call:", [] {
    bad_function = reinterpret_cast<function>(0xdead0000);
    call_bad_function();
  });
}

[[maybe_unused]] int (*volatile touch_elsewhere)(uintptr_t, int) = touch;
struct loud {
  ~loud() { println("destroyed"); }
};
void go_destructors() {
  recovered("recovered:", []() FAULTS {
    loud l;
#ifdef __clang__
    touch_elsewhere(
        0, 1);  // clang++ has no -fnon-call-exceptions: only calls of what may throw are left through destructors
#else
    *nowhere = 1;
#endif
  });
}

void go_mask() {
  sigset_t before, after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  for (int i = 0; i < 1000; i++)
    func([]() FAULTS {
      defer([] { recover(); });
      *nowhere = 1;
    });
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  println(memcmp(&before, &after, sizeof(uint64_t)) == 0 ? "same mask" : "other mask");
}

[[gnu::noinline]] int over(int n) {
  return n == minus_one ? 0 : over(n + 1) + result;
}
[[gnu::noinline]] int over_megabytes(int n) {
  char block[1 << 20];
  asm volatile("" ::"r"(block) : "memory");
  return n == minus_one ? 0 : over_megabytes(n + 1) + block[0];
}
void go_overflow() {
  over(1);
}
void go_overflow_skips_guard() {
  over_megabytes(1);
}
void go_overflow_in_goroutine() {
  chan<int> ch = make_chan<int>();
  go([] { over(1); });
  ch.recv();
}

// The thread gets a hundredth of its processor: the rest goes to a process of a better priority, which dies with it.
void go_overflow_starved() {
  cpu_set_t own;
  CPU_ZERO(&own);
  CPU_SET(size_t(sched_getcpu()), &own);
  if (sched_setaffinity(0, sizeof own, &own) != 0) return;
  const pid_t parent = getpid();
  if (fork() == 0) {
    while (getppid() == parent) {
    }
    _exit(0);
  }
  if (setpriority(PRIO_PROCESS, id_t(gettid()), 19) != 0) return;
  over(1);
}

void go_wait() {
  println("ready");
  for (;;) pause();
}
void go_abort() {
  abort();
}
void go_trap() {
  __builtin_trap();
}

void go_pipe() {
  int p[2];
  if (pipe(p) != 0) return;
  close(p[0]);
  if (write(p[1], "x", 1) < 0 && errno == EPIPE) println("EPIPE");
  dup2(p[1], 1);
  if (write(1, "x", 1) < 0) println("alive");
}

void go_locks_held() {
  rt::pin();
  touch(0, 5);
}

// opaque keeps the compiler from knowing what becomes of memory.
template <class T>
T* opaque(T* p) {
  asm volatile("" : "+r"(p) : : "memory");
  return p;
}

// A freed block's link is made to point to address 16: the second malloc of the size faults inside malloc, at a small
// address.
void go_inside_malloc() {
  auto* p = opaque(static_cast<uintptr_t*>(malloc(200)));
  auto* q = opaque(static_cast<uintptr_t*>(malloc(200)));
  uintptr_t* link = opaque(p);
  free(q);
  free(p);
  link = opaque(link);
  *link = reinterpret_cast<uintptr_t>(link) >> 12 ^ 16;
  opaque(malloc(200));
  opaque(malloc(200));
  println("no fault");
}

void go_heap_destroyed() {
  auto* p = opaque(static_cast<char*>(malloc(5000)));
  auto* q = opaque(static_cast<char*>(malloc(5000)));
  memset(opaque(p - 16), 0x41, 6000);
  free(opaque(q));
  free(opaque(p));
  for (size_t i = 1; i < 100; i++) opaque(malloc(i * 1000));
}

void go_foreign_thread() {
  std::thread([] { touch(0, 5); }).join();
}

// A thread with the smallest signal stack that there may be.
void go_foreign_thread_small_signal_stack() {
  std::thread([] {
    size_t size = size_t(sysconf(_SC_MINSIGSTKSZ)) + 1024;
    char* a = static_cast<char*>(mmap(nullptr, 4096 * 16, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    size = (size + 4095) & ~size_t(4095);
    mprotect(a + 4096, size, PROT_READ | PROT_WRITE);
    stack_t st{};
    st.ss_sp = a + 4096;
    st.ss_size = size;
    sigaltstack(&st, nullptr);
    touch(0, 5);
  }).join();
}

void go_in_handler() {
  struct sigaction act {};
  act.sa_handler = [](int) { touch(0x10, 6); };
  act.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR1, &act, nullptr);
  raise(SIGUSR1);
}

std::atomic<int> running{0};
[[gnu::noinline]] void spin() {
  running++;
  for (;;) asm volatile("");
}
void go_panic_beside_spinner() {
  go([] { spin(); });
  while (running == 0) time::Sleep(time::Millisecond);
  panic("enough");
}

void go_two_at_once() {
  for (int i = 0; i < 2; i++)
    go([] {
      running++;
      while (running < 2) runtime::Gosched();
      touch(0, 5);
    });
  time::Sleep(time::Hour);
}

// A goroutine whose saved context is nonsense makes the printing of traces fault.
void go_fault_while_printing() {
  chan<int> ch = make_chan<int>();
  go([&] { ch.recv(); });
  rt::g* receiver = nullptr;
  while (receiver == nullptr) {
    time::Sleep(time::Millisecond);
    for (size_t i = 0; i < rt::allglen(); i++)
      if (rt::g* gp = rt::allg(i); gp->status.load() == rt::_Gwaiting && gp->waitreason == rt::waitReason::ChanReceive)
        receiver = gp;
  }
  receiver->stackclass = rt::kStackClasses - 1;
  receiver->stackhi = reinterpret_cast<char*>(rt::stack_class_size[receiver->stackclass]);  // a stack at address 0
  receiver->sched.sp = reinterpret_cast<char*>(8);
  receiver->sched.bp = receiver->sched.sp;
  panic("first");
}

void go_stuck_while_dying() {
  rt::startpanic();
  rt::mutex l;
  l.lock();
  l.lock();
}

void go_slow_reader() {
  rt::startpanic();
  std::string text(300000, 'x');  // more than a pipe holds
  for (size_t at = 0; at < text.size();) {
    ssize_t n = write(2, text.data() + at, text.size() - at);
    if (n > 0) at += size_t(n);
  }
  rt::finishpanic();
}

// ---- embedding ----

void foreign_fault() {
  gort::run([] {});
  std::thread([] { touch(0, 5); }).join();
}

void goroutine_panics() {
  gort::run([] { recovered("nil:", []() FAULTS { *nowhere = 1; }); });
}

sigjmp_buf back;
int blocked_in_handler = -1;

void host_handler() {
  struct sigaction act {};
  act.sa_sigaction = [](int, siginfo_t* info, void* uc) {
    sigset_t now;
    pthread_sigmask(SIG_SETMASK, nullptr, &now);
    blocked_in_handler =
        sigismember(&now, SIGSEGV) * 2 + sigismember(&now, SIGUSR2) * 4 + sigismember(&now, SIGUSR1) * 8;
    if (uc != nullptr && info->si_addr == reinterpret_cast<void*>(0x123)) siglongjmp(back, 1);
  };
  act.sa_flags = SA_SIGINFO;
  sigaddset(&act.sa_mask, SIGUSR2);
  sigaction(SIGSEGV, &act, nullptr);
  goroutine_panics();
  if (sigsetjmp(back, 1) == 0) touch(0x123, 5);
  println("handled, blocked", blocked_in_handler);
}

void host_handler_once() {
  struct sigaction act {};
  act.sa_handler = [](int) { println("once"); };
  act.sa_flags = int(SA_RESETHAND);
  sigaction(SIGSEGV, &act, nullptr);
  gort::run([] {});
  touch(0, 5);  // handled by returning: faults again, then by default
}

char* guarded;
void host_guards_memory() {
  guarded = static_cast<char*>(mmap(nullptr, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  struct sigaction act {};
  act.sa_sigaction = [](int, siginfo_t* info, void*) {
    mprotect(reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(info->si_addr) & ~uintptr_t(4095)), 4096,
             PROT_READ | PROT_WRITE);
  };
  act.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &act, nullptr);
  gort::run([] { guarded[0] = 1; });
  guarded[4096] = 1;
  println("both");
}

void sent_segv() {
  gort::run([] { raise(SIGSEGV); });
}

void masks() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigaddset(&set, SIGSEGV);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  gort::run([] {
    sigset_t now;
    pthread_sigmask(SIG_SETMASK, nullptr, &now);
    println(sigismember(&now, SIGUSR2), sigismember(&now, SIGUSR1), sigismember(&now, SIGSEGV),
            sigismember(&now, SIGTERM));
  });
}

void embedded_wait() {
  gort::run([] {
    println("ready");
    for (;;) pause();
  });
}

#define PROGRAM(name) \
  { #name, name }
const std::map<std::string, void (*)()> all = {
    PROGRAM(go_recover),
    PROGRAM(go_divisors),
    PROGRAM(go_nil),
    PROGRAM(go_null_call),
    PROGRAM(go_divide),
    PROGRAM(go_fault),
    PROGRAM(go_not_canonical),
    PROGRAM(go_panic_on_fault),
    PROGRAM(go_destructors),
    PROGRAM(go_mask),
    PROGRAM(go_overflow),
    PROGRAM(go_overflow_skips_guard),
    PROGRAM(go_wait),
    PROGRAM(go_abort),
    PROGRAM(go_overflow_in_goroutine),
    PROGRAM(go_overflow_starved),
    PROGRAM(go_trap),
    PROGRAM(go_pipe),
    PROGRAM(go_locks_held),
    PROGRAM(go_inside_malloc),
    PROGRAM(go_heap_destroyed),
    PROGRAM(go_foreign_thread),
    PROGRAM(go_foreign_thread_small_signal_stack),
    PROGRAM(go_in_handler),
    PROGRAM(go_two_at_once),
    PROGRAM(go_panic_beside_spinner),
    PROGRAM(go_slow_reader),
    PROGRAM(goroutine_panics),
    PROGRAM(go_fault_while_printing),
    PROGRAM(foreign_fault),
    PROGRAM(host_handler),
    PROGRAM(go_stuck_while_dying),
    PROGRAM(host_handler_once),
    PROGRAM(host_guards_memory),
    PROGRAM(sent_segv),
    PROGRAM(masks),
    PROGRAM(embedded_wait),
};

}  // namespace programs

namespace {

// It does not hang. IsTracedWithinTwoSeconds says how long it takes where the machine is not busy with others.
constexpr double kSeconds = 20;

struct outcome {
  std::string err;
  int status = 0;
  double seconds = 0;
  bool exited(int code) const { return WIFEXITED(status) && WEXITSTATUS(status) == code; }
  bool killed(int sig) const { return WIFSIGNALED(status) && WTERMSIG(status) == sig; }
  bool has(const std::string& text) const { return err.find(text) != std::string::npos; }
  bool matches(const std::string& re) const { return std::regex_search(err, std::regex(re, std::regex::multiline)); }
};

// run starts the program. sig: sent when it has said that it is ready. slow: seconds before its standard error is read.
outcome run(const std::string& name, std::vector<std::string> env = {}, int sig = 0, double slow = 0) {
  int p[2];
  EXPECT_EQ(pipe(p), 0);
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");  // under Valgrind it is not Valgrind
  auto start = std::chrono::steady_clock::now();
  pid_t pid = fork();
  if (pid == 0) {
    dup2(p[1], 2);
    close(p[0]);
    close(p[1]);
    // A sanitizer's handlers are a host's to gort: its report would come instead.
    const char* options = "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_abort=0:detect_leaks=0";
    if (rt::kUnderTool) {
      setenv("ASAN_OPTIONS", options, 1);
      setenv("TSAN_OPTIONS", options, 1);
    }
    for (const auto& e : env) putenv(strdup(e.c_str()));
    execl(self.c_str(), "signal_test", "--child", name.c_str(), nullptr);
    _exit(99);
  }
  close(p[1]);
  outcome o;
  if (slow > 0) usleep(useconds_t(slow * 1e6));
  char buf[4096];
  for (ssize_t n; (n = read(p[0], buf, sizeof buf)) > 0;) {
    o.err.append(buf, size_t(n));
    if (sig != 0 && o.has("ready\n")) {
      o.err.clear();
      kill(pid, sig);
      sig = 0;
    }
  }
  waitpid(pid, &o.status, 0);
  close(p[0]);
  o.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return o;
}

// ---- panics ----

TEST(Fault, IsARecoverablePanicWithGosText) {
  outcome o = run("go_recover");
  EXPECT_TRUE(o.exited(0)) << o.err;
  const std::string nil = " runtime error: invalid memory address or nil pointer dereference\n";
  const std::string once = "nil:" + nil + "field:" + nil + "leaf:" + nil + "call:" + nil +
                           "divide: runtime error: integer divide by zero\n"
                           "remainder: runtime error: integer divide by zero\n"
                           "overflow: runtime error: integer overflow\n";
  EXPECT_EQ(o.err, once + once);
}

TEST(Fault, DivisionTellsZeroFromOverflowForEveryKindOfOperand) {
  outcome o = run("go_divisors");
  std::string want;
  for (int i = 0; i <= 12; i++)
    want += "zero: runtime error: integer divide by zero\nlarge: runtime error: integer overflow\n";
  EXPECT_EQ(o.err, want);
  EXPECT_TRUE(o.exited(0));
}

TEST(Fault, UncaughtNilDereferencePrintsSignalLineAndFaultingFrame) {
  outcome o = run("go_nil");
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(
      o.matches("^panic: runtime error: invalid memory address or nil pointer dereference\n"
                "\\[signal SIGSEGV: segmentation violation code=0x1 addr=0x8 pc=0x[0-9a-f]+\\]\n"
                "\n"
                "goroutine 1 \\[running\\]:\n"
                "programs\\.touch\\(0x8, 0x4d\\)\n"))
      << o.err;
}

TEST(Fault, CallThroughNullPanicsInTheCaller) {
  outcome o = run("go_null_call");
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(o.matches("addr=0x0 pc=0x0\\]\n\ngoroutine 1 \\[running\\]:\nprograms\\.call_bad_function\\(")) << o.err;
}

TEST(Fault, DivisionByZeroHasNoSignalLine) {
  outcome o = run("go_divide");
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(o.matches("^panic: runtime error: integer divide by zero\n\ngoroutine 1 ")) << o.err;
}

TEST(Fault, OtherAddressIsFatal) {
  outcome o = run("go_fault");
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(o.matches(
      "^unexpected fault address 0xdead0000\nfatal error: fault\n"
      "\\[signal SIGSEGV: segmentation violation code=0x[12] addr=0xdead0000 pc=0x[0-9a-f]+\\]\n\ngoroutine 1 "))
      << o.err;
  EXPECT_TRUE(o.has("programs.touch(0xdead0000, 0x5)")) << o.err;
}

TEST(Fault, NonCanonicalAddressIsFatalAtAddressZero) {
  outcome o = run("go_not_canonical");
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(o.has("unexpected fault address 0x0\nfatal error: fault\n")) << o.err;
  EXPECT_TRUE(o.has(" code=0x80 addr=0x0 ")) << o.err;
}

TEST(Fault, PanicOnFaultMakesEveryAddressAPanic) {
  outcome o = run("go_panic_on_fault");
  const std::string nil = " runtime error: invalid memory address or nil pointer dereference\n";
  EXPECT_EQ(o.err, "address:" + nil + "wild call:" + nil);
  EXPECT_TRUE(o.exited(0));
}

TEST(Fault, DestructorsRunBetweenFaultAndRecovery) {
  outcome o = run("go_destructors");
  EXPECT_TRUE(o.exited(0));
  EXPECT_TRUE(o.has("destroyed\n")) << o.err;
}

TEST(Fault, RecoveryLeavesTheSignalMaskAsItWas) {
  outcome o = run("go_mask");
  EXPECT_EQ(o.err, "same mask\n");
  EXPECT_TRUE(o.exited(0));
}

// ---- stack overflow ----

void expect_overflow(const outcome& o, const std::string& limit, const std::string& function) {
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(o.matches("^runtime: goroutine stack exceeds " + limit +
                        "-byte limit\n"
                        "runtime: sp=0x[0-9a-f]+ stack=\\[0x[0-9a-f]+, 0x[0-9a-f]+\\]\n"
                        "fatal error: stack overflow\n\nruntime stack:\n"))
      << o.err.substr(0, 400);
  EXPECT_TRUE(o.matches("\n\ngoroutine [0-9]+ gp=0x[0-9a-f]+ m=[0-9]+ mp=0x[0-9a-f]+ \\[running\\]:\n" + function))
      << o.err.substr(0, 2000);
}

TEST(StackOverflow, PrintsGosReport) {
  SKIP_UNDER(tool::kMemory, "stacks are of other sizes");
  outcome o = run("go_overflow", {"GORT_STACK=8M"});
  expect_overflow(o, "8388608", "programs\\.over\\(");
  EXPECT_TRUE(o.matches("\\.\\.\\.[0-9]+ frames elided\\.\\.\\.\n"));
}

TEST(StackOverflow, TraceIsWholeWhereOthersHaveTheProcessor) {
  SKIP_UNDER(tool::kMemory, "stacks are of other sizes");
  outcome o = run("go_overflow_starved", {"GORT_STACK=16M"});
  expect_overflow(o, "16777216", "programs\\.over\\(");
  EXPECT_TRUE(o.matches("\\.\\.\\.[0-9]+ frames elided\\.\\.\\.\n"));
  EXPECT_TRUE(o.matches("\nmain\\.main\\(\\)\n")) << o.err.substr(o.err.size() > 2000 ? o.err.size() - 2000 : 0);
}

TEST(StackOverflow, FullSizePrintsGosLimit) {
  SKIP_UNDER(tool::kMemory, "stacks are of other sizes");
  expect_overflow(run("go_overflow_skips_guard"), "1000000000", "programs\\.over_megabytes\\(");
}

TEST(StackOverflow, SmallStack) {
  SKIP_UNDER(tool::kMemory, "stacks are of other sizes");
  expect_overflow(run("go_overflow_in_goroutine", {"GORT_STACK=64K"}), "65536", "programs\\.over\\(");
}

// ---- signals that are sent ----

const char kRegisters[] =
    "\nrax    0x[0-9a-f]+\nrbx    0x[0-9a-f]+\nrcx    0x[0-9a-f]+\nrdx    0x[0-9a-f]+\nrdi    0x[0-9a-f]+\nrsi    "
    "0x[0-9a-f]+\n"
    "rbp    0x[0-9a-f]+\nrsp    0x[0-9a-f]+\nr8     0x[0-9a-f]+\nr9     0x[0-9a-f]+\nr10    0x[0-9a-f]+\nr11    "
    "0x[0-9a-f]+\n"
    "r12    0x[0-9a-f]+\nr13    0x[0-9a-f]+\nr14    0x[0-9a-f]+\nr15    0x[0-9a-f]+\nrip    0x[0-9a-f]+\nrflags "
    "0x[0-9a-f]+\n"
    "cs     0x[0-9a-f]+\nfs     0x[0-9a-f]+\ngs     0x[0-9a-f]+\n";

TEST(SentSignal, DumpsEveryGoroutineAndExits2) {
  const std::map<int, std::string> first_lines = {
      {SIGQUIT, "SIGQUIT: quit\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=0\n\n"},
      {SIGABRT, "SIGABRT: abort\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=0\n\n"},
      {SIGTRAP, "SIGTRAP: trace trap\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=0\n\n"},
      {SIGSTKFLT, "SIGSTKFLT: stack fault\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=0\n\n"},
      {SIGSYS, "SIGSYS: bad system call\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=0\n\n"},
      {SIGILL,
       "SIGILL: illegal instruction\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=0\ninstruction bytes:( 0x[0-9a-f]+){1,16}\n\n"},
      {SIGFPE,
       "SIGFPE: floating-point exception\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=0\ninstruction bytes:( "
       "0x[0-9a-f]+){1,16}\n\n"},
      {SIGSEGV, "SIGSEGV: segmentation violation\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=0 addr=0x[0-9a-f]+\n\n"},
      {SIGBUS, "SIGBUS: bus error\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=0 addr=0x[0-9a-f]+\n\n"}};
  for (const auto& [sig, lines] : first_lines) {
    outcome o = run("go_wait", {"GOTRACEBACK=none"}, sig);
    EXPECT_TRUE(o.exited(2)) << sig;
    EXPECT_TRUE(o.matches("^" + lines + "goroutine [0-9]+ gp=0x[0-9a-f]+ m=[0-9]+ mp=0x[0-9a-f]+ \\[")) << o.err;
    EXPECT_TRUE(o.has("goroutine 1 gp=")) << o.err;
    EXPECT_TRUE(o.matches(kRegisters)) << o.err;
  }
}

TEST(SentSignal, TermIntAndHupKeepTheirDefault) {
  for (int sig : {SIGTERM, SIGINT, SIGHUP}) {
    outcome o = run("go_wait", {}, sig);
    EXPECT_TRUE(o.killed(sig)) << sig;
    EXPECT_EQ(o.err, "");
  }
}

// Go goes by what was ignored when it started for SIGHUP and SIGINT alone; a shell ignores SIGQUIT in background jobs.
TEST(SentSignal, QuitDumpsThoughWhoStartedTheProgramIgnoresIt) {
  auto before = ::signal(SIGQUIT, SIG_IGN);
  outcome o = run("go_wait", {}, SIGQUIT);
  ::signal(SIGQUIT, before);
  EXPECT_TRUE(o.exited(2)) << o.status;
  EXPECT_TRUE(o.has("SIGQUIT: quit\nPC=")) << o.err;
}

TEST(SentSignal, CrashLevelDumpsThreadsAndAborts) {
  outcome o = run("go_wait", {"GOTRACEBACK=crash"}, SIGQUIT);
  EXPECT_TRUE(o.killed(SIGABRT)) << o.status;
  EXPECT_TRUE(o.has("\n-----\n\nSIGQUIT: quit\nPC=")) << o.err;
}

TEST(SentSignal, AbortAndTrapDump) {
  outcome o = run("go_abort");
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(o.matches("^SIGABRT: abort\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=18446744073709551610\n\ngoroutine 1 gp="))
      << o.err;
  o = run("go_trap");
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(o.matches("^SIGILL: illegal instruction\nPC=0x[0-9a-f]+ m=[0-9]+ sigcode=2\ninstruction bytes: 0xf 0xb "))
      << o.err;
}

TEST(SentSignal, BrokenPipeKillsOnlyOnStandardOutputAndError) {
  outcome o = run("go_pipe");
  EXPECT_EQ(o.err, "EPIPE\n");
  EXPECT_TRUE(o.killed(SIGPIPE));
}

// ---- when it matters ----

TEST(Crash, WithARuntimeLockHeldIsAThrow) {
  outcome o = run("go_locks_held");
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(
      o.matches("^fatal error: unexpected signal during runtime execution\n"
                "\\[signal SIGSEGV: .* addr=0x0 pc=0x[0-9a-f]+\\]\n\ngoroutine 1 gp=.* "
                "\\[running\\]:\nprograms\\.touch\\(0x0, 0x5\\)\n"))
      << o.err;
}

TEST(Crash, InsideMallocIsAThrowAndNoPanic) {
  SKIP_UNDER(tool::kMemory, "malloc is the tool's");
  outcome o = run("go_inside_malloc");
  EXPECT_TRUE(o.exited(2)) << o.status;
  EXPECT_TRUE(o.has("fatal error: unexpected signal during runtime execution\n[signal SIGSEGV")) << o.err;
  EXPECT_TRUE(o.has("programs.go_inside_malloc(") || o.has("main.main(")) << o.err;
  EXPECT_LT(o.seconds, kSeconds);
}

TEST(Crash, WithADestroyedHeapStillTraces) {
  SKIP_UNDER(tool::kMemory, "malloc is the tool's");
  outcome o = run("go_heap_destroyed");
  EXPECT_TRUE(o.exited(2)) << o.status << o.err;
  EXPECT_TRUE(o.has("goroutine 1 gp=")) << o.err;
  EXPECT_LT(o.seconds, kSeconds);
}

TEST(Crash, OnAForeignThreadOfAGoProgramTraces) {
  outcome o = run("go_foreign_thread");
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(o.matches("^SIGSEGV: segmentation violation\nPC=0x[0-9a-f]+ m=0 sigcode=1 addr=0x0\n")) << o.err;
  EXPECT_TRUE(o.has("programs.touch(0x0, 0x5)")) << o.err;
}

TEST(Crash, OnAThreadWithASmallSignalStackTraces) {
  outcome o = run("go_foreign_thread_small_signal_stack");
  EXPECT_TRUE(o.exited(2)) << o.status;
  EXPECT_TRUE(o.has("programs.touch(0x0, 0x5)")) << o.err;
  EXPECT_TRUE(o.matches(kRegisters)) << o.err;
}

TEST(Crash, InASignalHandlerTraces) {
  SKIP_UNDER(tool::kThread, "it holds every signal back in handlers, faults too");
  outcome o = run("go_in_handler");
  EXPECT_TRUE(o.exited(2));
  EXPECT_TRUE(o.has("programs.touch(0x10, 0x6)")) << o.err;
  EXPECT_TRUE(o.has("main.main(")) << o.err;
}

TEST(Crash, TwoGoroutinesAtOnceExit2) {
  for (int i = 0; i < 5; i++) {
    outcome o = run("go_two_at_once");
    EXPECT_TRUE(o.exited(2)) << o.status;
    EXPECT_TRUE(o.has("panic: runtime error: invalid memory address")) << o.err;
    EXPECT_LT(o.seconds, kSeconds);
  }
}

TEST(Crash, FaultWhilePrintingSaysSoAndEnds) {
  outcome o = run("go_fault_while_printing", {"GOTRACEBACK=all"});
  EXPECT_TRUE(o.exited(2)) << o.status;
  EXPECT_TRUE(o.has("panic: first\n")) << o.err;
  EXPECT_TRUE(o.matches("\ngoroutine 1 \\[running\\]:\n[^]*panic during panic"))
      << o.err;  // what was ready is not lost
  EXPECT_TRUE(o.has("panic during panic\n[signal SIGSEGV: ")) << o.err;
  EXPECT_LT(o.seconds, kSeconds);
}

TEST(Crash, StackOfAGoroutineThatRunsElsewhereIsShown) {
  SKIP_UNDER(tool::kThread, "it holds signals back from code that calls nothing");
  outcome o = run("go_panic_beside_spinner", {"GOTRACEBACK=all", "GOMAXPROCS=2"});
  EXPECT_TRUE(o.exited(2)) << o.status;
  EXPECT_TRUE(o.has("programs.spin(")) << o.err;
}

TEST(Crash, StuckWhileDyingIsEnded) {
  outcome o = run("go_stuck_while_dying");
  EXPECT_TRUE(o.exited(2)) << o.status;
  EXPECT_GT(o.seconds, 1);
  EXPECT_LT(o.seconds, kSeconds);
}

TEST(Crash, IsTracedWithinTwoSeconds) {
  SKIP_UNDER(tool::kMemory, "malloc is the tool's, and so is time");
  for (const char* name : {"go_inside_malloc", "go_heap_destroyed", "go_foreign_thread", "go_in_handler",
                           "go_two_at_once", "go_fault_while_printing", "go_panic_beside_spinner"})
    EXPECT_TRUE(within_tries(10, [&](int) { return run(name).seconds < 2; })) << name;
  EXPECT_TRUE(within_tries(10, [](int) { return run("go_stuck_while_dying").seconds < 2.5; }));
}

TEST(Crash, SlowReaderGetsEverything) {
  outcome o = run("go_slow_reader", {}, 0, 3);
  EXPECT_TRUE(o.exited(2)) << o.status;
  EXPECT_EQ(o.err, std::string(300000, 'x'));
}

// ---- embedding ----

TEST(Embedded, ForeignFaultEndsTheProcessAsWithoutGort) {
  outcome o = run("foreign_fault");
  EXPECT_TRUE(o.killed(SIGSEGV)) << o.status;
  EXPECT_EQ(o.err, "");
}

TEST(Embedded, GoroutinesFaultIsAPanic) {
  outcome o = run("goroutine_panics");
  EXPECT_TRUE(o.exited(0));
  EXPECT_TRUE(o.has("nil: runtime error: invalid memory address")) << o.err;
}

TEST(Embedded, HostHandlerIsCalledUnderItsOwnMask) {
  outcome o = run("host_handler");
  EXPECT_TRUE(o.exited(0)) << o.status;
  EXPECT_TRUE(o.has("nil: runtime error: invalid memory address")) << o.err;
  EXPECT_TRUE(o.has("handled, blocked 6\n")) << o.err;
}

TEST(Embedded, ResetHandlerIsCalledOnce) {
  outcome o = run("host_handler_once");
  EXPECT_TRUE(o.killed(SIGSEGV)) << o.status;
  EXPECT_EQ(o.err, "once\n");
}

TEST(Embedded, HostThatGuardsMemoryGetsItsFaultsFromGoroutinesToo) {
  outcome o = run("host_guards_memory");
  EXPECT_TRUE(o.exited(0)) << o.status << o.err;
  EXPECT_EQ(o.err, "both\n");
}

TEST(Embedded, SentSignalsKeepTheirDefault) {
  EXPECT_TRUE(run("sent_segv").killed(SIGSEGV));
  for (int sig : {SIGQUIT, SIGABRT, SIGILL, SIGSEGV, SIGTERM, SIGPIPE}) {
    outcome o = run("embedded_wait", {}, sig);
    EXPECT_TRUE(o.killed(sig)) << sig;
    EXPECT_EQ(o.err, "");
  }
}

TEST(Embedded, ThreadsOfTheRuntimeHaveTheHostsMaskButNeverBlockFaults) {
  outcome o = run("masks");
  EXPECT_EQ(o.err, "1 0 0 0\n");
}

}  // namespace

static void (*entry)();

int main(int argc, char** argv) {
  if (argc > 2 && strcmp(argv[1], "--child") == 0) {
    alarm(30);
    entry = programs::all.at(argv[2]);
    if (strncmp(argv[2], "go_", 3) == 0) return gort::main(argc, argv, entry);
    entry();
    return 0;
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
