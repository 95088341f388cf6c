// Signals: faults that become panics, stack overflow, SIGQUIT and its kin, and the last resorts of a dying process.
//
// Where things are: signal.cc decides what a signal means, signal_fault.cc turns a fault into a panic, signal_dump.cc
// prints what a fatal signal prints, signal_dying.cc guards against failures while the process dies, signal_stop.cc
// stops the threads of goroutines then; signal_threads.cc prints what gort::traceback::install promises, for which
// signal_tasks.cc holds all threads.
#pragma once
#include <atomic>
#include <csignal>
#include <ucontext.h>

#include "runtime/crash.h"
#include "sched/runtime2.h"

namespace gort::rt {

// signal_init installs the handlers; idempotent, any thread, not from a handler. The mask of signals that the calling
// thread has is what the runtime's threads get, so the first call comes before the first goroutine.
//   owns_process false (gort::run): SIGSEGV, SIGBUS and SIGFPE only. What is not a goroutine's fault goes to the
//   handlers that the
//     host had before, and where it had none the process ends as it would without gort.
//   owns_process true (gort::main): also those by which a Go program dies with a dump: SIGQUIT, SIGABRT, SIGILL,
//   SIGTRAP, SIGSTKFLT,
//     SIGSYS; and SIGPIPE, ignored but for descriptors 1 and 2. Functions that the program has installed already are
//     left alone.
void signal_init(bool owns_process);

// signal_trace_threads takes the fatal signals and SIGQUIT for traceback::install, whatever had them: a thread that
// runs no goroutine prints all threads, then does what the program would have done without. Under signal_init(true) it
// changes nothing.
void signal_trace_threads();
// traces_threads: it was called, and this is no Go program.
bool traces_threads();
// end_by_abort is abort for a thread that has made a report.
[[noreturn]] void end_by_abort();

// dying_init sets aside what a dying process may have no more of: see signal_dying.cc. At the start.
void dying_init();

// startpanic begins the death of the process, on the thread that found the reason: one thread at a time goes on, others
// wait until it has ended the process. It freezes the world and starts the watchdog, which ends the process after two
// seconds without progress. Safe in a handler. True: say why, then print traces. False: this thread failed while it was
// dying ("panic during panic" has been printed): traces only. A third failure exits with status 4, a fourth with 5.
bool startpanic();
// finishpanic ends the process with status 2 (crash_exit) unless another thread waits for its turn to die: then that
// one prints and ends it.
[[noreturn]] void finishpanic();
// thread_dying tells whether this thread is between startpanic and the end.
bool thread_dying();
// dying_output names the sink that the report goes to. Its growth is what the watchdog takes for progress (a blocked
// write(2) is never taken for a hang), and a failure flushes it. It lasts until finishpanic, or until another is named.
void dying_output(Sink* w);

// begin_report takes the right to print, as startpanic does, for a trace that the process may survive: end_report gives
// it back. In between this thread counts as dying, and dies of sig where it is stuck or fails; SIGPIPE is blocked from
// then on, and forget_broken_pipe drops one that waits.
void begin_report(int sig);
void forget_broken_pipe();
void end_report();

// running_context is where a goroutine was that ran on another thread when this process began to die. False: it did not
// run, or its thread could not be stopped within some milliseconds.
bool running_context(const g* gp, Context* ctx);

// dieFromSignal ends the process by sig's default action.
[[noreturn]] void dieFromSignal(int sig);

// ---- between the signal*.cc files ----

// sigctxt is one signal, as its handler got it.
struct sigctxt {
  int sig;
  siginfo_t* info;
  ucontext_t* uc;

  greg_t& reg(int r) const { return uc->uc_mcontext.gregs[r]; }
  uintptr_t pc() const { return uintptr_t(reg(REG_RIP)); }
  uintptr_t sp() const { return uintptr_t(reg(REG_RSP)); }
  uintptr_t addr() const { return reinterpret_cast<uintptr_t>(info->si_addr); }
  // from_user: sent by kill and its like, rather than raised by what the thread did.
  bool from_user() const { return info->si_code <= 0; }
  gsignal_info signal_info() const { return {uint32_t(sig), uintptr_t(intptr_t(info->si_code)), addr(), pc()}; }
  Context context() const { return {regs_from_ucontext(uc), true}; }
};

// signal_stack is m.gsignal: the thread's signal stack, and where the thread stands while it is stopped for a dying
// one.
struct signal_stack {
  char* mapping;
  stack_t before;  // what the thread had: sanitizers unmap whatever they find installed when the thread ends
  std::atomic<bool> asked;
  std::atomic<uint32_t> resumed;  // stop_thread's caller lets it go on
  std::atomic<ucontext_t*> stopped;
};

// stop_threads makes the threads that run goroutines wait in a handler for the end of the process.
void stop_threads();
// stop_thread makes one of them wait in a handler until resume_thread, so that running_context tells where it is.
// False: it did not stop within some milliseconds, and resume_thread is not called. One caller at a time.
bool stop_thread(m* mp);
void resume_thread(m* mp);

void fault_init();
// stack_overflowed: the fault is gp running off its own stack.
bool stack_overflowed(const sigctxt& c, const g* gp);
// canpanic: the fault is user code's, on gp's own stack, with nothing held that a panic would wait for.
bool canpanic(const sigctxt& c, const g* gp);
// fault_is_panic: a panic comes of it at all, rather than `unexpected fault address`.
bool fault_is_panic(const sigctxt& c, const g* gp);
// prepare_panic changes the context so that the thread continues in gort_sigpanic, as if the faulting instruction had
// called it.
void prepare_panic(const sigctxt& c);

[[noreturn]] void print_stack_overflow(const sigctxt& c, g* gp);
// unexpected_signal: a fault of the runtime's own code, or while it holds locks.
[[noreturn]] void unexpected_signal(const sigctxt& c, g* gp);
// fatal_signal is the dump of SIGQUIT and other signals that end a Go program.
[[noreturn]] void fatal_signal(const sigctxt& c);
// print_signal_head writes Go's `SIGQUIT: quit`, `PC=... m=... sigcode=...` and an empty line, and dumpregs the
// registers.
void print_signal_head(Sink& w, const sigctxt& c, int64_t m);
void dumpregs(Sink& w, const sigctxt& c);
// stack_without_g is a g for a walk over a stack that no goroutine has. It reads nothing at or above hi (null: no bound
// known).
g* stack_without_g(char* hi);
// fault_text is the runtime error that a fault is, null where it is an `unexpected fault address`.
const char* fault_text(const sigctxt& c);

// report_signal_threads prints what a signal did to an ordinary thread, and all threads, which stay held until
// release_report lets them go on. It comes back although the signal is fatal: what follows is the caller's business.
// False: there was nothing to report, it is the abort that follows an exception.
bool report_signal_threads(const sigctxt& c);
void release_report();
// report_exception is the same for an exception that nobody has caught; text describes it.
void report_exception(const char* text, const Context& thrown);

// failed_while_dying: a signal that would end the process has hit a thread that is ending it.
[[noreturn]] void failed_while_dying(const sigctxt& c);

}  // namespace gort::rt
