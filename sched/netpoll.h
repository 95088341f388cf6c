// The network poller: one edge-triggered epoll instance, looked at by findRunnable, which also sleeps in it until the
// next timer. The protocol stands at the head of netpoll.cc.
#pragma once
#include "sched/runtime2.h"
#include "sched/timer.h"

namespace gort::rt {

// netpollinit makes the epoll instance (idempotent); timers and files need it.
void netpollinit();
bool netpollinited();
// netpoll returns goroutines that became runnable. delay < 0 blocks, 0 does not, > 0 blocks up to that many
// nanoseconds.
gList netpoll(int64_t delay);
// netpollbreak interrupts a blocking netpoll.
void netpollbreak();
// netpoll_wake makes sure that a thread sleeping in netpoll or idle wakes in time for a timer at `when`.
void netpoll_wake(int64_t when);
// netpoll_anywaiters: some goroutine waits for a file descriptor (no deadlock then).
bool netpoll_anywaiters();

// pollerr is the result of a wait. The values are Go's.
enum pollerr : int { pollNoError = 0, pollErrClosing = 1, pollErrTimeout = 2, pollErrNotPollable = 3 };

// The two states of a pollDesc's semaphores that are no g.
inline constexpr uintptr_t pdNil = 0, pdReady = 1, pdWait = 2;

// pollDesc is what the poller knows of one open file descriptor. Its memory is reused for other descriptors and never
// given back.
struct alignas(128) pollDesc {
  // What every wait and wake-up touches.
  std::atomic<uintptr_t> rg{pdNil};  // pdNil, pdReady, pdWait or the g that waits to read
  std::atomic<uintptr_t> wg{pdNil};  // the same for writing
  std::atomic<uint32_t> info{0};     // summary of the fields below for readers without the lock, see netpoll.cc
  std::atomic<uint32_t> seq{1};      // generation, part of what epoll hands back: never 0
  std::atomic<bool> hup{false};      // the peer closed its side, or urgent data came: see pollHup
  int fd = -1;
  pollDesc* link = nullptr;  // in the cache of free ones

  // Under lock. rd and wd: 0 none, > 0 the time (nanotime), -1 expired.
  mutex lock;
  bool closing = false;
  bool rrun = false, wrun = false;  // rt, wt have been started and not stopped
  uintptr_t rseq = 0, wseq = 0;     // a timer that was started under another number is stale
  int64_t rd = 0, wd = 0;
  timer rt, wt;
};

// pollOpen registers fd (non-blocking) and returns its descriptor in *out; the result is an errno, EPERM for files that
// epoll does not take.
int pollOpen(int fd, pollDesc** out);
// pollUnblock wakes readers and writers for good: every wait gives pollErrClosing from then on. Once, before pollClose.
void pollUnblock(pollDesc* pd);
// pollClose forgets the descriptor; nobody may use pd any more. The caller closes the fd afterwards.
void pollClose(pollDesc* pd);
// pollReset forgets past events before an operation in mode ('r' or 'w') is tried.
pollerr pollReset(pollDesc* pd, int mode);
// pollCheck is pollReset without forgetting.
pollerr pollCheck(pollDesc* pd, int mode);
// pollWait parks until the descriptor is ready in mode, the deadline passes or it is closed. One waiter a mode.
pollerr pollWait(pollDesc* pd, int mode);
// pollWake has a wait in mode end as if the descriptor were ready: the one in progress, or else the next one.
void pollWake(pollDesc* pd, int mode);
// pollSetDeadline: mode is 'r', 'w' or 'r' + 'w'; d is nanoseconds from now, 0 for no deadline, negative for one in the
// past.
void pollSetDeadline(pollDesc* pd, int64_t d, int mode);
// pollHup reports that something else than plain data has been seen on the descriptor: the end of the stream, an error,
// urgent data. While it is false, a stream read that returned fewer bytes than it could has emptied the socket, and any
// byte or end that comes later is a new event; so the next read may wait at once and spare the system call that would
// give EAGAIN.
inline bool pollHup(const pollDesc* pd) {
  return pd->hup.load(std::memory_order_acquire);
}

}  // namespace gort::rt
