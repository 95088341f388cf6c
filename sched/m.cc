// Threads. An m is made by pthread_create, sleeps on its note when there is nothing to do, and is reused.
//
// When to wake another thread (Go's rule, which this file and find.cc follow): if there is an idle p and no m is
// spinning, wake one when work is submitted. A spinning m looks for work without having any; at most half as many spin
// as are busy. The last m that stops spinning looks at all queues once more after it has said so:
//   submitter:  queue the work; (barrier) look at nmspinning: start a spinner if 0
//   spinner:    decrement nmspinning; (barrier) look at all queues
// Either the submitter sees the spinner gone, or the spinner sees the work.
#include "sched/m.h"

#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <cxxabi.h>
#include <dirent.h>
#include <new>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <x86intrin.h>

#include "sched/clock.h"
#include "sched/netpoll.h"
#include "sched/runq.h"
#include "sched/sysmon.h"
#include "sched/switch.h"
#include "sched/timer.h"

namespace gort::rt {

std::atomic<m*> allm{nullptr};
static constexpr size_t kThreadStack = 256 << 10;

static void checkmcount() {
  if (mcount() > sched.maxmcount) {
    char b[64];
    snprintf(b, sizeof b, "runtime: program exceeds %d-thread limit\n", sched.maxmcount);
    sched.lock.unlock();
    throw_("thread exhaustion", b);
  }
}

int32_t mcount() {
  return int32_t(sched.mnext - sched.nmfreed);
}

int32_t set_maxmcount(int32_t n) {
  lock_guard l(sched.lock);
  int32_t old = std::exchange(sched.maxmcount, n);
  checkmcount();
  return old;
}

m* allocm() {
  auto* mp = new (persistentalloc(sizeof(m), 64)) m();
  mp->g0 = new (persistentalloc(sizeof(g), alignof(g))) g();
  return mp;
}

// register_m gives mp its id and puts it on the list of all; sched.lock held.
static void register_m(m* mp) {
  mp->id = sched.mnext++;
  checkmcount();
  mp->fastrand = uint64_t(nanotime()) * 0x9e3779b97f4a7c15u + uint64_t(mp->id);
  mp->alllink = allm.load(std::memory_order_relaxed);
  allm.store(mp, std::memory_order_release);
}

void minit(m* mp) {
  mp->tid = pid_t(syscall(SYS_gettid));
  mp->thread = pthread_self();
  mp->g0->m = mp;
  mp->g0->status.store(_Grunning, std::memory_order_relaxed);
  mp->eh = reinterpret_cast<eh_globals*>(abi::__cxa_get_globals());
  mp->locks.store(1, std::memory_order_relaxed);
  pthread_attr_t attr;
  void* lo = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attr) == 0) {
    pthread_attr_getstack(&attr, &lo, &size);
    pthread_attr_destroy(&attr);
  }
  mp->stacklo = static_cast<char*>(lo);
  mp->stackhi = mp->stacklo + size;
  san_thread(mp->g0);
  gort_tls_g = mp->g0;
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);  // sleeps end when they should: 50 us is the kernel's default slack
  thread_signals_init(mp);
}

static void* mstart(void* arg) {
  m* mp = static_cast<m*>(arg);
  mstart_main(mp);
  return nullptr;
}

void mstart_main(m* mp) {
  minit(mp);
  if (mp->mstartfn != nullptr) mp->mstartfn();
  if (mp->nextp != nullptr) {
    acquirep(mp, mp->nextp);
    mp->nextp = nullptr;
  }
  schedule_forever(mp);
  // The thread leaves: a locked goroutine ended on it. Its m is never reused, for traces may still look at it.
  if (mp->p != nullptr) handoffp(releasep(mp));
  thread_signals_done(mp);
  lock_guard l(sched.lock);
  sched.nmfreed++;
  mp->exiting = true;
  mp->tid = 0;
  gort_tls_g = nullptr;
  checkdead();
}

[[noreturn]] static void newosproc_failed(int err) {
  char b[200];
  int n =
      snprintf(b, sizeof b, "runtime: failed to create new OS thread (have %d already; errno=%d)\n", mcount() - 1, err);
  if (err == EAGAIN)
    snprintf(b + n, sizeof b - size_t(n), "runtime: may need to increase max user processes (ulimit -u)\n");
  throw_("newosproc", b);
}

