#include "sched/sanitizer.h"

namespace gort::rt {

const bool under_valgrind = valgrind_request(kValgrindRunning) != 0;

}  // namespace gort::rt

#ifdef GORT_TSAN

#include <deque>

namespace gort::rt {

// ThreadSanitizer's fibers. Making one costs a memset of 785 KB, several hundred microseconds, so those of goroutines
// that have ended are used again: the oldest first, and not before kKeep wait, for accesses by two goroutines that
// share a fiber look like one thread's and their races stay unseen. A goroutine that ends in Goexit leaves its frames
// on its fiber's shadow stack of 65,536 entries, so each serves kUses times at most.
static constexpr size_t kKeep = 64;
static constexpr uint32_t kUses = 1000;

struct fiber_pool {
  mutex lock;
  std::deque<tsan_fiber*> free;
};

static fiber_pool& pool() {
  static fiber_pool* p = new fiber_pool;  // never destroyed: threads outlive static objects
  return *p;
}

tsan_fiber* tsan_fiber_get() {
  fiber_pool& p = pool();
  {
    lock_guard l(p.lock);
    if (p.free.size() > kKeep) {
      tsan_fiber* f = p.free.front();
      p.free.pop_front();
      return f;
    }
  }
  return new tsan_fiber{__tsan_create_fiber(0), 0};
}

void tsan_fiber_put(tsan_fiber* f) {
  if (++f->uses == kUses) {
    __tsan_destroy_fiber(f->handle);
    delete f;
    return;
  }
  fiber_pool& p = pool();
  lock_guard l(p.lock);
  p.free.push_back(f);
}

}  // namespace gort::rt

#endif
