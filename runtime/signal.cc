// What a signal means. See signal.h.
//
// Protocol of a synchronous fault (SIGSEGV, SIGBUS, SIGFPE raised by an instruction). The handler runs on the m's
// signal stack:
//
//   1. gp's stack is used up          report on the signal stack, exit 2                       (print_stack_overflow)
//   2. user code of a goroutine       change pc and sp so that returning from the handler continues in gort_sigpanic,
//   which
//                                     panics on the goroutine's stack like any other code      (prepare_panic)
//   3. a handler of the host's        call it, with the mask and flags that it was installed with; where
//                                     traceback::install was called, an ordinary thread first prints all threads
//                                     (trace)
//   4. one of our threads             `unexpected signal during runtime execution`, exit 2     (unexpected_signal)
//   5. any other thread               a dump in a Go program; else the default action, by putting it back and letting
//   the
//                                     instruction fault again
//
// 2 leaves the handler by returning from it, so the kernel restores the mask, and a panic that is recovered finds
// signals as they were. A fault at an address that is not small is fatal in Go. Where the host has a handler it may be
// what that handler is for (guarded memory), so there 3 comes before 2, unless the goroutine has asked for a panic
// (SetPanicOnFault).
//
// Handlers run with everything blocked but the faults themselves and SIGALRM (the watchdog): a fault inside a handler
// comes back here and finds the thread dying.
//
// The handlers touch: g, m (never given back), the tables of unwind.h and symtab.h, write(2). They call no malloc and
// take no lock without a limit in time, but for the one in startpanic.
#include "runtime/signal.h"
#include "runtime/signal_tasks.h"

#include "runtime/os/notify.h"
#include "runtime/sink.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sched/proc.h"
#include "sched/sanitizer.h"

namespace gort::rt {

namespace {

constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE};
constexpr int kDumps[] = {SIGQUIT, SIGABRT, SIGILL, SIGTRAP, SIGSTKFLT, SIGSYS};
// Signals by which a thread learns of its own faults: blocked, they would end the process without a word.
constexpr int kNeverBlocked[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSTKFLT};

constexpr size_t kSignalStack = kUnderTool ? size_t(1) << 20 : size_t(256) << 10;  // printing a trace needs some 40 KiB

// previous is what the host had installed. used_up: SA_RESETHAND has taken effect.
struct previous {
  struct sigaction act;
  std::atomic<bool> used_up;
};
previous fwdsig[NSIG];

std::atomic<bool> owner{false};
std::atomic<bool> traced{false};  // traceback::install
std::atomic<int> installed{0};    // 1: faults, 2: everything
sigset_t original_mask;           // the mask of whoever started the runtime
std::atomic<bool> have_mask{false};

bool is_fault(int sig) {
  return sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE;
}

bool has_function(const previous& p) {
  if (p.used_up.load(std::memory_order_relaxed)) return false;
  return (p.act.sa_flags & SA_SIGINFO) != 0 || (p.act.sa_handler != SIG_DFL && p.act.sa_handler != SIG_IGN);
}

// forward gives the signal to the host's handler, if it had one, under the mask that the kernel would have set. A
// program under gort::main does not go by what whoever started it ignored, nor does Go.
bool forward(const sigctxt& c) {
  previous& p = fwdsig[c.sig];
  if (!has_function(p)) return c.from_user() && !owner.load() && !p.used_up.load() && p.act.sa_handler == SIG_IGN;
  if ((p.act.sa_flags & int(SA_RESETHAND)) != 0 && p.used_up.exchange(true)) return false;
  sigset_t mask;
  sigorset(&mask, &c.uc->uc_sigmask, &p.act.sa_mask);
  if ((p.act.sa_flags & SA_NODEFER) == 0) sigaddset(&mask, c.sig);
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  if ((p.act.sa_flags & SA_SIGINFO) != 0)
    p.act.sa_sigaction(c.sig, c.info, c.uc);
  else
    p.act.sa_handler(c.sig);
  return true;
}

void set_default(int sig) {
  struct sigaction dfl {};
  dfl.sa_handler = SIG_DFL;
  sigaction(sig, &dfl, nullptr);
}

// default_action lets the process end as if gort had no handler: the instruction faults again, or the signal comes
// again.
void default_action(const sigctxt& c) {
  set_default(c.sig);
  if (c.from_user()) syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), c.sig, c.info);
}

