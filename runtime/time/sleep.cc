// time.Sleep, Timer, Ticker.
//
// Lifetime of a timer_state: one 64-bit count, handles in units of 1<<32, plus 1 while the timer is armed or its
// callback is under way; the state is freed at zero. Reset arms first and counts afterwards, if it turns out that the
// timer was not armed: the callback may subtract its 1 before that, and the sum is still not zero, because Reset is
// called through a handle.
//
// A Ticker arms itself again in its callback, under a lock, if nobody has stopped or reset it meanwhile (gen).
//
// Whoever takes a Ticker's lock is pinned before: nobody may lose his p, and so park, while he holds it.
#include <gort/time/sleep.h>

#include <cerrno>
#include <climits>
#include <ctime>

#include <gort/func.h>
#include <gort/go.h>

#include "sched/clock.h"
#include "sched/proc.h"
#include "sched/timer.h"

namespace gort {
namespace time {
void goFunc(void* arg, uintptr_t seq);  // the name that traces show as creator
}

namespace rt {

static constexpr int64_t kHandle = int64_t{1} << 32, kArmed = 1;

struct timer_state {
  enum kind_t : uint8_t { chan_timer, func_timer, tick_timer };
  std::atomic<int64_t> refs{kHandle + kArmed};
  kind_t kind;
  timer t;

  explicit timer_state(kind_t k) : kind(k) {}

