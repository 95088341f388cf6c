// gort/future.h: the result of a goroutine. go_result, future.
#ifndef GORT_FUTURE_H_
#define GORT_FUTURE_H_

#include <cxxabi.h>

#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <gort/chan.h>
#include <gort/go.h>

namespace gort {
namespace rt {

// future_state is written by the goroutine until it closes done, and read afterwards.
template <class T>
struct future_state {
  using stored =
      std::conditional_t<std::is_void_v<T>, std::monostate,
                         std::conditional_t<std::is_reference_v<T>, std::add_pointer_t<T>, std::remove_cv_t<T>>>;
  chan<std::monostate> done = make_chan<std::monostate>();
  std::optional<stored> value;
  std::exception_ptr thrown;

  // A forced unwind has no object to refer to, which is nothing for UndefinedBehaviorSanitizer to report (and it would,
  // where this is inlined).
  template <class F, class... A>
  __attribute__((noinline, no_sanitize("null"))) void run(F&& f, A&&... args) {
    try {
      if constexpr (std::is_void_v<T>) {
        opaque_call(f, std::forward<A>(args)...);
        value.emplace();
      } else if constexpr (std::is_reference_v<T>) {
        value.emplace(std::addressof(opaque_call(f, std::forward<A>(args)...)));
      } else {
        value.emplace(opaque_call(f, std::forward<A>(args)...));
      }
    } catch (abi::__forced_unwind&) {
      throw;  // Goexit
    } catch (...) {
      thrown = std::current_exception();
    }
  }

  T take() {
    if (thrown) std::rethrow_exception(std::exchange(thrown, nullptr));
    if (!value) throw std::future_error(std::future_errc::broken_promise);
    if constexpr (std::is_reference_v<T>)
      return static_cast<T>(**value);
    else if constexpr (!std::is_void_v<T>)
      return std::move(*value);
  }
};

// future_task is what the goroutine runs. The function and its arguments are gone when the result is there.
template <class T, class F, class... A>
struct future_task {
  std::shared_ptr<future_state<T>> s;
  F f;
  std::tuple<A...> args;

  void operator()() {
    struct finish {
      future_state<T>& s;
      ~finish() { s.done.close(); }
    } end{*s};
    F own = std::move(f);
    std::tuple<A...> with = std::move(args);
    F* call = std::addressof(own);
    asm("" : "+r"(call));  // or g++ warns that a call through a member pointer might look for a vtable in it
    std::apply([&](A&... a) { s->run(*call, std::move(a)...); }, with);
  }
};

}  // namespace rt

template <class T>
class future;

template <class F, class... A>
auto go_result(F&& f, A&&... args) -> future<std::invoke_result_t<std::decay_t<F>&, std::decay_t<A>...>>;

// future is the result that a goroutine started by go_result will have. It can be moved, and its result be taken once.
// Dropping it does not stop or wait for the goroutine.
//
//   future<int> f = go_result([](int a, int b) { return a + b; }, 1, 2);
//   int sum = f.get();
//   select(recv(g.done(), [&] { use(g.get()); }), recv(time::After(time::Second), [] { println("late"); }));
//
// From a coroutine: co_await std::move(f) (gort/coroutine.h).
template <class T>
class future {
 public:
  future() noexcept = default;
  future(future&&) noexcept = default;
  future& operator=(future&&) noexcept = default;

  // valid tells whether get may be called.
  bool valid() const noexcept { return s_ != nullptr; }
  // ready tells whether get would return at once.
  bool ready() const { return done().try_recv().selected(); }
  // done is closed when the result is there: for select.
  recv_chan<std::monostate> done() const { return state().done; }
  // wait waits (`chan receive`) until the result is there.
  void wait() const { done().recv(); }

  // get waits for the result, takes it out and returns it; the future is not valid any more. A C++ exception that left
  // the function is rethrown. If the function called runtime::Goexit, get throws std::future_error with broken_promise.
  // (A panic that leaves the function is not carried to get: as in any goroutine it ends the program at once, with the
  // stack where it happened.) get on a future that is not valid throws std::future_error, no_state.
  T get() {
    wait();
    auto s = std::move(s_);
    return s->take();
  }

 private:
  template <class F, class... A>
  friend auto go_result(F&& f, A&&... args) -> future<std::invoke_result_t<std::decay_t<F>&, std::decay_t<A>...>>;
  explicit future(std::shared_ptr<rt::future_state<T>> s) noexcept : s_(std::move(s)) {}
  const rt::future_state<T>& state() const {
    if (s_ == nullptr) throw std::future_error(std::future_errc::no_state);
    return *s_;
  }

  std::shared_ptr<rt::future_state<T>> s_;
};

// go_result is go(f, args...) with a result: it starts f(args...) on a new goroutine and returns the future of what f
// returns. f and args are copied (moved) now, and destroyed before the result is there.
template <class F, class... A>
[[gnu::always_inline]] inline auto go_result(F&& f, A&&... args)
    -> future<std::invoke_result_t<std::decay_t<F>&, std::decay_t<A>...>> {
  using T = std::invoke_result_t<std::decay_t<F>&, std::decay_t<A>...>;
  auto s = std::make_shared<rt::future_state<T>>();
  go(rt::future_task<T, std::decay_t<F>, std::decay_t<A>...>{s, std::forward<F>(f),
                                                             std::tuple<std::decay_t<A>...>(std::forward<A>(args)...)});
  return future<T>(std::move(s));
}

}  // namespace gort

#endif  // GORT_FUTURE_H_
