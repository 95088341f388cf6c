// Stopping every thread of the process, to read where it is, and letting them go on.
//
// Protocol, between the one thread that reads (it holds paniclk, see signal_dying.cc) and the others:
//
//   1. The reader lists /proc/self/task, writes a table of thread ids, sets `holding`, and sends each thread kHold.
//   2. The handler finds its thread's entry, leaves the address of its context there, and sleeps on `holding`. It
//      touches nothing else: no lock, no malloc, no thread-local but errno.
//   3. The reader waits until all have answered, half a second at most. Registers of those that have not (they block
//      every signal by a system call of their own, or stand in another handler) come from a helper that traces them.
//   4. release_tasks clears `holding` and wakes all. The table is never given back: a late thread may still be on its
//      way to it.
//
// kHold is the second of the two signals that glibc keeps for itself: no mask that a program sets with glibc's
// functions can block it, so that threads that have blocked everything in order to leave signals to another thread
// still answer. glibc uses it to change user ids in all threads; what it had installed is put back, and called for
// signals that are not ours.
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/signal_tasks.h"
#include "sched/clock.h"
#include "sched/lock.h"
#include "sched/sanitizer.h"

namespace gort::rt {

namespace {

constexpr int kHold = 33;
constexpr size_t kMaxTasks = 32768;
// Of the two seconds that a trace may take.
constexpr int64_t kAnswerNS = 500'000'000;
constexpr int64_t kHelperNS = 300'000'000;
constexpr int64_t kTraceeNS = 100'000'000;
constexpr size_t kAltStack = 64 << 10;
constexpr size_t kLargeStack = kUnderTool ? size_t(1) << 20 : size_t(256) << 10;
constexpr size_t kGuard = 4096;

enum : uint32_t { kAsked = 1, kAnswered, kGone };

// kernel_sigaction is what rt_sigaction takes: glibc's own function refuses kHold.
struct kernel_sigaction {
  void (*handler)(int, siginfo_t*, void*);
  unsigned long flags;
  void (*restorer)();
  uint64_t mask;
};

int raw_sigaction(int sig, const kernel_sigaction* act, kernel_sigaction* old) {
  return int(syscall(SYS_rt_sigaction, sig, act, old, sizeof act->mask));
}

task* table;  // kMaxTasks entries
std::atomic<int> ntasks{0};
std::atomic<uint32_t> holding{0};  // which time it is; 0: nobody is held
uint32_t times;
std::atomic<uint32_t> only_stacks{0};  // 1: the question is not where they are: each is to get a signal stack
kernel_sigaction before;               // kHold's

void nap() {
  timespec ts{0, 100 * 1000};
  nanosleep(&ts, nullptr);
}

// A mapping with a guard page below.
SAN_UNINSTRUMENTED void* map_stack(size_t size) {
  void* a = mmap(nullptr, kGuard + size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (a == MAP_FAILED) return nullptr;
  mprotect(a, kGuard, PROT_NONE);
  return static_cast<char*>(a) + kGuard;
}

SAN_UNINSTRUMENTED task* find(pid_t tid) {
  for (int i = 0, n = ntasks.load(std::memory_order_acquire); i < n; i++)
    if (table[i].tid == tid) return &table[i];
  return nullptr;
}

// A sanitizer's own thread lets kHold through as others do.
SAN_UNINSTRUMENTED void hold(int sig, siginfo_t* info, void* uc) {
  int saved_errno = errno;
  bool ours = info->si_code == SI_TKILL && info->si_pid == getpid();
  uint32_t now = holding.load();
  task* t = ours && now != 0 ? find(gettid()) : nullptr;
  if (t != nullptr && t->state.load() == kAsked) {
    if (only_stacks.load() != 0) give_signal_stack();
    t->uc = static_cast<ucontext_t*>(uc);
    t->state.store(kAnswered, std::memory_order_release);
    while (only_stacks.load() == 0 && holding.load() == now)
      syscall(SYS_futex, &holding, FUTEX_WAIT_PRIVATE, now, nullptr);
  } else if (!ours && before.handler != nullptr && reinterpret_cast<uintptr_t>(before.handler) > 1) {
    before.handler(sig, info, uc);
  }
  errno = saved_errno;
}

// ---- listing ----

struct linux_dirent64 {
  uint64_t ino;
  int64_t off;
  unsigned short reclen;
  unsigned char type;
  char name[];
};

// list enters all threads but the calling one.
void list() {
  int n = 0;
  int fd = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  pid_t me = gettid();
  alignas(8) char buf[4096];
  for (long got; fd >= 0 && (got = syscall(SYS_getdents64, fd, buf, sizeof buf)) > 0;) {
    for (long at = 0; at < got;) {
      auto* d = reinterpret_cast<linux_dirent64*>(buf + at);
      at += d->reclen;
      pid_t tid = 0;
      for (const char* p = d->name; *p >= '0' && *p <= '9'; p++) tid = tid * 10 + (*p - '0');
      if (tid == 0 || tid == me || size_t(n) >= kMaxTasks) continue;
      table[n].tid = tid;
      table[n].uc = nullptr;
      table[n].traced = false;
      table[n].state.store(kAsked, std::memory_order_relaxed);
      n++;
    }
  }
  if (fd >= 0) close(fd);
  ntasks.store(n, std::memory_order_release);
}

// ask sends kHold to all and waits for the answers.
void ask() {
  kernel_sigaction act{hold, SA_SIGINFO | SA_ONSTACK | SA_RESTART | 0x04000000 /* SA_RESTORER */, nullptr,
                       ~uint64_t(0)};
  kernel_sigaction any{};
  raw_sigaction(SIGSEGV, nullptr, &any);  // installed through glibc, so it has glibc's way back from a handler
  act.restorer = any.restorer;
  for (int sig : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGALRM}) act.mask &= ~(uint64_t(1) << (sig - 1));
  kernel_sigaction old{};
  raw_sigaction(kHold, nullptr, &old);
  if (old.handler != hold) before = old;
  if (++times == 0) times = 1;
  holding.store(times);
  raw_sigaction(kHold, &act, nullptr);
  pid_t pid = getpid();
  int n = ntasks.load();
  for (int i = 0; i < n; i++)
    if (syscall(SYS_tgkill, pid, table[i].tid, kHold) != 0) table[i].state.store(kGone);
  int64_t until = nanotime() + kAnswerNS;
  for (int i = 0; i < n && nanotime() < until;) {
    if (table[i].state.load(std::memory_order_acquire) != kAsked)
      i++;
    else
      nap();
  }
}

// ---- the helper: a process that traces those that do not answer ----

std::atomic<uint32_t> helper_may{0};  // it has been made known as a tracer

// What cannot be traced is left as it is. Nothing here touches memory but the table, for
// the memory is this process's.
void trace_one(task* t) {
  if (ptrace(PTRACE_SEIZE, t->tid, nullptr, nullptr) != 0) return;
  int status;
  bool stopped = ptrace(PTRACE_INTERRUPT, t->tid, nullptr, nullptr) == 0;
  for (int64_t until = nanotime() + kTraceeNS; stopped && nanotime() < until;) {
    if (waitpid(t->tid, &status, __WALL | WNOHANG) == t->tid && WIFSTOPPED(status)) {
      user_regs_struct r;
      if (ptrace(PTRACE_GETREGS, t->tid, nullptr, &r) == 0) {
        const uint64_t in_order[Regs::kCount] = {r.rax, r.rdx, r.rcx, r.rbx, r.rsi, r.rdi, r.rbp, r.rsp, r.r8,
                                                 r.r9,  r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, r.rip};
        t->regs = Regs{};
        for (int reg = 0; reg < Regs::kCount; reg++) t->regs.set(reg, in_order[reg]);
        t->traced = true;
      }
      break;
    }
    nap();
  }
  ptrace(PTRACE_DETACH, t->tid, nullptr, nullptr);
}

int helper(void*) {
  while (helper_may.load() == 0) nap();
  for (int i = 0, n = ntasks.load(); i < n; i++)
    if (table[i].state.load() == kAsked) trace_one(&table[i]);
  _exit(0);
}

void trace_the_rest() {
  bool any = false;
  for (int i = 0; i < ntasks.load(); i++) any |= table[i].state.load() == kAsked;
  if (!any) return;
  static void* stack = nullptr;
  if (stack == nullptr) stack = map_stack(kAltStack);
  if (stack == nullptr) return;
  helper_may.store(0);
  // With all of our memory, but an id of its own, for a thread cannot trace its own process. Its end sends no signal.
  int pid = clone(helper, static_cast<char*>(stack) + kAltStack, CLONE_VM | CLONE_UNTRACED, nullptr);
  if (pid < 0) return;
  prctl(PR_SET_PTRACER, pid);
  helper_may.store(1);
  bool ended = false;
  for (int64_t until = nanotime() + kHelperNS; !ended && nanotime() < until;) {
    ended = waitpid(pid, nullptr, __WALL | WNOHANG) != 0;
    if (!ended) nap();
  }
  if (!ended) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, __WALL);
  }
  prctl(PR_SET_PTRACER, 0);
}

