// gort/sync/once.h: sync::Once, OnceFunc, OnceValue, OnceValues.
#ifndef GORT_SYNC_ONCE_H_
#define GORT_SYNC_ONCE_H_

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <gort/any.h>
#include <gort/call.h>
#include <gort/sync/mutex.h>

namespace gort {
namespace rt {

// once_call refers to something callable for the time of one call: fn(obj), where fn is the callable's own code
// wherever that is possible, so that traces show it as called by doSlow.
struct once_call {
  void* obj = nullptr;
  entry_fn fn = nullptr;

  constexpr once_call(nil_t) noexcept {}
  constexpr once_call(std::nullptr_t) noexcept {}
  once_call(void (*f)()) noexcept : fn(__builtin_bit_cast(entry_fn, f)) {}
  template <class F>
  requires(std::is_class_v<std::remove_cvref_t<F>>&& std::invocable<F&> &&
           !std::same_as<std::remove_cvref_t<F>, once_call>) once_call(F&& f)
  noexcept : obj(const_cast<void*>(static_cast<const void*>(std::addressof(f)))) {
    using D = std::remove_reference_t<F>;
    if (is_nil_callable(f)) return;
    if constexpr (direct_call<D>)
      fn = direct_entry<D>();
    else
      fn = &call<D>;
  }

 private:
  template <class D>
  static void call(void* f) {
    (void)opaque_call(*static_cast<D*>(f));
    asm volatile("");
  }
};

}  // namespace rt

namespace sync {

// Once does something once. Do may be called from goroutines and threads; one of them runs f and the others wait
// (`sync.Mutex.Lock`) until it has returned. If f panics or ends its goroutine, it counts as done and is not run again.
// Do called from f waits for ever.
//
//   sync::Once once;
//   for (int i = 0; i < 3; i++) once.Do([] { println("once"); });
class Once {
 public:
  constexpr Once() noexcept = default;
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;

  // Do calls f if this is the first call of Do. Do(nil) panics with a nil dereference, once.
  [[gnu::always_inline]] inline void Do(const rt::once_call& f) {
    if (done_.load(std::memory_order_acquire) == 0) [[unlikely]]
      doSlow(f);
  }

 private:
  void doSlow(const rt::once_call& f);

  std::atomic<uint32_t> done_{0};
  Mutex m_;
};

}  // namespace sync

namespace rt {

// once_body is what the three forms below share: run calls `body` the first time; it returns if that has succeeded and
// panics with what the body panicked with otherwise, every time.
class once_body {
 public:
  void run(const once_call& body);

 private:
  void first(const once_call& body);
  sync::Once once_;
  bool valid_ = false;
  any p_;
};

}  // namespace rt

namespace sync {

// OnceFunc returns a function that calls f once, whoever calls it first; if f panics, every call panics with the same
// value. Copies of the function share the one call.
//
//   auto init = sync::OnceFunc([] { println("init"); });
//   init();
//   init();
std::function<void()> OnceFunc(std::function<void()> f);

// OnceValue returns a function that calls f once and returns the value that f returned, every time.
//
//   auto answer = sync::OnceValue([] { return 42; });
//   println(answer() + answer());
template <class F>
requires std::invocable<F&>
auto OnceValue(F f) {
  using T = std::invoke_result_t<F&>;
  struct state {
    explicit state(F&& g) : f(std::move(g)) {}
    rt::once_body body;
    std::optional<F> f;
    std::optional<T> value;
  };
  return [s = std::make_shared<state>(std::move(f))]() -> T {
    s->body.run([&] {
      s->value.emplace((*s->f)());
      s->f.reset();
    });
    return *s->value;
  };
}

// OnceValues is OnceValue for a function of two results, returned as a pair.
//
//   auto parsed = sync::OnceValues([] { return time::ParseDuration("90s"); });
//   auto [d, err] = parsed();
template <class F>
requires requires(F& f) {
  f().first, f().second;
}
auto OnceValues(F f) {
  return OnceValue(std::move(f));
}

}  // namespace sync
}  // namespace gort

#endif  // GORT_SYNC_ONCE_H_