static void newosproc(m* mp) {
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, kUnderTool ? kThreadStack * 8 : kThreadStack);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);  // the new thread unblocks once its signal stack stands
  pthread_t t;
  int err = pthread_create(&t, &attr, mstart, mp);
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  pthread_attr_destroy(&attr);
  if (err != 0) newosproc_failed(err);
}

// ---- the template thread ----
// A thread inherits its creator's state: name, signal mask, priority, name spaces, credentials. A goroutine that is
// locked to its thread may have changed any of it, so no thread is started from there: a system thread that nobody ever
// locks, started before the first goroutine is, does it.

static mutex template_lock;
static m* template_queue = nullptr;  // ms whose threads are to be started, linked by schedlink
static note template_wanted;

static void template_thread() {
  for (;;) {
    template_wanted.sleep();
    template_wanted.clear();
    template_lock.lock();
    m* mp = template_queue;
    template_queue = nullptr;
    template_lock.unlock();
    while (mp != nullptr) {
      m* next = mp->schedlink;
      mp->schedlink = nullptr;
      newosproc(mp);
      mp = next;
    }
  }
}

static void template_start() {
  static std::atomic<bool> once{false};
  if (!once.load() && !once.exchange(true)) startm_system(template_thread);
}

static void start_thread(m* mp) {
  g* gp = getg_or_null();
  m* mine = m_of(gp);
  if (mine == nullptr || (mine->lockedg == nullptr && !mine->exiting)) return newosproc(mp);
  template_lock.lock();
  mp->schedlink = template_queue;
  template_queue = mp;
  template_lock.unlock();
  template_wanted.wakeup();
}

// sched.lock held.
static m* newm(void (*fn)(), p* pp) {
  m* mp = allocm();
  mp->mstartfn = fn;
  mp->nextp = pp;
  register_m(mp);
  return mp;
}

void startm_system(void (*fn)()) {
  sched.lock.lock();
  m* mp = newm(fn, nullptr);
  sched.nmsys++;  // here and not on the new thread: until it counts as the system's, it would hide a deadlock
  sched.lock.unlock();
  start_thread(mp);
}

static void mspinning() {
  getg()->m->spinning = true;
}

void startm(p* pp, bool spinning) {
  sched.lock.lock();
  if (pp == nullptr) {
    if (spinning) throw_("startm: p required for spinning=true");
    pp = pidleget(nullptr);
    if (pp == nullptr) {
      sched.lock.unlock();
      return;
    }
  }
  m* mp = sched.midle;
  if (mp == nullptr) {
    mp = newm(spinning ? mspinning : nullptr, pp);
    sched.lock.unlock();
    start_thread(mp);
    return;
  }
  sched.midle = mp->schedlink;
  sched.nmidle--;
  sched.lock.unlock();
  mp->spinning = spinning;
  mp->nextp = pp;
  mp->park.wakeup();
}

static void msleep(m* mp) {
  mp->blocked = true;
  mp->park.sleep();
  mp->park.clear();
  mp->blocked = false;
}

void mput(m* mp) {
  mp->schedlink = sched.midle;
  sched.midle = mp;
  sched.nmidle++;
  checkdead();
}

void stopm() {
  m* mp = getg()->m;
  sched.lock.lock();
  mput(mp);
  sched.lock.unlock();
  msleep(mp);
  acquirep(mp, mp->nextp);
  mp->nextp = nullptr;
}

void acquirep(m* mp, p* pp) {
  if (mp->p != nullptr) throw_("acquirep: already in go");
  pp->m = mp;
  pp->status.store(_Prunning, std::memory_order_release);
  mp->p = pp;
  if (sched.sysmonwait.load(std::memory_order_relaxed)) sysmon_wake();
}

p* releasep(m* mp) {
  p* pp = mp->p;
  if (pp == nullptr || pp->m != mp) throw_("releasep: invalid p state");
  mp->p = nullptr;
  pp->m = nullptr;
  pp->status.store(_Pidle, std::memory_order_release);
  return pp;
}

