// gort/sync/once.h: sync::Once, OnceFunc, OnceValue, OnceValues.
#ifndef GORT_SYNC_ONCE_H_
#define GORT_SYNC_ONCE_H_

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <gort/any.h>
#include <gort/call.h>
#include <gort/func.h>
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

// once_state is what the function that OnceFunc, OnceValue or OnceValues returns shares with its copies: f until it has
// been called, its result then, or what it panicked with.
template <class F, class T>
struct once_state {
  explicit once_state(F&& g) : f(std::move(g)) {}

  sync::Once once;
  bool valid = false;
  any p;
  std::exception_ptr thrown;
  std::optional<F> f;
  std::optional<T> result;

  // fail ends a call as the first one ended.
  [[noreturn, gnu::always_inline]] void fail() {
    if (thrown != nullptr) std::rethrow_exception(thrown);
    panic(p);
  }
};

}  // namespace rt

namespace sync {

// OnceFunc returns a function that calls f once, whoever calls it first; if f panics, every call panics with the same
// value, and if it throws, every call throws that exception. Copies of the function share the one call.
//
//   auto init = sync::OnceFunc([] { println("init"); });
//   init();
//   init();
std::function<void()> OnceFunc(std::function<void()> f);

// The two below differ in their names alone, which traces show; the literals stand in them in Go's order. What f
// panicked with is thrown again at once, so that the first caller's trace shows the frames below f.

// OnceValue returns a function that calls f once and returns the value that f returned, every time.
//
//   auto answer = sync::OnceValue([] { return 42; });
//   println(answer() + answer());
template <class F>
requires std::invocable<F&>
auto OnceValue(F f) {
  using T = std::invoke_result_t<F&>;
  auto s = std::make_shared<rt::once_state<F, T>>(std::move(f));
  auto g = [s = s.get()] {
    func([&] {
      defer([s] {
        s->thrown = rt::thrown_exception();
        s->p = recover();
        if (!s->valid) s->fail();
      });
      s->result.emplace((*s->f)());
      s->f.reset();
      s->valid = true;
    });
  };
  return [s, g]() -> T {
    s->once.Do(g);
    if (!s->valid) s->fail();
    return *s->result;
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
  using T = std::invoke_result_t<F&>;
  auto s = std::make_shared<rt::once_state<F, T>>(std::move(f));
  auto g = [s = s.get()] {
    func([&] {
      defer([s] {
        s->thrown = rt::thrown_exception();
        s->p = recover();
        if (!s->valid) s->fail();
      });
      s->result.emplace((*s->f)());
      s->f.reset();
      s->valid = true;
    });
  };
  return [s, g]() -> T {
    s->once.Do(g);
    if (!s->valid) s->fail();
    return *s->result;
  };
}

}  // namespace sync
}  // namespace gort

#endif  // GORT_SYNC_ONCE_H_