  void free();
  void drop(int64_t n) {
    if (refs.fetch_sub(n, std::memory_order_acq_rel) == n) free();
  }
  template <class F>
  void bind(F& face) {
    face.r_ = this;
  }
};

namespace {

struct chan_state : timer_state {
  chan<time::Time> c = make_chan<time::Time>(1);
  time::Timer face;
  chan_state() : timer_state(chan_timer) {
    bind(face);
    face.C = c;
  }
};

struct tick_state : timer_state {
  chan<time::Time> c = make_chan<time::Time>(1);
  time::Ticker face;
  mutex mu;  // orders the callback, Stop and Reset
  uintptr_t gen = 0;
  int64_t period;
  explicit tick_state(int64_t d) : timer_state(tick_timer), period(d) {
    bind(face);
    face.C = c;
  }
};

struct func_state : timer_state {
  time::Timer face;
  entry_fn fn = nullptr, destroy = nullptr;
  void* closure = nullptr;  // in the same block, behind the state
  func_state() : timer_state(func_timer) { bind(face); }
};

// when is the time of an event after d from now.
int64_t when(time::Duration d) {
  int64_t now = nanotime(), t;
  if (d <= 0) return now;
  return __builtin_add_overflow(now, d.Nanoseconds(), &t) ? INT64_MAX : t;
}

// The channel's element is trivial and its lock is the runtime's: all of this may happen on the scheduler's stack.
void send_time(void* arg, uintptr_t) {
  auto* s = static_cast<chan_state*>(arg);
  s->c.try_send(time::Now());
  s->drop(kArmed);
}

void send_tick(void* arg, uintptr_t seq) {
  auto* s = static_cast<tick_state*>(arg);
  s->mu.lock();
  if (s->gen == seq) {
    s->c.try_send(time::Now());
    int64_t next;
    int64_t missed = (nanotime() - s->t.when) / s->period;
    s->t.when = __builtin_add_overflow(s->t.when, s->period * (1 + missed), &next) ? INT64_MAX : next;
    s->refs.fetch_add(kArmed, std::memory_order_relaxed);  // the armed timer's; ours lasts until the locks are released
    starttimer(&s->t);
  }
  s->mu.unlock();
  s->drop(kArmed);
}

// The goroutine of an AfterFunc holds the callback's reference until it ends, however it ends.
void afterfunc_run(void* closure) {
  auto* s = *static_cast<func_state**>(closure);
  entry_fn fn = s->fn;
  asm volatile("" : "+r"(fn));
  fn(s->closure);
  asm volatile("");
}

void afterfunc_done(void* closure) {
  (*static_cast<func_state**>(closure))->drop(kArmed);
}

void arm(timer_state* s, time::Duration d, void (*f)(void*, uintptr_t)) {
  if (!sched_started()) schedinit();  // an ordinary thread came first
  s->t.when = when(d);
  s->t.f = f;
  s->t.arg = s;
  starttimer(&s->t);
}

bool reset(timer_state* s, time::Duration d) {
  int64_t w = when(d);
  bool armed = resettimer(&s->t, w, s->kind == timer_state::func_timer ? time::goFunc : send_time, s, 0);
  if (!armed) s->refs.fetch_add(kArmed, std::memory_order_relaxed);
  return armed;
}

}  // namespace

void timer_state::free() {
  switch (kind) {
    case chan_timer:
      delete static_cast<chan_state*>(this);
      return;
    case tick_timer:
      delete static_cast<tick_state*>(this);
      return;
    case func_timer:
      break;
  }
  auto* s = static_cast<func_state*>(this);
  if (s->destroy != nullptr) s->destroy(s->closure);
  s->~func_state();
  ::free(s);
}

void timer_retain(timer_state* s) noexcept {
  s->refs.fetch_add(kHandle, std::memory_order_relaxed);
}

void timer_release(timer_state* s) noexcept {
  // A last owner of an idle timer needs no locked instruction: nobody else can count up from there.
  if (s->refs.load(std::memory_order_acquire) == kHandle) return s->free();
  s->drop(kHandle);
}

timer_state* afterfunc_new(size_t size, size_t align) {
  size_t a = align < alignof(func_state) ? alignof(func_state) : align;
  size_t at = (sizeof(func_state) + a - 1) & ~(a - 1);
  void* mem = a <= alignof(std::max_align_t) ? malloc(at + size) : aligned_alloc(a, (at + size + a - 1) & ~(a - 1));
  if (mem == nullptr) throw_("out of memory (time.AfterFunc)");
  auto* s = ::new (mem) func_state;
  s->closure = static_cast<char*>(mem) + at;
  return s;
}

void* afterfunc_closure(timer_state* s) {
  return static_cast<func_state*>(s)->closure;
}

void afterfunc_abort(timer_state* s) noexcept {
  s->free();
}

time::TimerPtr afterfunc_start(timer_state* s, time::Duration d, entry_fn fn, entry_fn destroy) {
  auto* f = static_cast<func_state*>(s);
  f->fn = fn;
  f->destroy = destroy;
  time::TimerPtr p(&f->face);
  arm(f, d, time::goFunc);
  return p;
}

}  // namespace rt

namespace time {

[[gnu::noinline]] void goFunc(void* arg, uintptr_t) {
  auto* s = static_cast<rt::func_state*>(static_cast<rt::timer_state*>(arg));
  rt::spawn g(sizeof s, alignof(decltype(s)));
  ::new (rt::newproc_closure(g.gp)) rt::func_state*(s);
  g.start(s->fn != nullptr ? &rt::afterfunc_run : nullptr, &rt::afterfunc_done, rt::here());
}

// An ordinary thread sleeps in the kernel: it needs no timer, and no scheduler to run one.
static void thread_sleep(Duration d) {
  if (d <= 0) return;
  int64_t until = rt::when(d);
  timespec ts{static_cast<time_t>(until / 1000000000), static_cast<long>(until % 1000000000)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, nullptr) == EINTR) {
  }
}

[[gnu::noinline]] void Sleep(Duration d) {
  if (rt::getg()->thread) return thread_sleep(d);
  rt::timeSleep(d.Nanoseconds());
  asm volatile("");
}

TimerPtr NewTimer(Duration d) {
  auto* s = new rt::chan_state;
  TimerPtr p(&s->face);
  rt::arm(s, d, rt::send_time);
  return p;
}

bool Timer::Stop() {
  if (r_ == nullptr) panic("time: Stop called on uninitialized Timer");
  bool armed = rt::stoptimer(&r_->t);
  if (armed) r_->refs.fetch_sub(rt::kArmed, std::memory_order_relaxed);
  return armed;
}

bool Timer::Reset(Duration d) {
  if (r_ == nullptr) panic("time: Reset called on uninitialized Timer");
  return rt::reset(r_, d);
}

recv_chan<Time> After(Duration d) {
  return NewTimer(d)->C;
}

TickerPtr NewTicker(Duration d) {
  if (d <= 0) panic("non-positive interval for NewTicker");
  auto* s = new rt::tick_state(d.Nanoseconds());
  TickerPtr p(&s->face);
  rt::arm(s, d, rt::send_tick);
  return p;
}

void Ticker::Stop() {
  if (r_ == nullptr) return;
  auto* s = static_cast<rt::tick_state*>(r_);
  rt::m* mp = rt::pin();
  s->mu.lock();
  s->gen++;
  bool armed = rt::stoptimer(&s->t);
  s->mu.unlock();
  rt::unpin(mp);
  if (armed) s->refs.fetch_sub(rt::kArmed, std::memory_order_relaxed);
}

void Ticker::Reset(Duration d) {
  if (d <= 0) panic("non-positive interval for Ticker.Reset");
  if (r_ == nullptr) panic("time: Reset called on uninitialized Ticker");
  auto* s = static_cast<rt::tick_state*>(r_);
  int64_t w = rt::when(d);
  rt::m* mp = rt::pin();
  s->mu.lock();
  s->gen++;
  s->period = d.Nanoseconds();
  bool armed = rt::resettimer(&s->t, w, rt::send_tick, s, s->gen);
  s->mu.unlock();
  rt::unpin(mp);
  if (!armed) s->refs.fetch_add(rt::kArmed, std::memory_order_relaxed);
}

recv_chan<Time> Tick(Duration d) {
  if (d <= 0) return nil;
  return NewTicker(d)->C;
}

}  // namespace time
}  // namespace gort
