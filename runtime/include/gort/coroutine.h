// gort/coroutine.h: C++20 coroutines on goroutines: awaiting channels and goroutines from a coroutine, and running a
// coroutine from a goroutine.
//
//   task<int> sum(recv_chan<int> in) {
//     int s = 0;
//     while (auto v = co_await coro::recv(in)) s += *v;
//     co_return s;
//   }
//   int total = coro::wait(sum(ch));                  // from a goroutine or thread: waits for the result
//   future<int> f = coro::start(sum(ch));             // on a new goroutine
//   int more = co_await sum(ch);                      // from another coroutine
//   int v = co_await go_result(compute, 42);          // a goroutine's result
//
// A coroutine runs on the goroutine that resumes it. If what it awaits is there it goes on at once, on the same one.
// Otherwise it is suspended, a goroutine of gort waits in its place, and resumes it when the time has come: so after a
// co_await a coroutine may be on another goroutine, but always on one, where it may use all of gort (also where it
// blocks: the coroutine then simply waits). Goroutine-locals, LockOSThread and func frames belong to a goroutine and do
// not travel; a co_await cannot stand in the body of a func.
#ifndef GORT_COROUTINE_H_
#define GORT_COROUTINE_H_

#include <cxxabi.h>

#if defined(__clang__) && !defined(__cpp_impl_coroutine)
#define __cpp_impl_coroutine 201902L  // clang 14 has the feature, and libstdc++ asks for the macro
#endif
#include <coroutine>

#include <atomic>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <gort/chan.h>
#include <gort/func.h>
#include <gort/future.h>
#include <gort/go.h>

namespace gort {

template <class T>
class task;

namespace rt {

// task_promise is what all coroutines of type task have.
//
// Whoever starts a task resumes it and then says "waiting"; the end of the task says "ended". Who says his word second
// knows that the other has said his: then the starter goes on without having been suspended, or the end resumes him. So
// a task that ends at once costs no stack, and loops over such tasks do not nest.
class task_promise_base {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }
  auto final_suspend() noexcept {
    struct ending {
      bool await_ready() noexcept { return false; }
      void await_suspend(std::coroutine_handle<>) noexcept { p->end(); }
      void await_resume() noexcept {}
      task_promise_base* p;
    };
    return ending{this};
  }
  // A forced unwind has no object to refer to, which is nothing for UndefinedBehaviorSanitizer to report.
  __attribute__((no_sanitize("null"))) void unhandled_exception() {
    try {
      throw;
    } catch (abi::__forced_unwind&) {
      throw;  // a recovered panic or Goexit goes on through the goroutine's stack
    } catch (...) {
      thrown_ = std::current_exception();
    }
  }

  // run starts the task for a coroutine or a goroutine; false: it has ended already. The starter is told of the end
  // only after true.
  bool run(std::coroutine_handle<> self, std::coroutine_handle<> continuation, chan<std::monostate> waiter = nil) {
    continuation_ = continuation;
    waiter_ = std::move(waiter);
    self.resume();
    return !met_.exchange(true, std::memory_order_acq_rel);
  }

 protected:
  void rethrow() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

 private:
  void end() noexcept {
    if (!met_.exchange(true, std::memory_order_acq_rel)) return;
    if (continuation_) return continuation_.resume();
    chan<std::monostate> waiter = waiter_;  // the promise may be gone once the waiter runs
    waiter.close();
  }

  std::coroutine_handle<> continuation_;
  chan<std::monostate> waiter_;
  std::exception_ptr thrown_;
  std::atomic<bool> met_{false};
};

template <class T>
class task_promise : public task_promise_base {
 public:
  using stored = std::conditional_t<std::is_reference_v<T>, std::add_pointer_t<T>, T>;
  task<T> get_return_object() noexcept;
  template <class U = T>
  requires std::convertible_to<U, T>
  void return_value(U&& v) {
    if constexpr (std::is_reference_v<T>)
      value_.emplace(std::addressof(v));
    else
      value_.emplace(std::forward<U>(v));
  }
  T take() {
    rethrow();
    if constexpr (std::is_reference_v<T>)
      return static_cast<T>(**value_);
    else
      return std::move(*value_);
  }

 private:
  std::optional<stored> value_;
};

template <>
class task_promise<void> : public task_promise_base {
 public:
  task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() { rethrow(); }
};

}  // namespace rt

// task is a coroutine that has a result. It starts when it is awaited, or with coro::wait or coro::start; once. A task
// that has not started, or has ended, may be dropped. A C++ exception that leaves it comes out of the co_await or wait.
// A panic that leaves it is one of the goroutine that it runs on.
template <class T = void>
class [[nodiscard]] task {
 public:
  using promise_type = rt::task_promise<T>;

