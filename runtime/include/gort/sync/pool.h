// gort/sync/pool.h: sync::Pool.
#ifndef GORT_SYNC_POOL_H_
#define GORT_SYNC_POOL_H_

#include <cstddef>
#include <functional>
#include <new>
#include <type_traits>
#include <utility>

#include <gort/any.h>

namespace gort {
namespace rt {

// pool_ops is what the pool knows of its items.
struct pool_ops {
  size_t size, align;
  void (*relocate)(void* to, void* from) noexcept;  // moves an item and ends the original
  void (*destroy)(void* item) noexcept;
};

template <class T>
inline constexpr pool_ops pool_ops_of = {sizeof(T), alignof(T),
                                         [](void* to, void* from) noexcept {
                                           T* f = static_cast<T*>(from);
                                           ::new (to) T(std::move(*f));
                                           f->~T();
                                         },
                                         [](void* item) noexcept { static_cast<T*>(item)->~T(); }};

struct pool_state;

// pool_core is a pool of items that it knows by pool_ops only.
class pool_core {
 public:
  explicit pool_core(const pool_ops* ops) noexcept : ops_(ops) {}
  ~pool_core();
  pool_core(const pool_core&) = delete;
  pool_core& operator=(const pool_core&) = delete;

  bool get(void* to);    // relocates an item to `to` if there is one
  void put(void* item);  // relocates *item into the pool

 private:
  friend struct pool_state;
  pool_state* state();

  const pool_ops* ops_;
  std::atomic<pool_state*> state_{nullptr};
};

// poolCleanup ages all pools: items that have not been asked for since the last cleanup are destroyed. The runtime
// calls it where Go's garbage collector would: in runtime::GC and debug::FreeOSMemory.
void poolCleanup();
// pools_exist: poolCleanup would have something to look at.
bool pools_exist();

}  // namespace rt

namespace sync {

// Pool keeps things that are expensive to make for their next user. Anything in it may vanish at any time: what has not
// been asked for between two runtime::GC() calls is destroyed. Goroutines and threads may use it; each P has its own
// part, so they seldom meet.
//
//   sync::Pool<std::string> buffers([] { return std::string(); });
//   std::string b = buffers.Get();
//   buffers.Put(std::move(b));
//
// sync::Pool without a type holds any. T must be nothrow movable. Get never blocks, but New may.
template <class T = any>
class Pool {
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "sync::Pool moves its items: wrap this type in std::unique_ptr");

 public:
  Pool() noexcept : core_(&rt::pool_ops_of<T>) {}
  template <class F>
  requires std::is_invocable_r_v<T, F&>
  explicit Pool(F f) : New(std::move(f)), core_(&rt::pool_ops_of<T>) {}

  // New makes an item when Get finds none. Not to be changed once the pool is shared.
  std::function<T()> New;

  // Get takes an item out of the pool: on one P what was put first of late, and then the newest. If there is none, it
  // returns New(), or a default-constructed T (nil) without New.
  T Get() {
    alignas(T) unsigned char item[sizeof(T)];
    if (core_.get(item)) {
      struct end {
        T* p;
        ~end() { p->~T(); }
      } e{std::launder(reinterpret_cast<T*>(item))};
      return std::move(*e.p);
    }
    if (New) return New();
    if constexpr (std::is_default_constructible_v<T>)
      return T();
    else
      rt::nil_access(0);
  }

  // Put gives an item to the pool. Null pointers and nil are dropped.
  void Put(T x) {
    if constexpr (std::is_constructible_v<bool, const T&> && !std::is_arithmetic_v<T>) {
      if (!static_cast<bool>(x)) return;
    }
    alignas(T) unsigned char item[sizeof(T)];
    ::new (item) T(std::move(x));
    core_.put(item);
  }

 private:
  rt::pool_core core_;
};
template <class F>
Pool(F) -> Pool<std::invoke_result_t<F&>>;

}  // namespace sync
}  // namespace gort

#endif  // GORT_SYNC_POOL_H_
