// bench_main for Boost.Fiber's twins, and what they share. GOMAXPROCS=1 runs on one thread with the round-robin
// scheduler; more threads share the work-stealing one, all started before the first row. See rows.h.
//
// Fibers get stacks of 16 KiB: from a pool on one thread, from malloc on several, since Boost's pool is for one thread
// only.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <unistd.h>

#include <boost/fiber/all.hpp>
#include <boost/fiber/algo/work_stealing.hpp>

#include "rows.h"

namespace fibers = boost::fibers;

inline constexpr size_t fiber_stack = 16 * 1024;
inline std::unique_ptr<fibers::pooled_fixedsize_stack> fiber_pool;

template <class F>
void spawn(F&& f) {
  if (fiber_pool)
    fibers::fiber(fibers::launch::post, std::allocator_arg, *fiber_pool, std::forward<F>(f)).detach();
  else
    fibers::fiber(fibers::launch::post, std::allocator_arg, fibers::fixedsize_stack(fiber_stack), std::forward<F>(f))
        .detach();
}

// fiber_rounds is how often a row does what makes one fiber wait for another. On several threads Boost.Fiber puts a
// thread to sleep and wakes it each time, some 50 us, so that a twentieth of the rounds is enough.
inline int fiber_rounds(int n) {
  return fiber_pool ? n : n / 20;
}

// wait_group counts down like Go's; the last Done wakes the one who waits. It may go as soon as Wait has returned: Done
// holds the lock until it no longer touches it.
class wait_group {
 public:
  explicit wait_group(int64_t n) : n_(n) {}
  void Done() {
    if (n_.fetch_sub(1) > 1) return;
    std::lock_guard<fibers::mutex> l(m_);
    done_ = true;
    c_.notify_all();
  }
  void Wait() {
    std::unique_lock<fibers::mutex> l(m_);
    c_.wait(l, [this] { return done_; });
  }

 private:
  fibers::mutex m_;
  fibers::condition_variable c_;
  std::atomic<int64_t> n_;
  bool done_ = false;
};

inline void fiber_worker(int threads) {
  fibers::use_scheduling_algorithm<fibers::algo::work_stealing>(threads);
  fibers::mutex m;
  fibers::condition_variable never;
  std::unique_lock<fibers::mutex> l(m);
  never.wait(l, [] { return false; });
}

inline int bench_main(int argc, char** argv, std::span<const bench_row> rows) {
  if (bench_listed(argc, argv, rows)) return 0;
  const int threads = bench_procs();
  if (threads == 1) {
    fiber_pool = std::make_unique<fibers::pooled_fixedsize_stack>(fiber_stack);
  } else {
    for (int i = 1; i < threads; i++) std::thread(fiber_worker, threads).detach();
    fibers::use_scheduling_algorithm<fibers::algo::work_stealing>(threads);
  }
  bench_run(argc, argv, rows);
  std::fflush(stdout);
  _exit(0);  // the other threads never end
}