// own_goroutine returns the goroutine that this thread runs, null on g0 and on ordinary threads.
g* own_goroutine() {
  g* gp = getg_or_null();
  return gp != nullptr && !gp->thread && gp->m != nullptr && gp != gp->m->g0 ? gp : nullptr;
}

// A thread that is not ours may have a signal stack that is too small for printing traces: the dump gets a stack of its
// own.
[[noreturn]] void dump(const sigctxt& c) {
  g* gp = getg_or_null();
  if (gp != nullptr && gp->m != nullptr) fatal_signal(c);
  run_on_large_stack([](const void* sig) { fatal_signal(*static_cast<const sigctxt*>(sig)); }, &c);
  __builtin_unreachable();
}

// The faults that a host's handler has let pass are not reported again for each time that the instruction is tried.
std::atomic<uintptr_t> passed_pc{0}, passed_addr{0};

// trace prints all threads, then goes on as the program would without gort: with the handler that it had, or by dying.
// The threads stay held while it dies, with the watchdog awake, in case that the instruction does not fault again.
void trace(const sigctxt& c) {
  previous& p = fwdsig[c.sig];
  bool host = has_function(p);
  if (!host && c.sig != SIGQUIT && c.from_user() && p.act.sa_handler == SIG_IGN) return;
  bool again = host && !c.from_user() && passed_pc.load() == c.pc() && passed_addr.load() == c.addr();
  bool reported = !again && report_signal_threads(c);
  if (!host) return default_action(c);
  passed_pc.store(c.pc());
  passed_addr.store(c.addr());
  if (reported) release_report();
  forward(c);
}

void fault(const sigctxt& c) {
  if (g* gp = own_goroutine()) {
    if (stack_overflowed(c, gp)) print_stack_overflow(c, gp);
    if (canpanic(c, gp) && (fault_is_panic(c, gp) || !has_function(fwdsig[c.sig]))) return prepare_panic(c);
  }
  g* gp = getg_or_null();
  if (traces_threads() && (gp == nullptr || gp->m == nullptr)) return trace(c);
  if (forward(c)) return;
  if (gp != nullptr && gp->m != nullptr) unexpected_signal(c, gp);
  if (owner.load()) dump(c);
  default_action(c);
}

// A write to a broken pipe raises SIGPIPE in the writing thread as the system call returns: the descriptor is still in
// its register. Standard output and standard error are worth dying for, as in Go, but not for the runtime's own words;
// other writers see EPIPE.
void broken_pipe(const sigctxt& c) {
  if (c.pc() == reinterpret_cast<uintptr_t>(gort_write_done)) return;
  constexpr uint16_t kSyscall = 0x050f;
  uint16_t insn = 0;
  memcpy(&insn, reinterpret_cast<const void*>(c.pc() - 2), sizeof insn);
  if (insn == kSyscall && c.reg(REG_RAX) == -EPIPE && (c.reg(REG_RDI) == 1 || c.reg(REG_RDI) == 2))
    dieFromSignal(SIGPIPE);
}

void sighandler(int sig, siginfo_t* info, void* uc) {
  int saved_errno = errno;
  sigctxt c{sig, info, static_cast<ucontext_t*>(uc)};
  // The kernel reports memory errors that nobody has stumbled upon yet as if they were faults.
  bool unprovoked = c.from_user() || (sig == SIGBUS && info->si_code == BUS_MCEERR_AO);
  if (sig == SIGPIPE) {
    broken_pipe(c);
  } else if (thread_dying()) {
    failed_while_dying(c);
  } else if (is_fault(sig) && !unprovoked) {
    fault(c);
  } else if (traces_threads()) {
    trace(c);
  } else if (!forward(c)) {
    if (owner.load()) dump(c);
    default_action(c);
  }
  errno = saved_errno;
}

