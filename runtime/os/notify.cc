// The way of a signal that the program has asked for:
//
//   1. handler: sets its bit in `pending`, increments `seq`, wakes the receiver. A signal that comes twice before it is
//   fetched is one, as in the kernel.
//   2. receiver (notify_recv, a goroutine): reads seq, takes all bits; if there are none it says in `seen` that all up
//   to that seq is dealt with, and
//      sleeps in the kernel, as in a system call, until seq changes.
//
// The handler is installed over whatever was there, and calls that for a signal that is not wanted (any more): gort's
// own handlers for faults and dumps (runtime/signal.cc), or one of the host's.
//
// The receiver's thread has the wanted signals unblocked, whatever mask the process was started with.
#include "runtime/os/notify.h"

#include <gort/runtime.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <pthread.h>

#include "runtime/signal.h"
#include "sched/lock.h"
#include "sched/proc.h"

namespace gort::rt {
namespace {

constexpr int kMax = 64;
using bits = uint64_t;
constexpr bits bit(int sig) {
  return bits{1} << (sig - 1);
}
constexpr bits set_of(std::initializer_list<int> sigs) {
  bits b = 0;
  for (int s : sigs) b |= bit(s);
  return b;
}
constexpr bits kRealTime = ~bits{0} << 33;  // 34 to 64; the C library uses 32 and 33

// Raised by what the program does: only those that somebody has sent are delivered.
constexpr bits kFaults = set_of({SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSTKFLT, SIGSYS});
constexpr bits kNever = set_of({SIGKILL, SIGSTOP, 32, 33});
// Their default is to end the process; in a Go program they do nothing.
constexpr bits kHarmless =
    set_of({SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGXCPU, SIGXFSZ}) | kRealTime;
// Their default is to do nothing.
constexpr bits kIgnored = set_of({SIGCHLD, SIGURG, SIGWINCH, SIGCONT});
// Started with these ignored, a process goes on ignoring them.
constexpr bits kInherit = set_of({SIGHUP, SIGINT});

enum class action : uint8_t { untouched, ours, ours_from_start, ignore };

std::atomic<bits> wanted{0}, pending{0};
std::atomic<uint32_t> seq{0}, seen{0}, delivering{0};
std::atomic<bool> installed_from_start[kMax + 1];

// What only one caller at a time touches; `before` also the handler, of signals that are ours.
action state[kMax + 1];
struct sigaction before[kMax + 1];
bits ignored = 0;
bits inherited_known = 0;

bool valid(int sig) {
  return sig >= 1 && sig <= kMax && (bit(sig) & kNever) == 0;
}

bool deliver(int sig) {
  delivering.fetch_add(1);
  const bool want = (wanted.load() & bit(sig)) != 0;
  if (want) {
    pending.fetch_or(bit(sig));
    seq.fetch_add(1);
    futexwakeup(&seq, 1);
  }
  delivering.fetch_sub(1);
  return want;
}

// as_before does what the signal did before it was ours.
void as_before(int sig, siginfo_t* info, void* uc) {
  const struct sigaction& old = before[sig];
  if ((old.sa_flags & SA_SIGINFO) != 0) {
    old.sa_sigaction(sig, info, uc);
  } else if (old.sa_handler == SIG_DFL) {
    if (!installed_from_start[sig].load(std::memory_order_relaxed) && (bit(sig) & kIgnored) == 0) dieFromSignal(sig);
  } else if (old.sa_handler != SIG_IGN) {
    old.sa_handler(sig);
  }
}

void handler(int sig, siginfo_t* info, void* uc) {
  const int saved_errno = errno;
  const bool sent = (bit(sig) & kFaults) == 0 || info->si_code <= 0;
  if (!sent || !deliver(sig)) as_before(sig, info, uc);
  errno = saved_errno;
}

void install(int sig, struct sigaction* old) {
  struct sigaction act {};
  act.sa_sigaction = handler;
  act.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigfillset(&act.sa_mask);
  for (int s : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSTKFLT, SIGALRM}) sigdelset(&act.sa_mask, s);
  if ((bit(sig) & kFaults) != 0) act.sa_flags |= SA_NODEFER;  // as the handlers below
  sigaction(sig, &act, old);
}

// The state that the process was started with is looked at before it is changed.
void learn(int sig) {
  if ((inherited_known & bit(sig)) != 0) return;
  inherited_known |= bit(sig);
  struct sigaction now;
  if ((bit(sig) & kInherit) != 0 && sigaction(sig, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 &&
      now.sa_handler == SIG_IGN)
    ignored |= bit(sig);
}

// The receiver's thread: everything as it was, but for the wanted signals.
void update_mask(sigset_t* was, bits* unblocked) {
  const bits want = wanted.load();
  if (*unblocked == want) return;
  if (*unblocked == 0) pthread_sigmask(SIG_SETMASK, nullptr, was);
  sigset_t now = *was;
  for (int s = 1; s <= kMax; s++)
    if ((want & bit(s)) != 0) sigdelset(&now, s);
  pthread_sigmask(SIG_SETMASK, &now, nullptr);
  *unblocked = want;
}

}  // namespace

void notify_init() {
  for (int sig = 1; sig <= kMax; sig++) {
    struct sigaction now;
    if ((bit(sig) & kHarmless) == 0 || sigaction(sig, nullptr, &now) != 0) continue;
    if ((now.sa_flags & SA_SIGINFO) != 0 || now.sa_handler != SIG_DFL) continue;
    installed_from_start[sig].store(true, std::memory_order_relaxed);
    before[sig] = now;
    state[sig] = action::ours_from_start;
    install(sig, nullptr);
  }
}

void notify_enable(int sig) {
  if (!valid(sig)) return;
  learn(sig);
  wanted.fetch_or(bit(sig));
  ignored &= ~bit(sig);
  struct sigaction old;
  if (sigaction(sig, nullptr, &old) != 0) return;
  // The host may have put a handler of its own over ours since.
  bool replaced = (old.sa_flags & SA_SIGINFO) == 0 || old.sa_sigaction != handler;
  if (state[sig] == action::untouched || state[sig] == action::ignore || replaced) {
    // The handler may run before install has returned.
    if (state[sig] != action::ignore || (bit(sig) & kInherit) != 0) before[sig] = old;
    install(sig, nullptr);
    state[sig] = action::ours;
  }
  seq.fetch_add(1);  // the receiver unblocks it
  futexwakeup(&seq, 1);
}

void notify_disable(int sig) {
  if (!valid(sig)) return;
  if (state[sig] == action::ours && installed_from_start[sig].load(std::memory_order_relaxed)) {
    state[sig] = action::ours_from_start;
  } else if (state[sig] == action::ours) {
    sigaction(sig, &before[sig], nullptr);
    state[sig] = action::untouched;
  }
  wanted.fetch_and(~bit(sig));
  seq.fetch_add(1);
  futexwakeup(&seq, 1);
}

void notify_ignore(int sig) {
  if (!valid(sig)) return;
  learn(sig);
  if ((bit(sig) & kFaults) == 0) {
    struct sigaction ign {
    }, old;
    ign.sa_handler = SIG_IGN;
    sigaction(sig, &ign, &old);
    if (state[sig] == action::untouched) before[sig] = old;
    state[sig] = action::ignore;
  }
  wanted.fetch_and(~bit(sig));
  ignored |= bit(sig);
}

bool notify_ignored(int sig) {
  if (!valid(sig)) return false;
  learn(sig);
  return (ignored & bit(sig)) != 0;
}

int notify_recv() {
  static bits taken = 0, unblocked = 0;  // the one receiver's
  static sigset_t mask;
  while (taken == 0) {
    const uint32_t at = seq.load();
    update_mask(&mask, &unblocked);
    taken = pending.exchange(0);
    if (taken != 0) break;
    seen.store(at);
    runtime::blocking([&] { futexsleep(&seq, at, -1); });
  }
  const int sig = __builtin_ctzll(taken) + 1;
  taken &= taken - 1;
  return sig;
}

void notify_idle() {
  while (delivering.load() != 0) Gosched();
  const uint32_t now = seq.load();
  while (int32_t(seen.load() - now) < 0) Gosched();
}

}  // namespace gort::rt