void pidleput(p* pp, int64_t now) {
  pp->idlesince.store(now, std::memory_order_relaxed);
  pp->link = sched.pidle;
  sched.pidle = pp;
  sched.npidle.fetch_add(1);
}

p* pidleget(int64_t*) {
  p* pp = sched.pidle;
  if (pp != nullptr) {
    sched.pidle = pp->link;
    sched.npidle.fetch_sub(1);
  }
  return pp;
}

p* pidlegetSpinning(int64_t* now) {
  p* pp = pidleget(now);
  if (pp == nullptr) sched.needspinning.store(1);  // resetspinning or schedule will look
  return pp;
}

void handoffp(p* pp) {
  pp->nhandoffs.fetch_add(1, std::memory_order_relaxed);
  if (!runqempty(pp) || sched.runqsize.load() != 0) return startm(pp, false);
  // No local work; a spinner may be missing for work elsewhere.
  if (sched.nmspinning.load() + sched.npidle.load() == 0) {
    int32_t zero = 0;
    if (sched.nmspinning.compare_exchange_strong(zero, 1)) {
      sched.needspinning.store(0);
      return startm(pp, true);
    }
  }
  sched.lock.lock();
  if (sched.gcwaiting.load()) {
    pp->status.store(_Pgcstop);
    if (--sched.stopwait == 0) sched.stopnote.wakeup();
    sched.lock.unlock();
    return;
  }
  if (sched.runqsize.load() != 0) {
    sched.lock.unlock();
    return startm(pp, false);
  }
  // The last running p must not go idle while timers or the network wait for a poller.
  if (sched.npidle.load() == gomaxprocs - 1 && sched.lastpoll.load() != 0) {
    sched.lock.unlock();
    return startm(pp, false);
  }
  int64_t when = pp->timer0when.load();
  pidleput(pp, 0);
  sched.lock.unlock();
  if (when != 0) netpoll_wake(when);
}

void gcstopm(m* mp) {
  if (mp->spinning) {
    mp->spinning = false;
    sched.nmspinning.fetch_sub(1);
  }
  p* pp = releasep(mp);
  sched.lock.lock();
  pp->status.store(_Pgcstop);
  if (--sched.stopwait == 0) sched.stopnote.wakeup();
  sched.lock.unlock();
  stopm();
}

void wakep() {
  if (sched.npidle.load(std::memory_order_seq_cst) == 0) return;
  int32_t zero = 0;
  if (sched.nmspinning.load() != 0 || !sched.nmspinning.compare_exchange_strong(zero, 1)) return;
  sched.lock.lock();
  p* pp = pidlegetSpinning(nullptr);
  sched.lock.unlock();
  if (pp == nullptr) {
    if (sched.nmspinning.fetch_sub(1) <= 0) throw_("wakep: negative nmspinning");
    return;
  }
  startm(pp, true);
}

void resetspinning(m* mp) {
  mp->spinning = false;
  if (sched.nmspinning.fetch_sub(1) <= 0) throw_("findrunnable: negative nmspinning");
  wakep();
}

void injectglist(gList* list) {
  if (list->empty()) return;
  m* mp = getg()->m;
  p* pp = p_of(mp);
  gQueue q;
  int32_t n = 0;
  while (g* gp = list->pop()) {
    gp->status.store(_Grunnable, std::memory_order_relaxed);
    if (n % 8 == 0) gp->readytsc = __rdtsc();
    q.push(gp);  // popping a LIFO and pushing at the head restores the order of insertion
    n++;
  }
  auto start_idle = [](int32_t count) {
    for (int32_t i = 0; i < count && sched.npidle.load() != 0; i++) startm(nullptr, false);
  };
  if (pp == nullptr) {
    sched.lock.lock();
    globrunqputbatch(q, n);
    sched.lock.unlock();
    return start_idle(n);
  }
  int32_t idle = sched.npidle.load();
  gQueue glob;
  int32_t i = 0;
  for (; i < idle && !q.empty(); i++) glob.pushBack(q.pop());
  if (i > 0) {
    sched.lock.lock();
    globrunqputbatch(glob, i);
    sched.lock.unlock();
    start_idle(i);
    n -= i;
  }
  if (!q.empty()) runqputbatch(pp, &q, n);
  wakep();
}

