// Stopping the threads that run goroutines when the process dies, so that their stacks can be printed and they print
// nothing themselves; and stopping one for a moment, to see where it is.
//
// freezetheworld asks goroutines to stop at their next entry to the runtime; a goroutine in a loop or in a system call
// does not come by. It is sent SIGURG, as Go does for preemption (harmless by default, and rarely used); the handler
// notes its own context in m.gsignal and stays. One that is just reading names, which the stopper may want too, first
// comes to the end of that (symtab/mem.h). A thread that blocks the signal, or does not get to run in time, is
// left alone: its goroutine's stack is unavailable.
#include <cerrno>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime/signal.h"
#include "runtime/symtab/mem.h"
#include "sched/runtime2.h"

namespace gort::rt {

static constexpr int kStop = SIGURG;
// How long a thread may take: in a process that goes on, and in one that dies, where only threads that block the signal
// cost so much.
static constexpr int kLookMS = 20, kDyingMS = 200;

// asked_here is this thread's m.gsignal if it is to stop, else null.
static signal_stack* asked_here() {
  m* mp = m_of(getg_or_null());
  auto* ss = mp != nullptr ? static_cast<signal_stack*>(mp->gsignal) : nullptr;
  return ss != nullptr && ss->asked.load() ? ss : nullptr;
}

static void stop_now() {
  if (asked_here() != nullptr) syscall(SYS_tgkill, getpid(), gettid(), kStop);
}

static void stopped_here(int, siginfo_t*, void* uc) {
  int saved_errno = errno;
  signal_stack* ss = asked_here();
  if (ss != nullptr && symtab::locks_held != 0) {
    symtab::stop_is_due = true;
  } else if (ss != nullptr) {
    ss->resumed.store(0);
    ss->stopped.store(static_cast<ucontext_t*>(uc));
    ss->asked.store(false);
    // A thread with a report of its own goes on waiting for its turn to print it.
    while (!thread_dying() && ss->resumed.load() == 0) futexsleep(&ss->resumed, 0, 100 * 1000 * 1000);
    ss->stopped.store(nullptr);
  }
  errno = saved_errno;
}

static void install(struct sigaction* before) {
  symtab::stop_now.store(stop_now);
  struct sigaction act {};
  act.sa_sigaction = stopped_here;
  act.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigfillset(&act.sa_mask);
  sigdelset(&act.sa_mask, SIGQUIT);  // GOTRACEBACK=crash asks every thread for its own dump
  sigaction(kStop, &act, before);
}

static struct sigaction host_action;  // what stop_thread has replaced

bool stop_thread(m* mp) {
  signal_stack* ss = mp->gsignal;
  if (ss == nullptr || mp->tid == 0) return false;
  install(&host_action);
  ss->asked.store(true);
  bool sent = syscall(SYS_tgkill, getpid(), pid_t(mp->tid), kStop) == 0;
  for (int i = 0; sent && i < kLookMS * 10 && ss->asked.load(); i++) {
    timespec ts{0, 100 * 1000};
    nanosleep(&ts, nullptr);
  }
  if (!ss->asked.exchange(false)) return true;
  if (panicking.load() == 0) sigaction(kStop, &host_action, nullptr);
  return false;
}

void resume_thread(m* mp) {
  signal_stack* ss = mp->gsignal;
  if (panicking.load() == 0) sigaction(kStop, &host_action, nullptr);
  ss->resumed.store(1);
  futexwakeup(&ss->resumed, 1);
}

void stop_threads() {
  install(nullptr);
  pid_t me = gettid();
  for (m* mp = allm.load(std::memory_order_acquire); mp != nullptr; mp = mp->alllink) {
    signal_stack* ss = mp->gsignal;
    if (ss == nullptr || mp->tid == 0 || mp->tid == me || mp->curg == nullptr) continue;
    ss->asked.store(true);
    if (syscall(SYS_tgkill, getpid(), pid_t(mp->tid), kStop) != 0) ss->asked.store(false);
  }
  for (int i = 0; i < kDyingMS * 10; i++) {
    bool waiting = false;
    for (m* mp = allm.load(std::memory_order_acquire); mp != nullptr; mp = mp->alllink) {
      signal_stack* ss = mp->gsignal;
      waiting |= ss != nullptr && ss->asked.load();
    }
    if (!waiting) return;
    timespec ts{0, 100 * 1000};
    nanosleep(&ts, nullptr);
  }
}

bool running_context(const g* gp, Context* ctx) {
  const m* mp = gp->m;
  if (mp == nullptr || mp->curg != gp || mp->gsignal == nullptr) return false;
  const ucontext_t* uc = mp->gsignal->stopped.load(std::memory_order_acquire);
  if (uc == nullptr) return false;
  *ctx = {regs_from_ucontext(uc), true};
  return true;
}

}  // namespace gort::rt
