// The network poller.
//
// A descriptor has two binary semaphores, rg and wg, one for its reader and one for its writer. Each holds one of
//
//   pdReady   an event has come and nobody has taken it. A goroutine takes it by changing the state to pdNil;
//   pdWait    a goroutine is about to park and is not there yet. It commits by changing the state to itself; or an
//   event changes it to
//             pdReady, or a timeout or close to pdNil, and then it does not park;
//   a g       that goroutine is parked. An event changes the state to pdReady, a timeout or close to pdNil; who changed
//   it readies the g; pdNil     none of these.
//
// Whoever wants to stop waits (close, a deadline) first publishes that in `info`, then looks at the semaphore; the
// waiter first writes pdWait, then looks at `info`: one of them sees the other.
//
// Generations. The poller learns of events by a 64-bit word that epoll gives back: the address of the pollDesc and the
// lower 22 bits of its `seq` (16 above the 48 bits of the address and 6 below, the pollDesc being aligned). pollClose
// increments seq. An event that was taken from the kernel before a close and is looked at after the descriptor has been
// reused carries an old number and is dropped. If it is looked at between the two, it can at worst leave a pdReady
// behind, which pollOpen clears, or one spurious pdReady in a wait that tries again. Memory of a pollDesc is never
// unmapped, so reading seq is always allowed. Timers carry rseq or wseq for the same reason.
//
// Locks: pollDesc.lock, then timer.lock, then what timers and wake-ups take. A goroutine pins its m before it takes
// pollDesc.lock, since starting a timer under it may not park.
#include "sched/netpoll.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sched/clock.h"
#include "sched/proc.h"

namespace gort::rt {

static std::atomic<int> epfd{-1};
static int breakfd = -1;
static std::atomic<uint32_t> breaksig{0};  // a break is under way: one eventfd write is enough
static mutex initlock;
static constexpr uint64_t kBreakWord = 0;  // epoll's word for breakfd: no pollDesc

void netpollinit() {
  if (epfd.load(std::memory_order_acquire) >= 0) return;
  lock_guard l(initlock);
  if (epfd.load() >= 0) return;
  int fd = epoll_create1(EPOLL_CLOEXEC);
  breakfd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0 || breakfd < 0) throw_("runtime: netpollinit failed");
  epoll_event ev{};
  ev.events = EPOLLIN;
  ev.data.u64 = kBreakWord;
  if (epoll_ctl(fd, EPOLL_CTL_ADD, breakfd, &ev) != 0) throw_("runtime: unable to initialize the network poller");
  epfd.store(fd, std::memory_order_release);
}

bool netpollinited() {
  return epfd.load(std::memory_order_acquire) >= 0;
}

