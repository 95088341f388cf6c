// gort/semaphore.h: Go's package golang.org/x/sync/semaphore: a counting semaphore with weights.
#ifndef GORT_SEMAPHORE_H_
#define GORT_SEMAPHORE_H_

#include <cstdint>
#include <memory>

#include <gort/context.h>
#include <gort/sync/mutex.h>

namespace gort::semaphore {

// Weighted is a budget that callers take shares of; goroutines and threads use it together. Waiters are served first
// come, first served: a large request is not overtaken by small ones, so it does not starve.
//
//   semaphore::Weighted sem(10);
//   if (error err = sem.Acquire(ctx, 3); err != nil) return err;
//   work();
//   sem.Release(3);
//   if (sem.TryAcquire(1)) sem.Release(1);
class Weighted {
 public:
  // Panics with `semaphore: size < 0`.
  explicit Weighted(int64_t size);
  Weighted(const Weighted&) = delete;
  Weighted& operator=(const Weighted&) = delete;

  // Acquire takes n, waiting (`select`) until they are there or ctx is done. It returns nil, or ctx.Err() and then it
  // has taken nothing; if ctx is done when it is called it takes nothing either. More than the whole size waits for ctx
  // alone. Panics with `semaphore: n < 0`.
  error Acquire(context::Context ctx, int64_t n);

  // TryAcquire takes n if they are there and nobody waits, and tells whether it has. Panics with `semaphore: n < 0`.
  bool TryAcquire(int64_t n);

  // Release gives n back and lets the first waiters go on. Panics with `semaphore: released more than held` and
  // `semaphore: n < 0`.
  void Release(int64_t n);

 private:
  struct waiter;
  void push(waiter* w);
  void remove(waiter* w);
  void notifyWaiters();
  bool fits(int64_t n) const { return size_ - cur_ >= n && head_ == nullptr; }

  sync::Mutex mu_;
  const int64_t size_;
  int64_t cur_ = 0;
  waiter* head_ = nullptr;
  waiter* tail_ = nullptr;
};

// NewWeighted returns a new Weighted of that size, for the style of Go.
//
//   auto sem = semaphore::NewWeighted(10);
inline std::shared_ptr<Weighted> NewWeighted(int64_t size) {
  return std::make_shared<Weighted>(size);
}

}  // namespace gort::semaphore

#endif  // GORT_SEMAPHORE_H_
