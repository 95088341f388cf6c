// The scheduler's interface to the rest of the runtime.
//
// Terms: "goroutine" here includes the g that stands for an ordinary thread (g::thread): every call below may be made
// from one, and parks by sleeping in the kernel. "The scheduler" is code that runs on an m's own stack (g0).
#pragma once
#include "sched/runtime2.h"

namespace gort::rt {

// schedinit makes the runtime ready: Ps, sysmon, signal stacks. Idempotent; called by gort::main and gort::run.
void schedinit();
bool sched_started();

// pin keeps the current m's p from being taken away and returns the m (null on an ordinary thread, which has no p). If
// the p has been taken already, the goroutine first waits for another one. Not to be called with a runtime lock held.
// Nests.
inline m* pin();
// unpin ends it. The p may be taken from then on.
inline void unpin(m* mp);

// gopark parks the current goroutine until somebody calls goready on it. unlockf(gp, arg), if given, runs once the
// goroutine's context is saved, on another context: it publishes the goroutine (releases the lock of the queue that it
// stands in), after which it may be made ready at once. If unlockf returns false the goroutine goes on.
void gopark(bool (*unlockf)(g*, void*), void* arg, waitReason reason);
// goparkunlock parks and releases l.
void goparkunlock(mutex* l, waitReason reason);
// goready makes a parked goroutine runnable: it becomes the next to run on this p (runnext). From a thread without a p
// it goes to the global queue. next = false puts it at the queue's end.
void goready(g* gp, bool next = true);

// newproc: `go`. newproc_alloc gives a g whose closure storage (size bytes) is to be filled by the caller,
// newproc_start queues it.
g* newproc_alloc(size_t size, size_t align);
void* newproc_closure(g* gp);
void newproc_abort(g* gp);                // evaluation of the closure threw
void newproc_stack(g* gp, size_t bytes);  // its stack is to have so many bytes
// fn(closure) is what runs; destroy (may be null) ends the closure afterwards. gopc: return address of the go
// statement.
void newproc_start(g* gp, void (*fn)(void*), void (*destroy)(void*), uintptr_t gopc);
// newproc_system starts a goroutine of the runtime's own, hidden from traces and counts; parent 0.
g* newproc_fn(void (*fn)(void*), void* arg, uint64_t parentgoid, uintptr_t gopc);

// Gosched puts the current goroutine at the end of the global queue and lets others run.
void Gosched();
// goyield is Gosched to the local queue.
void goyield();
// goexit0 ends the current goroutine. Its stack has been unwound.
extern "C" [[noreturn]] void gort_goexit0();

// entersyscall lets others use the p while this thread is in a call that may block; exitsyscall takes one back, which
// may park the goroutine. They nest by g::blocking.
void entersyscall(syscall_site& at);
void exitsyscall();

// lockOSThread wires the current goroutine to its thread until as many unlockOSThread calls.
void lockOSThread();
void unlockOSThread();

// outside_syscall takes the goroutine out of runtime::blocking for a scope, for what needs a p.
class outside_syscall {
 public:
  outside_syscall();
  ~outside_syscall();
  outside_syscall(const outside_syscall&) = delete;
  outside_syscall& operator=(const outside_syscall&) = delete;

 private:
  uint32_t depth_;
};

// stopTheWorld stops all Ps but the caller's; startTheWorld resumes. On a goroutine that has a p (outside_syscall).
// procs resizes on the way when > 0.
void stopTheWorld(waitReason why);
void startTheWorld(int32_t procs = 0);
// freezetheworld stops what can be stopped within some milliseconds, for ever: the process ends.
void freezetheworld();
int32_t gomaxprocs_set(int32_t n);

// wakep starts one spinning m if there is an idle p and nobody is looking for work yet.
void wakep();
// injectglist puts runnable goroutines on queues and wakes Ps for them.
void injectglist(gList* list);

int32_t gcount();  // goroutines that are the user's
int32_t mcount();

// Deadlock detection (checkdead). While hold_deadlock is positive, a sleeping program is not a deadlock: gort::run's
// callers, signal.Notify.
extern std::atomic<int32_t> hold_deadlock;

// forked: this process is the child of a fork, in which the runtime's threads do not exist.
extern std::atomic<bool> forked;

// What the scheduler needs from above, defined in runtime/.
[[noreturn]] void forked_child();  // says so and exits with status 2
inline void check_fork() {
  if (__builtin_expect(forked.load(std::memory_order_relaxed), 0)) forked_child();
}
[[noreturn]] void fatal(const char* msg);                      // user error: all goroutines, then exit 2
[[noreturn]] void throw_(const char* msg);                     // runtime error: system-level traces, exit 2
[[noreturn]] void throw_(const char* msg, const char* lines);  // the same, with lines before `fatal error:`
// pin_slow is pin's slow path.
bool pin_slow(m* mp);
// thread_waiting counts ordinary threads that sleep in gopark (+1, -1).
void thread_waiting(int32_t n);
void thread_known(int32_t n);                 // ordinary threads that have a g
int32_t set_maxmcount(int32_t n);             // returns the limit before
[[noreturn]] void deadlock(const char* msg);  // fatal from the scheduler: no current goroutine
void runtime_init();                          // signal handlers, environment: called once by schedinit
void thread_signals_init(m* mp);              // alternate signal stack of a new m
void thread_signals_done(m* mp);
void goroutine_done(g* gp);  // frees what gextra holds
gextra* extra_of(g* gp);     // makes gextra on first use

// allocation that bypasses malloc (mmap'ed, never freed): for structures that a crash handler reads
void* persistentalloc(size_t size, size_t align);
size_t persistent_bytes();  // how much it has given out

inline m* pin() {
  for (;;) {
    g* gp = getg();
    m* mp = gp->m;
    if (__builtin_expect(mp == nullptr, 0)) return nullptr;
    int32_t n = mp->locks.load(std::memory_order_relaxed);
    mp->locks.store(n + 1, std::memory_order_relaxed);
    // Pairs with membarrier in retake: either we see the request or sysmon sees locks.
    if (__builtin_expect(!membarrier_works.load(std::memory_order_relaxed), 0)) full_fence();
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (__builtin_expect(n != 0 || mp->retake.load(std::memory_order_acquire) == 0, 1)) return mp;
    if (pin_slow(mp)) return mp;
  }
}

inline void unpin(m* mp) {
  if (mp != nullptr) mp->locks.store(mp->locks.load(std::memory_order_relaxed) - 1, std::memory_order_release);
}

}  // namespace gort::rt