// install puts the handler in. A function of the host's on a signal that is no fault stays, unless it is to be chained.
void install(int sig, bool chain = false) {
  struct sigaction act {
  }, old;
  act.sa_sigaction = sighandler;
  act.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER;
  sigfillset(&act.sa_mask);
  for (int s : kNeverBlocked) sigdelset(&act.sa_mask, s);
  sigdelset(&act.sa_mask, SIGALRM);
  act.sa_mask.__val[0] &= ~(3ul << 31);  // glibc's own two, which sigdelset refuses: see signal_tasks.cc
  if (sigaction(sig, nullptr, &old) != 0) return;
  bool function = (old.sa_flags & SA_SIGINFO) != 0 || (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN);
  if (function && !is_fault(sig) && !chain) return;
  if ((old.sa_flags & SA_SIGINFO) != 0 && old.sa_sigaction == sighandler) return;
  fwdsig[sig].act = old;
  sigaction(sig, &act, nullptr);
}

}  // namespace

static mutex init_lock;

// Under init_lock.
static void take_faults() {
  if (installed.load() > 0) return;
  if (!have_mask.load()) pthread_sigmask(SIG_SETMASK, nullptr, &original_mask);
  have_mask.store(true, std::memory_order_release);
  fault_init();
  for (int s : kFaults) install(s);
  installed.store(1, std::memory_order_release);
}

void signal_init(bool owns_process) {
  if (installed.load(std::memory_order_acquire) >= (owns_process ? 2 : 1)) return;
  lock_guard l(init_lock);
  dying_init();
  take_faults();
  if (!owns_process || installed.load() == 2) return;
  owner.store(true);
  for (int s : kDumps) install(s);
  install(SIGPIPE);
  notify_init();
  installed.store(2, std::memory_order_release);
}

void signal_trace_threads() {
  lock_guard l(init_lock);
  if (owner.load() || traced.exchange(true)) return;
  dying_init();
  take_faults();
  for (int s : kDumps) install(s, true);
}

bool traces_threads() {
  return traced.load() && !owner.load();
}

void end_by_abort() {
  struct sigaction now {};
  sigaction(SIGABRT, nullptr, &now);
  bool ours = (now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == sighandler;
  if (ours && !has_function(fwdsig[SIGABRT])) dieFromSignal(SIGABRT);
  release_report();
  std::abort();
}

void dieFromSignal(int sig) {
  set_default(sig);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, sig);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(sig);
  _exit(2);
}

// ---- signal stacks ----

namespace {

constexpr size_t kSignalGuard = 4096;

}  // namespace

// What is installed is  | guard | stack |.  The description outlives the thread, for a dying thread may be looking at
// it.
void thread_signals_init(m* mp) {
  void* a = mmap(nullptr, kSignalGuard + kSignalStack, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (a == MAP_FAILED) throw_("out of memory (signal stack)");
  mprotect(a, kSignalGuard, PROT_NONE);
  auto* ss = new (persistentalloc(sizeof(signal_stack), alignof(signal_stack))) signal_stack();
  ss->mapping = static_cast<char*>(a);
  stack_t st{};
  st.ss_sp = ss->mapping + kSignalGuard;
  st.ss_size = kSignalStack;
  if (sigaltstack(&st, &ss->before) != 0) throw_("runtime: sigaltstack failed");
  mp->gsignal = ss;

  sigset_t mask;
  if (have_mask.load(std::memory_order_acquire))
    mask = original_mask;
  else
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  for (int s : kNeverBlocked) sigdelset(&mask, s);
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

void thread_signals_done(m* mp) {
  signal_stack* ss = mp->gsignal;
  if (ss == nullptr) return;
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  mp->gsignal = nullptr;
  sigaltstack(&ss->before, nullptr);
  munmap(ss->mapping, kSignalGuard + kSignalStack);
}

}  // namespace gort::rt