void netpollbreak() {
  if (!netpollinited()) return;
  uint32_t zero = 0;
  if (!breaksig.compare_exchange_strong(zero, 1)) return;
  uint64_t one = 1;
  while (write(breakfd, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

// wait_ns is epoll_wait for ns nanoseconds, false if the kernel cannot. The kernel lets an epoll_pwait2 last a
// thousandth longer than it was asked to, a tenth of a second at most, and on an idle machine it does: so it is asked
// for that much less. Should anything else wake the processor in that last thousandth, the rest is waited for.
static bool wait_ns(int fd, epoll_event* ev, int n, int64_t ns, int* got) {
  static constexpr long epoll_pwait2 = 441;  // younger than the system's headers may be
  const int64_t until = nanotime() + ns;
  for (;;) {
    const int64_t ask = ns - std::min<int64_t>(ns / 1001, 100'000'000);
    timespec ts{time_t(ask / 1'000'000'000), long(ask % 1'000'000'000)};
    *got = int(syscall(epoll_pwait2, fd, ev, n, &ts, nullptr, 0));
    if (*got < 0 && errno == ENOSYS) return false;
    if (*got != 0) return true;
    ns = until - nanotime();
    if (ns <= 0) return true;
  }
}

// Older kernels round to milliseconds.
static int wait_events(epoll_event* ev, int n, int64_t delay) {
  static std::atomic<bool> have_ns{true};
  int fd = epfd.load(std::memory_order_relaxed);
  if (delay <= 0) return epoll_wait(fd, ev, n, delay < 0 ? -1 : 0);
  if (have_ns.load(std::memory_order_relaxed)) {
    int got;
    if (wait_ns(fd, ev, n, delay, &got)) return got;
    have_ns.store(false, std::memory_order_relaxed);
  }
  int64_t ms = (delay + 999999) / 1000000;
  return epoll_wait(fd, ev, n, ms > 1000000 ? 1000000 : int(ms));
}

// ---- the descriptor ----

// Bits of pollDesc.info. The generation stands above them: an error event changes info only while it is the one it was
// sent for.
static constexpr uint32_t kClosing = 1, kEventErr = 2, kExpiredRead = 4, kExpiredWrite = 8, kInfoSeqShift = 4;
static constexpr uint32_t kTagMask = (1 << 22) - 1;

static uint64_t tagged(const pollDesc* pd, uint32_t seq) {
  return uint64_t(reinterpret_cast<uintptr_t>(pd)) | uint64_t(seq & 63) | uint64_t((seq >> 6) & 0xffff) << 48;
}
static constexpr uint64_t kAddrMask = 0x0000ffffffffffc0u;
static pollDesc* untag(uint64_t word, uint32_t* seq) {
  *seq = uint32_t(word & 63) | uint32_t(word >> 48) << 6;
  return reinterpret_cast<pollDesc*>(word & kAddrMask);
}
static_assert(alignof(pollDesc) >= 64);

static std::atomic<uint32_t> waiters{0};

bool netpoll_anywaiters() {
  return waiters.load() > 0;
}

// publish_info: pd.lock held; after any change of closing, rd or wd, and before looking at the semaphores.
static void publish_info(pollDesc* pd) {
  uint32_t bits = (pd->seq.load(std::memory_order_relaxed) & kTagMask) << kInfoSeqShift;
  if (pd->closing) bits |= kClosing;
  if (pd->rd < 0) bits |= kExpiredRead;
  if (pd->wd < 0) bits |= kExpiredWrite;
  uint32_t old = pd->info.load();
  while (!pd->info.compare_exchange_weak(old, bits | (old & kEventErr))) {
  }
}

static void set_event_err(pollDesc* pd, bool on, uint32_t seq) {
  uint32_t old = pd->info.load(std::memory_order_relaxed);
  do {
    if (((old & kEventErr) != 0) == on || ((old >> kInfoSeqShift) & kTagMask) != seq) return;
  } while (!pd->info.compare_exchange_weak(old, old ^ kEventErr));
}

pollerr pollCheck(pollDesc* pd, int mode) {
  uint32_t info = pd->info.load();
  if (__builtin_expect((info & ((1u << kInfoSeqShift) - 1)) == 0, 1)) return pollNoError;
  if ((info & kClosing) != 0) return pollErrClosing;
  if ((info & (mode == 'r' ? kExpiredRead : kExpiredWrite)) != 0) return pollErrTimeout;
  // A write that fails says better what is wrong than the event does.
  if (mode == 'r' && (info & kEventErr) != 0) return pollErrNotPollable;
  return pollNoError;
}

pollerr pollReset(pollDesc* pd, int mode) {
  pollerr err = pollCheck(pd, mode);
  if (err == pollNoError) (mode == 'r' ? pd->rg : pd->wg).store(pdNil, std::memory_order_relaxed);
  return err;
}

// On the context that the goroutine has left for. An ordinary thread has no m that would go on to poll: it sees to it
// that one does.
static bool block_commit(g* gp, void* gpp) {
  uintptr_t want = pdWait;
  if (!static_cast<std::atomic<uintptr_t>*>(gpp)->compare_exchange_strong(want, reinterpret_cast<uintptr_t>(gp)))
    return false;
  waiters.fetch_add(1);
  if (gp->thread && sched.lastpoll.load() != 0) wakep();
  return true;
}

// pollBlock returns true when an event came, false after a timeout, a close or for no reason.
static bool pollBlock(pollDesc* pd, int mode) {
  std::atomic<uintptr_t>& sema = mode == 'r' ? pd->rg : pd->wg;
  for (;;) {
    uintptr_t old = pdReady;
    if (sema.load(std::memory_order_relaxed) == pdReady && sema.compare_exchange_strong(old, pdNil)) return true;
    old = pdNil;
    if (sema.compare_exchange_strong(old, pdWait)) break;
    if (old != pdReady) throw_("runtime: double wait");
  }
  if (pollCheck(pd, mode) == pollNoError) gopark(block_commit, &sema, waitReason::IOWait);
  uintptr_t old = sema.exchange(pdNil);
  if (old > pdWait) throw_("runtime: corrupted polldesc");
  return old == pdReady;
}

pollerr pollWait(pollDesc* pd, int mode) {
  pollerr err = pollCheck(pd, mode);
  if (err != pollNoError) return err;
  while (!pollBlock(pd, mode)) {
    err = pollCheck(pd, mode);
    if (err != pollNoError) return err;
    // A deadline passed and was moved before we ran again: as if it had not passed.
  }
  return pollNoError;
}

// unblock moves the semaphore of a mode to pdReady (an event) or pdNil (a timeout, a close) and returns the goroutine
// to ready, if one is parked.
static g* unblock(pollDesc* pd, int mode, bool ioready) {
  std::atomic<uintptr_t>& sema = mode == 'r' ? pd->rg : pd->wg;
  uintptr_t old = sema.load();
  for (;;) {
    if (old == pdReady || (old == pdNil && !ioready)) return nullptr;
    if (sema.compare_exchange_weak(old, ioready ? pdReady : pdNil)) break;
  }
  if (old == pdNil || old == pdWait) return nullptr;
  return reinterpret_cast<g*>(old);
}

static void ready(g* gp) {
  if (gp == nullptr) return;
  goready(gp);
  waiters.fetch_sub(1);
}

// An ordinary thread is woken at once: it stands on no run queue.
static void ready_into(gList* list, g* gp) {
  if (gp == nullptr) return;
  if (gp->thread) {
    goready(gp);
  } else {
    // It runs soon, and its stack has been cold for as long as it waited: what it touches on its way back out of the
    // wait.
    for (int line = 0; line < 6; line++) __builtin_prefetch(gp->sched.sp + line * 64);
    list->push(gp);
  }
  waiters.fetch_sub(1);
}

static void netpollready(gList* list, uint64_t word, uint32_t events) {
  uint32_t seq;
  pollDesc* pd = untag(word, &seq);
  if ((pd->seq.load() & kTagMask) != seq) return;
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI)) != 0) pd->hup.store(true, std::memory_order_release);
  bool r = (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  bool w = (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
  if (!r && !w) return;
  set_event_err(pd, events == EPOLLERR, seq);
  if (w) ready_into(list, unblock(pd, 'w', true));
  if (r) ready_into(list, unblock(pd, 'r', true));
}

// ---- opening and closing ----

static mutex cachelock;
static pollDesc* cachefirst = nullptr;
static constexpr size_t kBlock = 16384;

static pollDesc* cache_alloc() {
  lock_guard l(cachelock);
  if (cachefirst == nullptr) {
    constexpr size_t n = kBlock / sizeof(pollDesc);
    auto* block = static_cast<char*>(persistentalloc(n * sizeof(pollDesc), alignof(pollDesc)));
    for (size_t i = 0; i < n; i++) {
      auto* pd = new (block + i * sizeof(pollDesc)) pollDesc();
      pd->link = cachefirst;
      cachefirst = pd;
    }
  }
  pollDesc* pd = cachefirst;
  cachefirst = pd->link;
  return pd;
}

static void cache_free(pollDesc* pd) {
  pd->lock.lock();
  uint32_t seq = (pd->seq.load() + 1) & kTagMask;
  pd->seq.store(seq == 0 ? 1 : seq);
  publish_info(pd);
  pd->lock.unlock();
  lock_guard l(cachelock);
  pd->link = cachefirst;
  cachefirst = pd;
}

static bool idle(uintptr_t sema) {
  return sema == pdNil || sema == pdReady;
}

int pollOpen(int fd, pollDesc** out) {
  // A thread may be the first to need the scheduler, whose threads do the polling.
  if (!sched_started()) schedinit();
  netpollinit();
  pollDesc* pd = cache_alloc();
  pd->lock.lock();
  if (!idle(pd->wg.load())) throw_("runtime: blocked write on free polldesc");
  if (!idle(pd->rg.load())) throw_("runtime: blocked read on free polldesc");
  pd->fd = fd;
  pd->closing = false;
  pd->hup.store(false);
  pd->rseq++;
  pd->wseq++;
  pd->rd = pd->wd = 0;
  pd->rg.store(pdNil);
  pd->wg.store(pdNil);
  publish_info(pd);
  uint32_t seq = pd->seq.load();
  set_event_err(pd, false, seq);
  pd->lock.unlock();

  epoll_event ev{};
  ev.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET;
  ev.data.u64 = tagged(pd, seq);
  if (epoll_ctl(epfd.load(), EPOLL_CTL_ADD, fd, &ev) != 0) {
    int err = errno;
    cache_free(pd);
    return err;
  }
  *out = pd;
  return 0;
}

void pollClose(pollDesc* pd) {
  if (!pd->closing) throw_("runtime: close polldesc w/o unblock");
  if (!idle(pd->wg.load())) throw_("runtime: blocked write on closing polldesc");
  if (!idle(pd->rg.load())) throw_("runtime: blocked read on closing polldesc");
  epoll_event ev{};
  epoll_ctl(epfd.load(), EPOLL_CTL_DEL, pd->fd, &ev);
  cache_free(pd);
}

void pollUnblock(pollDesc* pd) {
  m* mp = pin();
  pd->lock.lock();
  if (pd->closing) throw_("runtime: unblock on closing polldesc");
  pd->closing = true;
  pd->rseq++;
  pd->wseq++;
  publish_info(pd);
  g* rg = unblock(pd, 'r', false);
  g* wg = unblock(pd, 'w', false);
  if (pd->rrun) stoptimer(&pd->rt);
  if (pd->wrun) stoptimer(&pd->wt);
  pd->rrun = pd->wrun = false;
  pd->lock.unlock();
  ready(rg);
  ready(wg);
  unpin(mp);
}

void pollWake(pollDesc* pd, int mode) {
  m* mp = pin();
  ready(unblock(pd, mode, true));
  unpin(mp);
}

// ---- deadlines ----
// Reader and writer often have the same deadline (SetDeadline): then rt serves both.

static void deadline_passed(pollDesc* pd, uintptr_t seq, bool read, bool write) {
  pd->lock.lock();
  if (seq != (read ? pd->rseq : pd->wseq)) {
    pd->lock.unlock();
    return;
  }
  if (read) pd->rd = -1;
  if (write) pd->wd = -1;
  publish_info(pd);
  g* rg = read ? unblock(pd, 'r', false) : nullptr;
  g* wg = write ? unblock(pd, 'w', false) : nullptr;
  pd->lock.unlock();
  ready(rg);
  ready(wg);
}

static void both_passed(void* pd, uintptr_t seq) {
  deadline_passed(static_cast<pollDesc*>(pd), seq, true, true);
}
static void read_passed(void* pd, uintptr_t seq) {
  deadline_passed(static_cast<pollDesc*>(pd), seq, true, false);
}
static void write_passed(void* pd, uintptr_t seq) {
  deadline_passed(static_cast<pollDesc*>(pd), seq, false, true);
}

// Starts, moves or stops one of the two timers; when <= 0 stops.
static void set_timer(pollDesc* pd, timer* t, bool* run, int64_t when, void (*f)(void*, uintptr_t), uintptr_t seq) {
  if (when > 0)
    resettimer(t, when, f, pd, seq);
  else if (*run)
    stoptimer(t);
  *run = when > 0;
}

void pollSetDeadline(pollDesc* pd, int64_t d, int mode) {
  if (d > 0) {
    int64_t now = nanotime();
    d = now > INT64_MAX - d ? INT64_MAX : now + d;
  }
  m* mp = pin();
  pd->lock.lock();
  if (pd->closing) {
    pd->lock.unlock();
    unpin(mp);
    return;
  }
  int64_t rd0 = pd->rd, wd0 = pd->wd;
  bool combo0 = rd0 > 0 && rd0 == wd0;
  if (mode != 'w') pd->rd = d;
  if (mode != 'r') pd->wd = d;
  publish_info(pd);
  bool combo = pd->rd > 0 && pd->rd == pd->wd;
  if (pd->rd != rd0 || combo != combo0) {
    pd->rseq++;
    set_timer(pd, &pd->rt, &pd->rrun, pd->rd, combo ? both_passed : read_passed, pd->rseq);
  }
  if (pd->wd != wd0 || combo != combo0) {
    pd->wseq++;
    set_timer(pd, &pd->wt, &pd->wrun, combo ? 0 : pd->wd, write_passed, pd->wseq);
  }
  g* rg = pd->rd < 0 ? unblock(pd, 'r', false) : nullptr;
  g* wg = pd->wd < 0 ? unblock(pd, 'w', false) : nullptr;
  pd->lock.unlock();
  ready(rg);
  ready(wg);
  unpin(mp);
}

// ---- polling ----

gList netpoll(int64_t delay) {
  gList ready;
  if (!netpollinited()) return ready;
  epoll_event events[128];
  int n = wait_events(events, 128, delay);
  for (int i = 0; i < n; i++) {
    // With many descriptors each of these lines has to come from memory: under way while the ones before are looked at.
    if (i + 4 < n) __builtin_prefetch(reinterpret_cast<void*>(events[i + 4].data.u64 & kAddrMask));
    if (events[i].data.u64 == kBreakWord) {
      if (delay != 0) {
        uint64_t count;
        if (read(breakfd, &count, sizeof count) < 0 && errno != EAGAIN) throw_("runtime: netpoll failed");
        breaksig.store(0);
      }
      continue;
    }
    netpollready(&ready, events[i].data.u64, events[i].events);
  }
  return ready;
}

void netpoll_wake(int64_t when) {
  if (sched.lastpoll.load() == 0) {
    // Somebody sleeps in the poller; a zero polluntil means without limit.
    int64_t until = sched.polluntil.load();
    if (until == 0 || until > when) netpollbreak();
  } else {
    wakep();
  }
}

}  // namespace gort::rt