bool make_table() {
  if (table != nullptr) return true;
  void* a = mmap(nullptr, kMaxTasks * sizeof(task), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                 -1, 0);
  if (a != MAP_FAILED) table = static_cast<task*>(a);
  return table != nullptr;
}

// A thread of gort's that runs a goroutine shows the goroutine where the thread is.
void lend_contexts(bool lend) {
  for (m* mp = allm.load(std::memory_order_acquire); mp != nullptr; mp = mp->alllink) {
    signal_stack* ss = mp->gsignal;
    task* t = ss != nullptr && mp->tid != 0 ? find(mp->tid) : nullptr;
    if (t != nullptr) ss->stopped.store(lend && t->state.load() == kAnswered ? t->uc : nullptr);
  }
}

}  // namespace

int hold_tasks() {
  if (!make_table()) return 0;
  only_stacks.store(0);
  list();
  ask();
  trace_the_rest();
  lend_contexts(true);
  return ntasks.load();
}

const task& held_task(int i) {
  return table[i];
}

bool task_context(const task& t, Context* ctx) {
  if (t.state.load(std::memory_order_acquire) == kAnswered)
    *ctx = {regs_from_ucontext(t.uc), true};
  else if (t.traced)
    *ctx = {t.regs, true};
  else
    return false;
  return true;
}

