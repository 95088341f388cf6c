// gort/goroutine_local.h: values that belong to a goroutine, as thread_local ones belong to a thread.
//
// thread_local does not work for goroutines: one may go on on another thread after any call that can wait, and
// compilers keep the address of a thread_local variable across such a call. errno is one: read it before such a call.
#ifndef GORT_GOROUTINE_LOCAL_H_
#define GORT_GOROUTINE_LOCAL_H_

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace gort {
namespace rt {

// local_key names one goroutine_local object. Indices are used again, under another generation.
struct local_key {
  uint32_t index;
  uint64_t generation;
};
local_key local_key_new();
void local_key_free(local_key k) noexcept;

// local_find returns the current goroutine's value, null if it has none. local_set gives it one (null: takes it away),
// which destroy ends; an old one is destroyed first.
void* local_find(const local_key& k) noexcept;
void local_set(const local_key& k, void* value, void (*destroy)(void*));

}  // namespace rt

// goroutine_local<T> is a variable of which each goroutine (and each ordinary thread) has its own. It is made when that
// goroutine first uses it, and destroyed, on that goroutine, when the goroutine ends (by return, Goexit, or the end of
// the thread), newest first; destructors may use gort as any code may. What lives when the process ends is not
// destroyed. A goroutine inherits nothing from the one that started it.
//
//   goroutine_local<std::vector<char>> scratch;          // T{}
//   goroutine_local<int> id([] { return next_id(); });   // made by a function
//   scratch->resize(4096);
//   *id += 1;
//
// A goroutine_local is usually static. One that ends earlier leaves its values in goroutines that live on, until these
// end. References to a value are good as long as its goroutine lives, and are not to be passed to others. Finding a
// value takes some nanoseconds and no lock.
template <class T>
class goroutine_local {
 public:
  goroutine_local() requires std::default_initializable<T> : goroutine_local([] { return T(); }) {}
  // make() returns a goroutine's first value.
  template <class F>
  requires std::convertible_to<std::invoke_result_t<F&>, T>
  explicit goroutine_local(F make) : make_(std::move(make)), key_(rt::local_key_new()) {}
  goroutine_local(const goroutine_local&) = delete;
  goroutine_local& operator=(const goroutine_local&) = delete;
  ~goroutine_local() { rt::local_key_free(key_); }

  // The current goroutine's value.
  T& get() const {
    if (void* v = rt::local_find(key_)) return *static_cast<T*>(v);
    std::unique_ptr<T> made(new T(make_()));
    rt::local_set(key_, made.get(), [](void* v) { delete static_cast<T*>(v); });
    return *made.release();
  }
  T& operator*() const { return get(); }
  T* operator->() const { return std::addressof(get()); }

  // has_value tells whether the current goroutine has a value already; reset destroys it.
  bool has_value() const noexcept { return rt::local_find(key_) != nullptr; }
  void reset() {
    if (has_value()) rt::local_set(key_, nullptr, nullptr);
  }

 private:
  std::function<T()> make_;
  rt::local_key key_;
};

}  // namespace gort

#endif  // GORT_GOROUTINE_LOCAL_H_
