// gort/sync/waitgroup.h: sync::WaitGroup.
#ifndef GORT_SYNC_WAITGROUP_H_
#define GORT_SYNC_WAITGROUP_H_

#include <atomic>
#include <cstdint>

namespace gort::sync {

// WaitGroup waits for a number of goroutines (or threads) to finish; its zero value waits for none. It may be used
// again once every Wait has returned.
//
//   sync::WaitGroup wg;
//   for (int i = 0; i < 3; i++) {
//     wg.Add(1);
//     go([&wg] { wg.Done(); });
//   }
//   wg.Wait();
//
// What happens before Done is visible after the Wait that it lets go on. A WaitGroup may be destroyed as soon as Wait
// has returned.
class WaitGroup {
 public:
  constexpr WaitGroup() noexcept = default;
  WaitGroup(const WaitGroup&) = delete;
  WaitGroup& operator=(const WaitGroup&) = delete;

  // Add adds delta, which may be negative, to the counter; at zero, every Wait goes on. From zero upwards it must be
  // called before Wait. Panics: `sync: negative WaitGroup counter`, `sync: WaitGroup misuse: Add called concurrently
  // with Wait`.
  void Add(int64_t delta);
  // Done takes one from the counter.
  [[gnu::always_inline]] inline void Done() { Add(-1); }
  // Wait waits (`semacquire`) until the counter is zero. Panics: `sync: WaitGroup is reused before previous Wait has
  // returned`.
  void Wait();

 private:
  std::atomic<uint64_t> state_{0};  // counter in the upper half, waiters in the lower
  std::atomic<uint32_t> sema_{0};
};

}  // namespace gort::sync

#endif  // GORT_SYNC_WAITGROUP_H_