bool task_gone(const task& t) {
  return t.state.load() == kGone;
}

void release_tasks() {
  if (table == nullptr || holding.load() == 0) return;
  lend_contexts(false);
  holding.store(0);
  futexwakeup(&holding, INT_MAX);
  raw_sigaction(kHold, &before, nullptr);
}

// ---- stacks ----

// What runs there is no longer on the signal stack for the kernel, which would put the next signal's frame at its top,
// over the frame of the handler that has called us: so the signal stack is off meanwhile.
struct large_stack_call {
  void (*fn)(const void*);
  const void* arg;
};

static void call_on_large_stack(const large_stack_call* c) {
  stack_t off{}, mine{};
  off.ss_flags = SS_DISABLE;
  bool was_on = sigaltstack(&off, &mine) == 0 && (mine.ss_flags & SS_DISABLE) == 0;
  c->fn(c->arg);
  mine.ss_flags &= ~SS_ONSTACK;
  if (was_on) sigaltstack(&mine, nullptr);
}

void run_on_large_stack(void (*fn)(const void*), const void* arg) {
  static std::atomic<void*> kept{nullptr};
  void* stack = kept.exchange(nullptr);
  if (stack == nullptr) stack = map_stack(kLargeStack);
  if (stack == nullptr) return fn(arg);
  large_stack_call call{fn, arg};
  asm volatile(
      "movq %%rsp, %%rbx\n\t"
      "movq %0, %%rsp\n\t"
      "callq *%1\n\t"
      "movq %%rbx, %%rsp"
      :
      : "r"(static_cast<char*>(stack) + kLargeStack), "r"(&call_on_large_stack), "D"(&call)
      : "rbx", "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
        "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "memory", "cc");
  kept.store(stack);
}

static __thread void* given_stack __attribute__((tls_model("initial-exec")));  // by give_signal_stack

SAN_UNINSTRUMENTED void give_signal_stack() {
  stack_t now{};
  if (sigaltstack(nullptr, &now) != 0 || (now.ss_flags & SS_DISABLE) == 0) return;
  stack_t st{};
  st.ss_sp = map_stack(kAltStack);
  st.ss_size = kAltStack;
  if (st.ss_sp != nullptr && sigaltstack(&st, nullptr) == 0) given_stack = st.ss_sp;
}

void take_signal_stack_back() {
  if (given_stack == nullptr) return;
  stack_t now{}, none{};
  none.ss_flags = SS_DISABLE;
  if (sigaltstack(nullptr, &now) == 0 && now.ss_sp == given_stack) sigaltstack(&none, nullptr);
  munmap(static_cast<char*>(given_stack) - kGuard, kGuard + kAltStack);
  given_stack = nullptr;
}

void give_signal_stacks() {
  give_signal_stack();
  if (!make_table()) return;
  only_stacks.store(1);
  list();
  ask();
  release_tasks();
}

}  // namespace gort::rt
