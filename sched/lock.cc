#include "sched/lock.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <ctime>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sched/clock.h"
#include "sched/sanitizer.h"

namespace gort::rt {

std::atomic<bool> membarrier_works{false};

std::atomic<uint32_t> mutex::sleepers_[kSleepersSize];

void membarrier_init() {
  membarrier_works = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

void membarrier_all() {
  full_fence();
  if (membarrier_works.load(std::memory_order_relaxed)) syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
}

void futexsleep(std::atomic<uint32_t>* addr, uint32_t val, int64_t ns) {
  ns = san_sleep(ns);
  timespec ts, *tp = nullptr;
  if (ns >= 0) {
    ts.tv_sec = ns / 1000000000;
    ts.tv_nsec = ns % 1000000000;
    tp = &ts;
  }
  syscall(SYS_futex, addr, FUTEX_WAIT_PRIVATE, val, tp, nullptr, 0);
}

void futexwakeup(std::atomic<uint32_t>* addr, uint32_t cnt) {
  syscall(SYS_futex, addr, FUTEX_WAKE_PRIVATE, cnt, nullptr, nullptr, 0);
}

// Critical sections are some tens of instructions long, so a spin nearly always ends the wait; when it does not, the
// holder has been descheduled by the kernel and only sleeping helps. A look at the lock costs its owner the cache line:
// the more threads look, the fewer turns the owner gets out of it. So pauses double, and their length is left to
// chance, lest those who failed together look together again. (4 senders and 4 receivers on a channel with room for
// 128: 27 ns an item on 2 Ps and 76 on 16; with pauses of one length 43 and 246.)
void mutex::lock_slow() {
  static const bool multicore = sysconf(_SC_NPROCESSORS_ONLN) > 1;
  if (multicore) {
    constexpr int kFirst = 30, kLast = 512;
    int pause = kFirst;
    for (int i = 0; i < 20; i++) {
      if (try_lock()) return;
      backoff(pause);
      pause = std::min(2 * pause, kLast);
    }
  }
  for (int i = 0; i < 2; i++) {
    sched_yield();
    if (try_lock()) return;
  }
  sleepers().fetch_add(1, std::memory_order_seq_cst);
  membarrier_all();
  for (;;) {
    uint32_t zero = 0;
    if (v.compare_exchange_strong(zero, 1, std::memory_order_acquire)) break;
    futexsleep(&v, 1, -1);
  }
  // unlock wakes one sleeper; a barging locker may take the lock first and will wake the next one in its own unlock,
  // because this thread is still counted until it owns the lock.
  sleepers().fetch_sub(1, std::memory_order_relaxed);
}

bool note::sleep_for(int64_t ns) {
  int64_t deadline = nanotime() + ns;
  while (key.load(std::memory_order_acquire) == 0) {
    if (ns <= 0) return false;
    futexsleep(&key, 0, ns);
    ns = deadline - nanotime();
  }
  return true;
}

}  // namespace gort::rt
