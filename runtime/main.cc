// gort::main, gort::run, and the g's that stand for ordinary threads.
#include <gort/main.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <iostream>
#include <new>
#include <pthread.h>
#include <stdexcept>
#include <unistd.h>

#include "runtime/debuginfo.h"
#include "runtime/gc.h"
#include "runtime/godebug.h"
#include "runtime/panic.h"
#include "runtime/schedtrace.h"
#include "runtime/signal.h"
#include "runtime/signal_tasks.h"
#include "runtime/symtab/symtab.h"
#include "runtime/traceback.h"
#include "sched/m.h"
#include "sched/proc.h"
#include "sched/sanitizer.h"

namespace gort::rt {

// ---- ordinary threads ----

static pthread_key_t thread_key;
static mutex thread_lock;
static g* free_thread_gs = nullptr;

static void thread_gone(void* a) {
  g* gp = static_cast<g*>(a);
  gort_tls_g = nullptr;
  thread_known(-1);
  take_signal_stack_back();
  if (gp->extra != nullptr) goroutine_done(gp);
  lock_guard l(thread_lock);
  gp->status.store(_Gdead, std::memory_order_relaxed);
  gp->schedlink = free_thread_gs;
  free_thread_gs = gp;
}

extern "C" g* gort_getg_thread() {
  g* gp = getg_or_null();
  if (gp != nullptr) return gp;
  static const int once = pthread_key_create(&thread_key, thread_gone);
  (void)once;
  {
    lock_guard l(thread_lock);
    gp = free_thread_gs;
    if (gp != nullptr) free_thread_gs = gp->schedlink;
  }
  if (gp == nullptr) gp = new (persistentalloc(sizeof(g), alignof(g))) g();
  gp->thread = true;
  gp->frame = nullptr;
  gp->panic = nullptr;
  gp->schedlink = nullptr;
  gp->status.store(_Grunning, std::memory_order_relaxed);
  san_thread(gp);
  give_signal_stack();
  pthread_setspecific(thread_key, gp);
  thread_known(1);
  gort_tls_g = gp;
  return gp;
}

bool on_goroutine() {
  g* gp = getg_or_null();
  return gp != nullptr && !gp->thread && gp->m != nullptr && gp != gp->m->g0;
}

// ---- what the scheduler wants from above ----

static void in_child() {
  forked.store(true);
}

void runtime_init() {
  debug_info_init();
  godebug_init();
  if (godebug.deadlocals != 0) gort_poison_dead_stack = 1;
  traceback_env_init();
  panic_init();
  gc_init();
  schedtrace_init();
  longrun_init();
  pthread_atfork(nullptr, nullptr, in_child);
}

gextra* extra_of(g* gp) {
  if (gp->extra == nullptr) gp->extra = new (persistentalloc(sizeof(gextra), alignof(gextra))) gextra();
  return gp->extra;
}

void goroutine_done(g* gp) {
  gextra* x = gp->extra;
  if (x->locals_free != nullptr && x->locals != nullptr) x->locals_free(x->locals);
  *x = gextra();
}

// ---- gort::run ----

struct run_request {
  void (*fn)(void*);
  void* arg;
  note done;
};

// The caller is woken by a destructor: it runs on return and on Goexit, and not when an uncaught panic ends the
// process.
struct run_waker {
  note& done;
  ~run_waker() { done.wakeup(); }
};

static void run_goroutine(void* a) {
  auto* r = static_cast<run_request*>(a);
  run_waker w{r->done};
  r->fn(r->arg);
}

void forked_child() {
  static const char msg[] =
      "gort: this process is the child of a fork, in which gort's threads do not exist: call exec, or start gort only "
      "after the fork\n";
  if (::write(2, msg, sizeof msg - 1) < 0) _exit(2);
  _exit(2);
}

static std::atomic<bool> main_returned{false};

void start_embedded() {
  check_fork();
  if (main_returned.load()) throw_("gort::run after gort::main has returned");
  signal_init(false);  // before threads start: they inherit what is blocked
  schedinit();
  hold_deadlock.fetch_add(1);  // the host may have other ways to wake goroutines
}

void run_blocking(void (*fn)(void*), void* arg) {
  start_embedded();
  getg();
  run_request r{fn, arg, {}};
  newproc_fn(run_goroutine, &r, 0, 0);
  r.done.sleep();
}

void run_without_result() {
  throw std::runtime_error("gort::run: the goroutine called runtime.Goexit");
}

// ---- gort::main ----

// Files that the program opens must not be taken for standard input, output or error: one that is closed is /dev/null,
// as in Go.
static void check_standard_files() {
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    if (open("/dev/null", O_RDWR) != fd) throw_("cannot open standard fds");
  }
}

static void (*main_entry)();
static note main_done;

static void main_goroutine(void*) {
  main_entry();
  check_fork();
  // Another goroutine's panic that is running its deferred calls gets a little time to finish, as in Go; one that is
  // already printing ends the process.
  for (int i = 0; i < 1000 && panics_in_progress(); i++) Gosched();
  if (panicking.load() != 0) gopark(nullptr, nullptr, waitReason::PanicWait);
  freezetheworld();
  main_returned.store(true);
  main_done.wakeup();
  for (;;) pause();
}

}  // namespace gort::rt

namespace gort {

int main(int, char**, void (*entry)()) {
  using namespace rt;
  static std::atomic<bool> called{false};
  if (called.exchange(true)) throw_("gort::main called twice");
  check_fork();
  check_standard_files();
  main_entry = entry;
  symtab::set_main_entry(reinterpret_cast<uintptr_t>(entry));
  signal_init(true);
  schedinit();
  getg();
  newproc_fn(main_goroutine, nullptr, 0, 0);
  thread_waiting(1);  // this thread only waits: it does not keep the program from being deadlocked
  main_done.sleep();
  return 0;
}

}  // namespace gort
