// gort/time/sleep.h: waiting. time::Sleep, Timer, Ticker, After, AfterFunc, Tick.
//
// Channels of timers behave as in Go 1.22: they have a buffer of one, and a value that was sent before Stop or Reset
// stays in it.
#ifndef GORT_TIME_SLEEP_H_
#define GORT_TIME_SLEEP_H_

#include <gort/call.h>
#include <gort/chan.h>
#include <gort/time/time.h>

namespace gort {
namespace rt {

// timer_state is what a Timer or Ticker stands for: counted by its handles, and kept while it is armed.
struct timer_state;
void timer_retain(timer_state* s) noexcept;
void timer_release(timer_state* s) noexcept;

// timer_ptr is a counted pointer to a Timer or Ticker.
template <class T>
class timer_ptr {
 public:
  constexpr timer_ptr() noexcept = default;
  constexpr timer_ptr(nil_t) noexcept {}
  constexpr timer_ptr(std::nullptr_t) noexcept {}
  explicit timer_ptr(T* adopted) noexcept : p_(adopted) {}
  timer_ptr(const timer_ptr& o) noexcept : p_(o.p_) {
    if (p_ != nullptr) timer_retain(p_->r_);
  }
  timer_ptr(timer_ptr&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  timer_ptr& operator=(timer_ptr o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~timer_ptr() {
    if (p_ != nullptr) timer_release(p_->r_);
  }

  T* operator->() const noexcept { return p_; }
  T& operator*() const noexcept { return *p_; }
  T* get() const noexcept { return p_; }
  explicit operator bool() const noexcept { return p_ != nullptr; }
  friend bool operator==(const timer_ptr& a, const timer_ptr& b) noexcept { return a.p_ == b.p_; }
  friend bool operator==(const timer_ptr& a, nil_t) noexcept { return a.p_ == nullptr; }

 private:
  T* p_ = nullptr;
};

// afterfunc_new makes the state of an AfterFunc with room for a closure; afterfunc_start arms it. fn (null: a nil
// function) is called with the address of the closure, which destroy (may be null) ends.
timer_state* afterfunc_new(size_t size, size_t align);
void* afterfunc_closure(timer_state* s);
void afterfunc_abort(timer_state* s) noexcept;

}  // namespace rt

namespace time {

// Sleep parks the goroutine (wait reason `sleep`), or blocks the thread, for at least d. d <= 0 returns at once,
// without yielding.
//
//   time::Sleep(10 * time::Millisecond);
void Sleep(Duration d);

// Timer is one event in the future: the time arrives on C, or AfterFunc's function runs. NewTimer and AfterFunc return
// a TimerPtr, a counted pointer, Go's *Timer; the event happens even if every pointer has gone. Goroutines and threads
// may use a Timer together.
//
//   auto t = time::NewTimer(5 * time::Millisecond);
//   time::Time at = t->C.recv();
//   if (!t->Stop()) println("had fired");
//   t->Reset(time::Second);
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // C receives the time of the event. Nil for AfterFunc.
  recv_chan<Time> C;

  // Stop prevents the event. True if it has, false if the timer had fired or had been stopped; a value that has been
  // sent stays in C, and AfterFunc's function may be running. Panics with `time: Stop called on uninitialized Timer`.
  bool Stop();
  // Reset makes the event happen after d from now; true if the timer was waiting. To be called on stopped or drained
  // timers, or AfterFunc's. Panics with `time: Reset called on uninitialized Timer`.
  bool Reset(Duration d);

 private:
  friend struct rt::timer_state;
  template <class T>
  friend class rt::timer_ptr;
  rt::timer_state* r_ = nullptr;
};
using TimerPtr = rt::timer_ptr<Timer>;

// NewTimer sends the current time on C after d.
TimerPtr NewTimer(Duration d);

// After is NewTimer(d)->C.
//
//   select(recv(ch, [](int v) { use(v); }), recv(time::After(time::Second), [](time::Time) { log("late"); }));
recv_chan<Time> After(Duration d);

// Ticker sends the time on C again and again; ticks that find the last one still there are dropped. NewTicker returns a
// TickerPtr, Go's *Ticker. A Ticker ticks until it is stopped, even if every pointer has gone.
//
//   auto t = time::NewTicker(time::Millisecond);
//   for (int i = 0; i < 3; i++) t->C.recv();
//   t->Reset(time::Second);
//   t->Stop();
class Ticker {
 public:
  Ticker() = default;
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  recv_chan<Time> C;

  // Stop ends the ticks. It does not close C.
  void Stop();
  // Reset makes the next tick come after d, and so on. Panics with `non-positive interval for Ticker.Reset` and
  // `time: Reset called on uninitialized Ticker`.
  void Reset(Duration d);

 private:
  friend struct rt::timer_state;
  template <class T>
  friend class rt::timer_ptr;
  rt::timer_state* r_ = nullptr;
};
using TickerPtr = rt::timer_ptr<Ticker>;

// NewTicker ticks every d. Panics with `non-positive interval for NewTicker`.
TickerPtr NewTicker(Duration d);

// Tick is NewTicker(d)->C for programs that never stop it; nil if d <= 0.
//
//   for (time::Time at : time::Tick(time::Minute)) log(at);
recv_chan<Time> Tick(Duration d);

}  // namespace time

namespace rt {
time::TimerPtr afterfunc_start(timer_state* s, time::Duration d, entry_fn fn, entry_fn destroy);
}

namespace time {

// AfterFunc calls f on a goroutine of its own after d. Stop prevents that, Reset lets it happen (again); two calls may
// overlap. A nil f is `fatal error: go of nil func value` when its time comes.
//
//   auto t = time::AfterFunc(time::Hour, [] { println("late"); });
//   t->Stop();
template <class F>
TimerPtr AfterFunc(Duration d, F&& f) {
  using D = std::decay_t<F>;
  if constexpr (std::is_same_v<D, nil_t> || std::is_same_v<D, std::nullptr_t>) {
    return rt::afterfunc_start(rt::afterfunc_new(0, 1), d, nullptr, nullptr);
  } else if constexpr (std::is_same_v<D, void (*)()>) {
    return rt::afterfunc_start(rt::afterfunc_new(0, 1), d, __builtin_bit_cast(rt::entry_fn, static_cast<D>(f)),
                               nullptr);
  } else {
    using B = std::conditional_t<rt::direct_call<D>, D, rt::bound<D>>;
    struct making {
      rt::timer_state* s = rt::afterfunc_new(sizeof(B), alignof(B));
      ~making() {
        if (s != nullptr) rt::afterfunc_abort(s);
      }
    } m;
    rt::entry_fn fn;
    if constexpr (rt::direct_call<D>) {
      D* c = ::new (rt::afterfunc_closure(m.s)) D(std::forward<F>(f));
      fn = rt::is_nil_callable(*c) ? nullptr : rt::direct_entry<D>();
    } else {
      B* c = ::new (rt::afterfunc_closure(m.s)) B{std::forward<F>(f), {}};
      fn = rt::is_nil_callable(c->f) ? nullptr : &B::call;
    }
    return rt::afterfunc_start(std::exchange(m.s, nullptr), d, fn, rt::destroyer<B>);
  }
}

}  // namespace time
}  // namespace gort

#endif  // GORT_TIME_SLEEP_H_