  task(task&& o) noexcept : h_(std::exchange(o.h_, nullptr)) {}
  task& operator=(task o) noexcept {
    std::swap(h_, o.h_);
    return *this;
  }
  ~task() {
    if (h_) h_.destroy();
  }

  auto operator co_await() && noexcept {
    struct awaiter {
      std::coroutine_handle<promise_type> h;
      bool await_ready() const noexcept { return false; }
      bool await_suspend(std::coroutine_handle<> caller) { return h.promise().run(h, caller); }
      T await_resume() { return h.promise().take(); }
    };
    return awaiter{h_};
  }

  // For the runtime.
  explicit task(std::coroutine_handle<promise_type> h) noexcept : h_(h) {}
  std::coroutine_handle<promise_type> rt_handle() const noexcept { return h_; }

 private:
  std::coroutine_handle<promise_type> h_;
};

namespace rt {

template <class T>
task<T> task_promise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<task_promise>::from_promise(*this));
}
inline task<void> task_promise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<task_promise>::from_promise(*this));
}

// recv_awaiter and send_awaiter try first; the goroutine that waits instead uses their memory, in the suspended
// coroutine's frame.
template <class T>
class recv_awaiter {
 public:
  explicit recv_awaiter(recv_chan<T> c) noexcept : c_(std::move(c)) {}
  bool await_ready() {
    auto r = c_.try_recv();
    if (r) value_.emplace(std::move(*r));
    return r.selected();
  }
  void await_suspend(std::coroutine_handle<> h) {
    go([this, h] {
      value_ = c_.recv_opt();
      h.resume();
    });
  }
  std::optional<T> await_resume() { return std::move(value_); }

 private:
  recv_chan<T> c_;
  std::optional<T> value_;
};

template <class T>
class send_awaiter {
 public:
  send_awaiter(send_chan<T> c, T v) : c_(std::move(c)), value_(std::move(v)) {}
  bool await_ready() { return chansend(c_.rt_chan(), std::addressof(value_), false); }
  void await_suspend(std::coroutine_handle<> h) {
    go([this, h] {
      func([this] {
        defer([this] { panic_ = recover(); });
        chansend(c_.rt_chan(), std::addressof(value_), true);
      });
      h.resume();
    });
  }
  void await_resume() {
    if (panic_) panic(panic_);
  }

 private:
  send_chan<T> c_;
  T value_;
  any panic_;
};

template <class T>
class future_awaiter {
 public:
  explicit future_awaiter(future<T> f) noexcept : f_(std::move(f)) {}
  bool await_ready() const { return f_.ready(); }
  void await_suspend(std::coroutine_handle<> h) {
    go([this, h] {
      f_.wait();
      h.resume();
    });
  }
  T await_resume() { return f_.get(); }

 private:
  future<T> f_;
};

}  // namespace rt

// Awaiting a future gives what get() would.
template <class T>
auto operator co_await(future<T>&& f) {
  return rt::future_awaiter<T>(std::move(f));
}

namespace coro {

// recv awaits a value from a channel; nothing where it is closed and drained.
//
//   while (auto v = co_await coro::recv(ch)) use(*v);
template <class C>
requires std::derived_from<C, rt::chan_ref>
auto recv(C c) {
  return rt::recv_awaiter<typename C::value_type>(recv_chan<typename C::value_type>(std::move(c)));
}

// send awaits that a channel takes v. Panics as send does, in the coroutine.
//
//   co_await coro::send(ch, 7);
template <class C, class V>
requires std::derived_from<C, rt::chan_ref> && std::convertible_to<V, typename C::value_type>
auto send(C c, V&& v) {
  using T = typename C::value_type;
  return rt::send_awaiter<T>(send_chan<T>(std::move(c)), T(std::forward<V>(v)));
}

// wait starts a task on the calling goroutine (or thread) and waits (`chan receive`) until it has ended, wherever it
// does. Returns its result or throws what it threw.
template <class T>
T wait(task<T> t) {
  auto h = t.rt_handle();
  auto done = make_chan<std::monostate>();
  if (h.promise().run(h, nullptr, done)) done.recv();
  return h.promise().take();
}

// start starts a task on a new goroutine and returns the future of its result.
template <class T>
future<T> start(task<T> t) {
  return go_result([](task<T> started) -> T { return wait(std::move(started)); }, std::move(t));
}

}  // namespace coro
}  // namespace gort

#endif  // GORT_COROUTINE_H_
