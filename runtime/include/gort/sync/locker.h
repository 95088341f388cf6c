// gort/sync/locker.h: sync::Locker, Go's interface of things that can be locked and unlocked.
#ifndef GORT_SYNC_LOCKER_H_
#define GORT_SYNC_LOCKER_H_

#include <gort/error.h>

namespace gort {
namespace rt {

struct locker_ops {
  void (*lock)(void*);
  void (*unlock)(void*);
};

// Lock and Unlock, or the standard library's lock and unlock. They have names of their own because traces leave out
// what the runtime's namespace has: a call of an interface's method has no frame in Go.
template <class L>
void locker_lock(void* p) {
  if constexpr (requires(L & l) { l.Lock(); })
    static_cast<L*>(p)->Lock();
  else
    static_cast<L*>(p)->lock();
}
template <class L>
void locker_unlock(void* p) {
  if constexpr (requires(L & l) { l.Unlock(); })
    static_cast<L*>(p)->Unlock();
  else
    static_cast<L*>(p)->unlock();
}
template <class L>
inline constexpr locker_ops locker_ops_of = {&locker_lock<L>, &locker_unlock<L>};

}  // namespace rt

namespace sync {

// Locker refers to something that can be locked: made from a pointer to any type with Lock and Unlock, or with lock and
// unlock. It does not own what it points to. Calls on a nil Locker panic with a nil dereference.
//
//   sync::Mutex mu;
//   sync::Locker l = &mu;
//   l.Lock();
//   l.Unlock();
class Locker {
 public:
  constexpr Locker() noexcept = default;
  constexpr Locker(nil_t) noexcept {}
  template <class L>
  constexpr Locker(L* l) noexcept : p_(l), ops_(&rt::locker_ops_of<L>) {}
  constexpr Locker(void* p, const rt::locker_ops* ops) noexcept : p_(p), ops_(ops) {}

  [[gnu::always_inline]] inline void Lock() const { (ops_ != nullptr ? ops_ : nil_ops(0))->lock(p_); }
  [[gnu::always_inline]] inline void Unlock() const { (ops_ != nullptr ? ops_ : nil_ops(1))->unlock(p_); }
  void lock() const { Lock(); }
  void unlock() const { Unlock(); }

  explicit operator bool() const noexcept { return ops_ != nullptr; }
  friend bool operator==(const Locker& l, nil_t) noexcept { return l.ops_ == nullptr; }

 private:
  [[noreturn]] static const rt::locker_ops* nil_ops(int method) { rt::nil_method(method); }

  void* p_ = nullptr;
  const rt::locker_ops* ops_ = nullptr;
};

}  // namespace sync
}  // namespace gort

#endif  // GORT_SYNC_LOCKER_H_
