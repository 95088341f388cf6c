// gort/rate.h: Go's package golang.org/x/time/rate: a limit of events per second.
#ifndef GORT_RATE_H_
#define GORT_RATE_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include <gort/context.h>
#include <gort/sync/once.h>
#include <gort/time/sleep.h>

namespace gort {
namespace rt {

// rate_timer is what a Limiter waits on; tests bring their own. advance is called once it is about to wait.
struct rate_timer {
  recv_chan<time::Time> c;
  std::function<bool()> stop;
  std::function<void()> advance;
};
struct rate_access;  // the tests' view of a Limiter

}  // namespace rt

namespace rate {

// Limit is a number of events per second. Zero allows none, Inf all.
struct Limit : named<double> {
  using named::named;
};
inline constexpr Limit Inf{std::numeric_limits<double>::max()};

// Every is the Limit that allows one event per interval; Inf if that is not positive.
Limit Every(time::Duration interval);

// InfDuration is the Delay of a Reservation that is not OK.
inline constexpr time::Duration InfDuration{std::numeric_limits<int64_t>::max()};

class Limiter;

// Reservation is a Limiter's promise that events may happen after a delay. It must not be used when the Limiter is
// gone.
//
//   rate::Reservation r = lim.Reserve();
//   if (!r.OK()) return;              // more than the burst: never
//   time::Sleep(r.Delay());
//   act();
//
//   if (r.DelayFrom(time::Now()) > time::Second) r.Cancel();   // r.CancelAt(time::Now())
class Reservation {
 public:
  // OK tells whether the events may happen at all.
  bool OK() const { return ok_; }
  // Delay is how long to wait before acting, 0: act now; InfDuration if not OK. DelayFrom counts from t.
  time::Duration Delay() const { return DelayFrom(time::Now()); }
  time::Duration DelayFrom(time::Time t) const;
  // Cancel says that the events will not happen, and gives back the tokens that nobody else has built upon. CancelAt
  // says so at t.
  void Cancel() { CancelAt(time::Now()); }
  void CancelAt(time::Time t);

 private:
  friend class Limiter;
  friend struct rt::rate_access;
  bool ok_ = false;
  Limiter* lim_ = nullptr;
  int64_t tokens_ = 0;
  time::Time time_to_act_;
  Limit limit_;  // at the time of the reservation
};

// Limiter is a bucket of tokens: it holds at most `burst`, starts full, and gets `limit` new ones a second; an event
// takes one. Allow says no if there is none, Reserve says how long to wait for it, Wait waits. The zero Limiter allows
// nothing. Goroutines and threads use one together.
//
//   rate::Limiter lim(rate::Every(100 * time::Millisecond), 3);
//   while (more())
//     if (error err = lim.Wait(ctx); err == nil) act();
class Limiter {
 public:
  Limiter() = default;
  Limiter(rate::Limit r, int64_t burst) : limit_(r), burst_(burst), tokens_(static_cast<double>(burst)) {}
  Limiter(const Limiter&) = delete;
  Limiter& operator=(const Limiter&) = delete;

  rate::Limit Limit() const;
  int64_t Burst() const;
  //
  //   use(lim.Limit(), lim.Burst(), lim.Tokens(), lim.TokensAt(time::Now()));
  //
  // Tokens is how many tokens there are, now or at t; negative if some are promised already.
  double Tokens() const { return TokensAt(time::Now()); }
  double TokensAt(time::Time t) const;

  // Allow takes a token if there is one and tells whether it has; AllowN takes n at time t.
  //
  //   if (lim.Allow() || lim.AllowN(time::Now(), 2)) act();
  bool Allow() { return AllowN(time::Now(), 1); }
  bool AllowN(time::Time t, int64_t n);

  // Reserve takes a token, of the future if need be; ReserveN takes n at time t. Not OK if n is larger than the burst.
  //
  //   rate::Reservation r = lim.ReserveN(time::Now(), 2);
  Reservation Reserve() { return ReserveN(time::Now(), 1); }
  Reservation ReserveN(time::Time t, int64_t n);

  // Wait takes a token and waits (`select`) until it is there; WaitN takes n. It returns ctx.Err() if ctx is done
  // before, and at once `rate: Wait(n=5) exceeds limiter's burst 3` or, if ctx's deadline is too early, `rate:
  // Wait(n=5) would exceed context deadline`.
  //
  //   if (error err = lim.WaitN(ctx, 2); err == nil) act();
  error Wait(context::Context ctx) { return WaitN(std::move(ctx), 1); }
  error WaitN(context::Context ctx, int64_t n);

  // SetLimit and SetBurst change the limiter, now or at t. Promises made before are kept.
  //
  //   lim.SetLimit(10);
  //   lim.SetBurstAt(time::Now(), 20);
  //   lim.SetLimitAt(time::Now(), rate::Inf);
  //   lim.SetBurst(1);
  void SetLimit(rate::Limit limit) { SetLimitAt(time::Now(), limit); }
  void SetLimitAt(time::Time t, rate::Limit limit);
  void SetBurst(int64_t burst) { SetBurstAt(time::Now(), burst); }
  void SetBurstAt(time::Time t, int64_t burst);

 private:
  friend class Reservation;
  friend struct rt::rate_access;
  error wait(const context::Context& ctx, int64_t n, time::Time t,
             const std::function<rt::rate_timer(time::Duration)>& new_timer);
  Reservation reserveN(time::Time t, int64_t n, time::Duration max_future_reserve);
  double advance(time::Time t) const;

  mutable sync::Mutex mu_;
  rate::Limit limit_;
  int64_t burst_ = 0;
  double tokens_ = 0;
  time::Time last_;        // when tokens_ was right
  time::Time last_event_;  // the latest event that has been promised
};

// NewLimiter returns a new Limiter, for the style of Go.
//
//   auto lim = rate::NewLimiter(rate::Every(time::Second), 1);
inline std::shared_ptr<Limiter> NewLimiter(Limit r, int64_t burst) {
  return std::make_shared<Limiter>(r, burst);
}

// Sometimes does something now and then: the first time, and then if any of its rules says so. Calls of Do wait for
// each other.
//
//   rate::Sometimes sometimes{.First = 3, .Interval = 10 * time::Second};
//   sometimes.Do([] { println("busy"); });
struct Sometimes {
  int64_t First = 0;          // the first so many calls
  int64_t Every = 0;          // every so many calls, from the first on
  time::Duration Interval{};  // if so much time has passed since the last time

  // Do calls f if a rule says so. f must not call Do.
  void Do(const rt::once_call& f);

  bool due() const;
  sync::Mutex mu{};
  int64_t count = 0;  // calls of Do
  time::Time last{};
};

}  // namespace rate
}  // namespace gort

#endif  // GORT_RATE_H_
