// semaphore.Weighted. A waiter lives on the stack of the goroutine that waits; its channel is closed when it has been
// given what it asked for.
#include <gort/semaphore.h>

#include <gort/func.h>
#include <gort/select.h>

namespace gort::semaphore {

struct Weighted::waiter {
  int64_t n;
  chan<std::monostate> ready = make_chan<std::monostate>();
  waiter* next = nullptr;
  waiter* prev = nullptr;
};

Weighted::Weighted(int64_t size) : size_(size) {
  if (size < 0) panic("semaphore: size < 0");
}

error Weighted::Acquire(context::Context ctx, int64_t n) {
  if (n < 0) panic("semaphore: n < 0");
  context::done_chan done = ctx.Done();
  mu_.Lock();
  if (done.try_recv().selected()) {
    mu_.Unlock();
    return ctx.Err();
  }
  if (fits(n)) {
    cur_ += n;
    mu_.Unlock();
    return nil;
  }
  if (n > size_) {
    mu_.Unlock();
    done.recv();
    return ctx.Err();
  }
  waiter w{n};
  push(&w);
  mu_.Unlock();
  if (select(recv(done), recv(w.ready)) == 1) {
    if (!done.try_recv().selected()) return nil;
    Release(n);
    return ctx.Err();
  }
  mu_.Lock();
  if (w.ready.try_recv().selected()) {  // too late: it goes back
    cur_ -= n;
    notifyWaiters();
  } else {
    const bool front = head_ == &w;
    remove(&w);
    if (front && size_ > cur_) notifyWaiters();
  }
  mu_.Unlock();
  return ctx.Err();
}

bool Weighted::TryAcquire(int64_t n) {
  if (n < 0) panic("semaphore: n < 0");
  mu_.Lock();
  const bool ok = fits(n);
  if (ok) cur_ += n;
  mu_.Unlock();
  return ok;
}

void Weighted::Release(int64_t n) {
  if (n < 0) panic("semaphore: n < 0");
  mu_.Lock();
  cur_ -= n;
  if (cur_ < 0) {
    mu_.Unlock();
    panic("semaphore: released more than held");
  }
  notifyWaiters();
  mu_.Unlock();
}

void Weighted::push(waiter* w) {
  w->prev = tail_;
  (tail_ != nullptr ? tail_->next : head_) = w;
  tail_ = w;
}

void Weighted::remove(waiter* w) {
  (w->prev != nullptr ? w->prev->next : head_) = w->next;
  (w->next != nullptr ? w->next->prev : tail_) = w->prev;
}

void Weighted::notifyWaiters() {
  while (head_ != nullptr && size_ - cur_ >= head_->n) {
    waiter* w = head_;
    cur_ += w->n;
    remove(w);
    w->ready.close();  // from here on w may be gone
  }
}

}  // namespace gort::semaphore