// ---- goroutines locked to a thread ----

void stoplockedm(m* mp) {
  if (mp->lockedg == nullptr || mp->lockedg->lockedm != mp) throw_("stoplockedm: inconsistent locking");
  if (mp->p != nullptr) handoffp(releasep(mp));
  sched.lock.lock();
  sched.nmidlelocked++;
  checkdead();
  sched.lock.unlock();
  msleep(mp);
  acquirep(mp, mp->nextp);
  mp->nextp = nullptr;
}

void startlockedm(m* mp, g* gp) {
  m* owner = gp->lockedm;
  if (owner == mp) throw_("startlockedm: locked to me");
  sched.lock.lock();
  sched.nmidlelocked--;
  sched.lock.unlock();
  owner->nextp = releasep(mp);
  owner->park.wakeup();
  stopm();
}

void lockOSThread() {
  g* gp = getg();
  if (gp->m == nullptr) return;
  template_start();
  pin();
  m* mp = gp->m;
  gextra* x = extra_of(gp);
  x->lockedext++;
  gp->lockedm = mp;
  mp->lockedg = gp;
  unpin(mp);
}

void unlockOSThread() {
  g* gp = getg();
  if (gp->m == nullptr || gp->extra == nullptr || gp->extra->lockedext == 0) return;
  if (--gp->extra->lockedext != 0) return;
  pin();
  m* mp = gp->m;
  gp->lockedm = nullptr;
  mp->lockedg = nullptr;
  unpin(mp);
}

// ---- deadlock ----

static std::atomic<int32_t> nthreads{0};          // ordinary threads that have a g
static std::atomic<int32_t> nthreads_waiting{0};  // of those: asleep in gopark

void thread_waiting(int32_t n) {
  nthreads_waiting.fetch_add(n);
  if (n > 0 && sched_started()) {
    lock_guard l(sched.lock);
    checkdead();
  }
}

void thread_known(int32_t n) {
  nthreads.fetch_add(n);
  if (n < 0 && sched_started()) {
    lock_guard l(sched.lock);
    checkdead();
  }
}

// Threads of the process beyond gort's own and the `known` ones may call in at any time. One that is ending still
// counts.
static bool unknown_threads(int32_t known) {
  DIR* d = opendir("/proc/self/task");
  if (d == nullptr) return true;
  int n = 0;
  while (dirent* e = readdir(d))
    if (e->d_name[0] != '.') n++;
  closedir(d);
  return n > mcount() + known + kToolThreads;
}

// Where nothing but unknown threads keeps the program from being deadlocked, nobody says when the last of them is gone:
// sysmon looks again (checkdead_again) while that is so.
static bool dead_but_for_threads = false;  // under sched.lock

bool checkdead_again() {
  if (dead_but_for_threads) checkdead();
  return dead_but_for_threads;
}

void checkdead() {
  dead_but_for_threads = false;
  if (!sched_started() || panicking.load() > 0 || hold_deadlock.load() > 0) return;
  int32_t run = mcount() - sched.nmidle - sched.nmidlelocked - sched.nmsys;
  if (run > 0) return;
  // Read once: a thread that becomes known in between counts as unknown below, and not as one that has been seen
  // asleep.
  const int32_t known = nthreads.load();
  if (known > nthreads_waiting.load()) return;
  if (anytimers() || netpoll_anywaiters()) return;
  bool waiting = false;
  for (size_t i = 0, n = allglen(); i < n; i++) {
    g* gp = allg(i);
    uint32_t s = gp->status.load();
    if (s == _Gdead || s == _Gidle || gp->thread) continue;
    if (s != _Gwaiting) return;  // runnable: somebody is about to be started for it
    waiting = true;
  }
  if (unknown_threads(known)) {
    dead_but_for_threads = true;
    if (sched.sysmonwait.load()) sysmon_wake();
    return;
  }
  sched.lock.unlock();  // the report looks at everything and does not return
  if (!waiting) deadlock("no goroutines (main called runtime.Goexit) - deadlock!");
  deadlock("all goroutines are asleep - deadlock!");
}

}  // namespace gort::rt
