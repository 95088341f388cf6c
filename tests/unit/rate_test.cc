// Package rate. Tests named as in golang.org/x/time/rate do what those do, with the fake time of Go's tests.
#include <gtest/gtest.h>

#include <cmath>
#include <mutex>
#include <vector>

#include <gort/gort.h>
#include <gort/rate.h>

#include "tests/unit/catch_panic.h"

using namespace gort;
using context::Context;
using rate::Limiter;
using rate::Reservation;

namespace gort::rt {
struct rate_access {
  static Reservation reserve(Limiter& lim, time::Time t, int64_t n, time::Duration max) {
    return lim.reserveN(t, n, max);
  }
  static time::Time time_to_act(const Reservation& r) { return r.time_to_act_; }
  static error wait(Limiter& lim, const Context& ctx, int64_t n, time::Time t,
                    const std::function<rate_timer(time::Duration)>& timer) {
    return lim.wait(ctx, n, t, timer);
  }
};
}  // namespace gort::rt
using rt::rate_access;

namespace {

const time::Duration d = 100 * time::Millisecond;
const time::Time t0 = time::Now(), t1 = t0.Add(1 * d), t2 = t0.Add(2 * d), t3 = t0.Add(3 * d), t4 = t0.Add(4 * d),
                 t5 = t0.Add(5 * d), t9 = t0.Add(9 * d);

TEST(Rate, Examples) {
  gort::run([] {
    Limiter lim(rate::Every(100 * time::Millisecond), 3);
    EXPECT_EQ(lim.Wait(context::Background()), nil);
    Reservation r = lim.Reserve();
    EXPECT_TRUE(r.OK());
    EXPECT_EQ(r.Delay(), 0);
    auto p = rate::NewLimiter(10, 1);
    EXPECT_TRUE(p->Allow());
    int said = 0;
    rate::Sometimes sometimes{.First = 3, .Interval = time::Hour};
    for (int i = 0; i < 10; i++) sometimes.Do([&] { said++; });
    EXPECT_EQ(said, 3);
  });
}

TEST(Rate, TestLimit) {
  EXPECT_FALSE(rate::Limit(10) == rate::Inf);
}

TEST(Rate, TestEvery) {
  const std::vector<std::pair<time::Duration, rate::Limit>> cases{
      {0, rate::Inf},
      {-1, rate::Inf},
      {1 * time::Nanosecond, 1e9},
      {1 * time::Microsecond, 1e6},
      {1 * time::Millisecond, 1e3},
      {10 * time::Millisecond, 100},
      {100 * time::Millisecond, 10},
      {1 * time::Second, 1},
      {2 * time::Second, 0.5},
      {2.5 * time::Second, 0.4},
      {4 * time::Second, 0.25},
      {10 * time::Second, 0.1},
      {rate::InfDuration, 1e9 / 9223372036854775807.0},
  };
  for (auto& [interval, want] : cases)
    EXPECT_LT(std::abs(rate::Every(interval) / want) - 1.0, 1e-9) << interval.String();
}

struct allow {
  time::Time t;
  double toks;
  int64_t n;
  bool ok;
};

void run(Limiter& lim, const std::vector<allow>& allows) {
  for (size_t i = 0; i < allows.size(); i++) {
    const allow& a = allows[i];
    EXPECT_EQ(lim.TokensAt(a.t), a.toks) << "step " << i;
    EXPECT_EQ(lim.AllowN(a.t, a.n), a.ok) << "step " << i;
  }
}

TEST(Rate, TestLimiterBurst1) {
  Limiter lim(10, 1);
  run(lim, {
               {t0, 1, 1, true},
               {t0, 0, 1, false},
               {t0, 0, 1, false},
               {t1, 1, 1, true},
               {t1, 0, 1, false},
               {t1, 0, 1, false},
               {t2, 1, 2, false},  // more than the burst
               {t2, 1, 1, true},
               {t2, 0, 1, false},
           });
}

TEST(Rate, TestLimiterBurst3) {
  Limiter lim(10, 3);
  run(lim, {
               {t0, 3, 2, true},
               {t0, 1, 2, false},
               {t0, 1, 1, true},
               {t0, 0, 1, false},
               {t1, 1, 4, false},
               {t2, 2, 1, true},
               {t3, 2, 1, true},
               {t4, 2, 1, true},
               {t4, 1, 1, true},
               {t4, 0, 1, false},
               {t4, 0, 1, false},
               {t9, 3, 3, true},
               {t9, 0, 0, true},
           });
}

TEST(Rate, TestLimiterJumpBackwards) {
  Limiter lim(10, 3);
  run(lim, {
               {t1, 3, 1, true},
               {t0, 2, 1, true},  // back to t0, two tokens are left
               {t0, 1, 1, true},
               {t0, 0, 1, false},
               {t0, 0, 1, false},
               {t1, 1, 1, true},  // got a token
               {t1, 0, 1, false},
               {t1, 0, 1, false},
               {t2, 1, 1, true},  // and another
               {t2, 0, 1, false},
               {t2, 0, 1, false},
           });
}

TEST(Rate, TestLimiter_noTruncationErrors) {
  EXPECT_TRUE(Limiter(0.7692307692307693, 1).Allow());
}

// testTime is a time of its own, with timers. Where the true time counts too, its unit is to be long.
class testTime {
 public:
  explicit testTime(time::Duration u = d) : unit(u) {}
  const time::Duration unit;

