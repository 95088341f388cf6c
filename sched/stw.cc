// Stopping the world, changing the number of Ps, and bringing the runtime up.
//
// stopTheWorld takes every p: idle ones at once, those in system calls by CAS, running ones by asking (m.retake) and,
// after a millisecond, by taking them as sysmon does. A goroutine without a p runs on, as one in a system call does,
// until it enters the runtime.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sched.h>
#include <sys/mman.h>

#include "sched/clock.h"
#include "sched/m.h"
#include "sched/netpoll.h"
#include "sched/retake.h"
#include "sched/runq.h"
#include "sched/stack.h"
#include "sched/switch.h"
#include "sched/sysmon.h"
#include "sched/timer.h"

namespace gort::rt {

static constexpr int32_t kMaxProcs = 1024;
p* allp[kMaxProcs];
std::atomic<int32_t> allpn{0};
std::atomic<int32_t> gomaxprocs{0};
int32_t ncpu = 1;
static std::atomic<bool> started{false};
static mutex worldsema_lock;

bool sched_started() {
  return started.load(std::memory_order_acquire);
}

static std::atomic<size_t> persistent{0};

size_t persistent_bytes() {
  return persistent.load(std::memory_order_relaxed);
}

void* persistentalloc(size_t size, size_t align) {
  static mutex lock;
  static char* at = nullptr;
  static size_t left = 0;
  static constexpr size_t kBlock = 1 << 20;
  lock_guard l(lock);
  size_t skip = (align - reinterpret_cast<uintptr_t>(at) % align) % align;
  if (left < size + skip) {
    size_t n = std::max(kBlock, (size + align + 4095) & ~size_t(4095));
    void* a = mmap(nullptr, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (a == MAP_FAILED) throw_("runtime: cannot allocate memory");
    at = static_cast<char*>(a);
    left = n;
    skip = 0;
  }
  char* r = at + skip;
  persistent.store(persistent.load(std::memory_order_relaxed) + size + skip, std::memory_order_relaxed);
  at += size + skip;
  left -= size + skip;
  return r;
}

// procresize makes Ps 0..n-1 the ones in use; world stopped, sched.lock held. Returns Ps that have work, linked.
static p* procresize(m* mp, int32_t n) {
  int32_t old = gomaxprocs;
  for (int32_t i = allpn; i < n; i++) {
    p* pp = new (persistentalloc(sizeof(p), alignof(p))) p();
    pp->id = i;
    pp->rand = uint64_t(nanotime()) + uint64_t(i);
    allp[i] = pp;
    allpn = i + 1;
  }
  if (mp->p != nullptr && mp->p->id < n) {
    mp->p->status.store(_Prunning);
  } else {
    if (mp->p != nullptr) mp->p->m = nullptr;
    mp->p = nullptr;
    allp[0]->m = nullptr;
    allp[0]->status.store(_Pidle);
    acquirep(mp, allp[0]);
  }
  gomaxprocs = n;
  for (int32_t i = n; i < old; i++) {  // retire the rest
    p* pp = allp[i];
    int32_t k;
    gQueue q = runqdrain(pp, &k);
    globrunqputbatch(q, k);
    movetimers(pp, mp->p);
    stack_p_flush(pp);
    lock_guard l(sched.gflock);
    while (g* gp = pp->gfree.pop()) sched.gfree.push(gp);
    sched.ngfree.store(sched.gfree.n, std::memory_order_relaxed);
    pp->status.store(_Pdead);
  }
  p* runnable = nullptr;
  for (int32_t i = n - 1; i >= 0; i--) {
    p* pp = allp[i];
    if (pp == mp->p) continue;
    pp->status.store(_Pidle);
    pp->m = nullptr;
    if (runqempty(pp)) {
      pidleput(pp, nanotime());
    } else {
      pp->link = runnable;
      runnable = pp;
    }
  }
  return runnable;
}

static bool stop_in_syscall(p* pp) {
  uint32_t s = _Psyscall;
  if (!pp->status.compare_exchange_strong(s, _Pgcstop)) return false;
  pp->syscalltick.fetch_add(1);
  return true;
}

void stopTheWorld(waitReason) {
  check_fork();
  worldsema_lock.lock();
  m* mp = pin();
  if (mp == nullptr || mp->p == nullptr) {
    unpin(mp);
    worldsema_lock.unlock();
    throw_("stopTheWorld: needs a p");
  }
  sched.lock.lock();
  sched.stopwait = gomaxprocs;
  sched.stopnote.clear();
  sched.gcwaiting.store(true);
  mp->p->status.store(_Pgcstop);
  sched.stopwait--;
  for (int32_t i = 0; i < gomaxprocs; i++)
    if (stop_in_syscall(allp[i])) sched.stopwait--;
  while (p* pp = pidleget(nullptr)) {
    pp->status.store(_Pgcstop);
    sched.stopwait--;
  }
  bool wait = sched.stopwait > 0;
  sched.lock.unlock();
  for (int round = 0; wait; round++) {
    for (int32_t i = 0; i < gomaxprocs; i++) {
      // In system calls too: one that asked for gcwaiting just before it was set has entered its call since.
      if (!stop_in_syscall(allp[i]) && !retake_running(allp[i], round > 0, _Pgcstop)) continue;
      lock_guard l(sched.lock);
      if (--sched.stopwait == 0) sched.stopnote.wakeup();
    }
    if (sched.stopnote.sleep_for(round == 0 ? 100000 : 1000000)) break;
  }
}

void startTheWorld(int32_t procs) {
  m* mp = getg()->m;
  gList list = netpoll(0);
  injectglist(&list);
  sched.lock.lock();
  p* runnable = procresize(mp, procs > 0 ? procs : gomaxprocs.load());
  sched.gcwaiting.store(false);
  sysmon_wake();
  sched.lock.unlock();
  while (runnable != nullptr) {
    p* pp = runnable;
    runnable = pp->link;
    startm(pp, false);
  }
  wakep();
  unpin(mp);
  worldsema_lock.unlock();
}

void freezetheworld() {
  m* me = getg()->m;
  sched.gcwaiting.store(true);
  for (int round = 0; round < 5; round++) {
    bool running = false;
    for (int32_t i = 0; i < gomaxprocs; i++) {
      p* pp = allp[i];
      m* mp = pp->m;
      if (mp == nullptr || mp == me || pp->status.load() != _Prunning) continue;
      mp->retake.store(1);
      running = true;
    }
    if (!running) return;
    timespec ts{0, 1000000};
    nanosleep(&ts, nullptr);
  }
}

struct resize_request {
  int32_t n;
  note done;
};

static void resize_goroutine(void* a) {
  auto* r = static_cast<resize_request*>(a);
  gomaxprocs_set(r->n);
  r->done.wakeup();
}

int32_t gomaxprocs_set(int32_t n) {
  if (n > kMaxProcs) n = kMaxProcs;
  sched.lock.lock();
  int32_t old = gomaxprocs;
  sched.lock.unlock();
  if (n <= 0 || n == old) return old;
  if (getg()->m == nullptr) {  // a thread has no p; a goroutine does it
    resize_request r{n, {}};
    newproc_fn(resize_goroutine, &r, 0, 0);
    r.done.sleep();
    return old;
  }
  outside_syscall here;
  stopTheWorld(waitReason::StoppingTheWorld);
  startTheWorld(n);
  return old;
}

static int32_t initial_procs() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) ncpu = CPU_COUNT(&set);
  const char* e = getenv("GOMAXPROCS");
  if (e != nullptr) {
    int32_t n;
    const char* end = e + strlen(e);
    auto [stop, failed] = std::from_chars(e, end, n);
    if (failed == std::errc() && stop == end && n > 0) return std::min(n, kMaxProcs);
  }
  return ncpu;
}

// The first m is not a thread of its own yet: schedinit leaves every p idle, and gort::main's thread or the first
// wake-up takes one.
void schedinit() {
  static mutex once;
  lock_guard l(once);
  if (sched_started()) return;
  membarrier_init();
  stackinit();
  sched.starttime = nanotime();
  sched.lastpoll.store(sched.starttime);
  sched.goidgen.store(1);
  int32_t n = initial_procs();
  m* boot = allocm();
  boot->g0->m = boot;
  sched.lock.lock();
  procresize(boot, n);
  p* pp = releasep(boot);
  pidleput(pp, sched.starttime);
  sched.lock.unlock();
  runtime_init();
  started.store(true, std::memory_order_release);
  sysmon_start();
}

}  // namespace gort::rt