  time::Time now() {
    std::lock_guard l(mu_);
    return cur_;
  }
  rt::rate_timer newTimer(time::Duration dur) {
    std::lock_guard l(mu_);
    auto ch = make_chan<time::Time>(1);
    timers_.push_back({cur_.Add(dur), ch});
    return {ch, [] { return true; }, [this] { advanceToTimer(); }};
  }
  time::Duration since(time::Time t) {
    std::lock_guard l(mu_);
    return cur_.Sub(t);
  }
  void advance(time::Duration dur) {
    std::lock_guard l(mu_);
    advance_locked(dur);
  }
  void advanceToTimer() {
    std::lock_guard l(mu_);
    if (timers_.empty()) panic("no timer");
    time::Time when = timers_[0].first;
    for (auto& t : timers_)
      if (t.first.Before(when)) when = t.first;
    advance_locked(when.Sub(cur_));
  }

 private:
  void advance_locked(time::Duration dur) {
    cur_ = cur_.Add(dur);
    std::erase_if(timers_, [&](auto& t) {
      if (t.first.After(cur_)) return false;
      t.second.send(cur_);
      return true;
    });
  }

  sync::Mutex mu_;
  time::Time cur_ = time::Now();
  std::vector<std::pair<time::Time, chan<time::Time>>> timers_;
};

TEST(Rate, TestSimultaneousRequests) {
  gort::run([] {
    const int burst = 5, numRequests = 15;
    sync::WaitGroup wg;
    std::atomic<int> numOK{0};
    Limiter lim(rate::Every(time::Hour), burst);
    wg.Add(numRequests);
    for (int i = 0; i < numRequests; i++) {
      go([&] {
        if (lim.Allow()) numOK++;
        wg.Done();
      });
    }
    wg.Wait();
    EXPECT_EQ(numOK, burst);
  });
}

TEST(Rate, TestLongRunningQPS) {
  const double limit = 100, burst = 100;
  int numOK = 0;
  testTime tt;
  Limiter lim(limit, int64_t(burst));
  time::Time start = tt.now(), end = start.Add(5 * time::Second);
  while (tt.now().Before(end)) {
    if (lim.AllowN(tt.now(), 1)) numOK++;
    tt.advance(2 * time::Millisecond);
  }
  double ideal = burst + limit * tt.since(start).Seconds();
  EXPECT_LE(numOK, int(ideal + 1));
  EXPECT_GE(numOK, int(0.999 * ideal));
}

int64_t dFromDuration(time::Duration dur, time::Duration unit = d) {
  return (dur + unit / 2).Nanoseconds() / unit.Nanoseconds();
}
int64_t dSince(time::Time t) {
  return dFromDuration(t.Sub(t0));
}

struct request {
  time::Time t;
  int64_t n;
  time::Time act;
  bool ok;
};

Reservation runReserveMax(Limiter& lim, request req, time::Duration max, int line = __builtin_LINE()) {
  Reservation r = rate_access::reserve(lim, req.t, req.n, max);
  EXPECT_EQ(r.OK(), req.ok) << "line " << line;
  if (r.OK()) {
    EXPECT_EQ(dSince(rate_access::time_to_act(r)), dSince(req.act)) << "line " << line;
  }
  return r;
}
Reservation runReserve(Limiter& lim, request req, int line = __builtin_LINE()) {
  return runReserveMax(lim, req, rate::InfDuration, line);
}

TEST(Rate, TestSimpleReserve) {
  Limiter lim(10, 2);
  runReserve(lim, {t0, 2, t0, true});
  runReserve(lim, {t0, 2, t2, true});
  runReserve(lim, {t3, 2, t4, true});
}

TEST(Rate, TestMix) {
  Limiter lim(10, 2);
  runReserve(lim, {t0, 3, t1, false});
  runReserve(lim, {t0, 2, t0, true});
  run(lim, {{t1, 1, 2, false}});
  runReserve(lim, {t1, 2, t2, true});
  run(lim, {{t1, -1, 1, false}});
  run(lim, {{t3, 1, 1, true}});
}

TEST(Rate, TestCancelInvalid) {
  Limiter lim(10, 2);
  runReserve(lim, {t0, 2, t0, true});
  Reservation r = runReserve(lim, {t0, 3, t3, false});
  r.CancelAt(t0);
  runReserve(lim, {t0, 2, t2, true});
}

TEST(Rate, TestCancelLast) {
  Limiter lim(10, 2);
  runReserve(lim, {t0, 2, t0, true});
  Reservation r = runReserve(lim, {t0, 2, t2, true});
  r.CancelAt(t1);
  runReserve(lim, {t1, 2, t2, true});
}

TEST(Rate, TestCancelTooLate) {
  Limiter lim(10, 2);
  runReserve(lim, {t0, 2, t0, true});
  Reservation r = runReserve(lim, {t0, 2, t2, true});
  r.CancelAt(t3);
  runReserve(lim, {t3, 2, t4, true});
}

TEST(Rate, TestCancel0Tokens) {
  Limiter lim(10, 2);
  runReserve(lim, {t0, 2, t0, true});
  Reservation r = runReserve(lim, {t0, 1, t1, true});
  runReserve(lim, {t0, 1, t2, true});
  r.CancelAt(t0);
  runReserve(lim, {t0, 1, t3, true});
}

TEST(Rate, TestCancel1Token) {
  Limiter lim(10, 2);
  runReserve(lim, {t0, 2, t0, true});
  Reservation r = runReserve(lim, {t0, 2, t2, true});
  runReserve(lim, {t0, 1, t3, true});
  r.CancelAt(t2);
  runReserve(lim, {t2, 2, t4, true});
}

TEST(Rate, TestCancelMulti) {
  Limiter lim(10, 4);
  runReserve(lim, {t0, 4, t0, true});
  Reservation rA = runReserve(lim, {t0, 3, t3, true});
  runReserve(lim, {t0, 1, t4, true});
  Reservation rC = runReserve(lim, {t0, 1, t5, true});
  rC.CancelAt(t1);
  rA.CancelAt(t1);
  runReserve(lim, {t1, 3, t5, true});
}

TEST(Rate, TestReserveJumpBack) {
  Limiter lim(10, 2);
  runReserve(lim, {t1, 2, t1, true});
  runReserve(lim, {t0, 1, t1, true});
  runReserve(lim, {t2, 2, t3, true});
  runReserve(lim, {t0, 3, time::Time(), false});
  runReserve(lim, {t2, 1, t4, true});
  runReserveMax(lim, {t0, 2, time::Time(), false}, d);
  runReserve(lim, {t2, 1, t5, true});
}

TEST(Rate, TestReserveJumpBackCancel) {
  Limiter lim(10, 2);
  runReserve(lim, {t1, 2, t1, true});
  Reservation r = runReserve(lim, {t1, 2, t3, true});
  runReserve(lim, {t1, 1, t4, true});
  r.CancelAt(t0);
  runReserve(lim, {t1, 2, t4, true});
}

TEST(Rate, TestReserveSetLimit) {
  Limiter lim(5, 2);
  runReserve(lim, {t0, 2, t0, true});
  runReserve(lim, {t0, 2, t4, true});
  lim.SetLimitAt(t2, 10);
  runReserve(lim, {t2, 1, t4, true});
  EXPECT_EQ(lim.Limit(), rate::Limit(10));
}

TEST(Rate, TestReserveSetBurst) {
  Limiter lim(5, 2);
  runReserve(lim, {t0, 2, t0, true});
  runReserve(lim, {t0, 2, t4, true});
  lim.SetBurstAt(t3, 4);
  runReserve(lim, {t0, 4, t9, true});
  EXPECT_EQ(lim.Burst(), 4);
}

TEST(Rate, TestReserveSetLimitCancel) {
  Limiter lim(5, 2);
  runReserve(lim, {t0, 2, t0, true});
  Reservation r = runReserve(lim, {t0, 2, t4, true});
  lim.SetLimitAt(t2, 10);
  r.CancelAt(t2);
  runReserve(lim, {t2, 2, t3, true});
}

TEST(Rate, TestReserveMax) {
  Limiter lim(10, 2);
  runReserveMax(lim, {t0, 2, t0, true}, d);
  runReserveMax(lim, {t0, 1, t1, true}, d);
  runReserveMax(lim, {t0, 1, t2, false}, d);
}

error runWait(testTime& tt, Limiter& lim, const char* name, const Context& ctx, int64_t n, int64_t delay, bool ok) {
  time::Time start = tt.now();
  error err = rate_access::wait(lim, ctx, n, start, [&](time::Duration dur) { return tt.newTimer(dur); });
  int64_t took = dFromDuration(tt.since(start), tt.unit);
  EXPECT_EQ(err == nil, ok) << name;
  EXPECT_GE(took, delay) << name;
  EXPECT_LE(took, (delay * 3 + 1) / 2) << name;
  return err;
}

TEST(Rate, TestWaitSimple) {
  gort::run([] {
    testTime tt;
    Limiter lim(10, 3);
    auto [ctx, cancel] = context::WithCancel(context::Background());
    cancel();
    EXPECT_EQ(runWait(tt, lim, "already-cancelled", ctx, 1, 0, false), context::Canceled);
    error err = runWait(tt, lim, "exceed-burst-error", context::Background(), 4, 0, false);
    EXPECT_EQ(err.Error(), "rate: Wait(n=4) exceeds limiter's burst 3");
    runWait(tt, lim, "act-now", context::Background(), 2, 0, true);
    runWait(tt, lim, "act-later", context::Background(), 3, 2, true);
  });
}

TEST(Rate, TestWaitCancel) {
  gort::run([] {
    testTime tt(time::Hour);
    Limiter lim(rate::Every(tt.unit), 3);
    auto [ctx, cancel] = context::WithCancel(context::Background());
    runWait(tt, lim, "act-now", ctx, 2, 0, true);
    auto ch = tt.newTimer(tt.unit).c;
    go([ch, cancel = cancel] {
      ch.recv();
      cancel();
    });
    runWait(tt, lim, "will-cancel", ctx, 3, 1, false);
    runWait(tt, lim, "act-now-after-cancel", context::Background(), 2, 0, true);
  });
}

TEST(Rate, TestWaitTimeout) {
  gort::run([] {
    testTime tt(time::Hour);
    Limiter lim(rate::Every(tt.unit), 3);
    auto [ctx, cancel] = context::WithTimeout(context::Background(), tt.unit);
    runWait(tt, lim, "act-now", ctx, 2, 0, true);
    error err = runWait(tt, lim, "w-timeout-err", ctx, 3, 0, false);
    EXPECT_EQ(err.Error(), "rate: Wait(n=3) would exceed context deadline");
    cancel();
  });
}

TEST(Rate, TestWaitInf) {
  gort::run([] {
    testTime tt;
    Limiter lim(rate::Inf, 0);
    runWait(tt, lim, "exceed-burst-no-error", context::Background(), 3, 0, true);
  });
}

TEST(Rate, TestZeroLimit) {
  Limiter r(0, 1);
  EXPECT_TRUE(r.Allow());
  EXPECT_FALSE(r.Allow());
}

TEST(Rate, TestSetAfterZeroLimit) {
  gort::run([] {
    testTime tt;  // no later than the limiter's last use
    Limiter lim(0, 1);
    EXPECT_TRUE(lim.Allow());
    EXPECT_FALSE(lim.Allow());
    lim.SetLimit(10);
    runWait(tt, lim, "wait-after-set-nonzero-after-zero", context::Background(), 1, 1, true);
  });
}

TEST(Rate, TestTinyLimit) {
  Limiter lim(1e-10, 1);
  EXPECT_TRUE(lim.Allow());
  EXPECT_FALSE(lim.Allow());
}

TEST(Rate, ZeroLimiterAllowsNothing) {
  Limiter lim;
  EXPECT_FALSE(lim.Allow());
  EXPECT_FALSE(lim.Reserve().OK());
  EXPECT_EQ(lim.Reserve().Delay(), rate::InfDuration);
}

TEST(Rate, WaitSleeps) {
  gort::run([] {
    Limiter lim(rate::Every(5 * time::Millisecond), 1);
    time::Time start = time::Now();
    for (int i = 0; i < 5; i++) EXPECT_EQ(lim.Wait(context::Background()), nil);
    EXPECT_GE(time::Since(start), 19 * time::Millisecond);
  });
}

// ---- sometimes_test.go ----

TEST(Rate, TestSometimesZero) {
  rate::Sometimes s;
  int n = 0;
  s.Do([&] { n++; });
  s.Do([&] { n++; });
  EXPECT_EQ(n, 1);
}

TEST(Rate, TestSometimesFirst) {
  rate::Sometimes s{.First = 2};
  int n = 0;
  for (int i = 0; i < 3; i++) s.Do([&] { n++; });
  EXPECT_EQ(n, 2);
}

TEST(Rate, TestSometimesEvery) {
  rate::Sometimes s{.First = 1, .Every = 2};
  int n = 0;
  for (int i = 0; i < 10; i++) s.Do([&] { n++; });
  EXPECT_EQ(n, 5);
}

TEST(Rate, TestSometimesInterval) {
  rate::Sometimes s{.Interval = 1 * time::Hour};
  int n = 0;
  for (int i = 0; i < 10; i++) s.Do([&] { n++; });
  EXPECT_EQ(n, 1);
  s.last = time::Now().Add(-2 * time::Hour);
  s.Do([&] { n++; });
  EXPECT_EQ(n, 2);
}

}  // namespace
