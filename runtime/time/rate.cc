// rate.Limiter: a token bucket that is computed when it is looked at. Tokens below zero have been promised to those who
// wait.
#include <gort/rate.h>

#include <mutex>

#include <gort/fmt.h>
#include <gort/func.h>
#include <gort/select.h>

namespace gort::rate {

namespace {

// How long it takes to get so many tokens.
time::Duration duration_from_tokens(Limit limit, double tokens) {
  if (limit <= 0) return InfDuration;
  const double ns = tokens / limit * static_cast<double>(time::Second.Nanoseconds());
  if (ns >= static_cast<double>(InfDuration.Nanoseconds())) return InfDuration;
  return static_cast<int64_t>(ns);
}

// How many tokens come in that time.
double tokens_from_duration(Limit limit, time::Duration d) {
  return limit <= 0 ? 0 : d.Seconds() * limit;
}

}  // namespace

Limit Every(time::Duration interval) {
  return interval <= 0 ? Inf : Limit(1 / interval.Seconds());
}

// ---- Reservation ----

time::Duration Reservation::DelayFrom(time::Time t) const {
  if (!ok_) return InfDuration;
  time::Duration delay = time_to_act_.Sub(t);
  return delay < 0 ? time::Duration(0) : delay;
}

void Reservation::CancelAt(time::Time t) {
  if (!ok_) return;
  std::lock_guard l(lim_->mu_);
  if (lim_->limit_ == Inf || tokens_ == 0 || time_to_act_.Before(t)) return;
  // What was promised after this reservation is built upon its tokens and stays.
  const double restore =
      static_cast<double>(tokens_) - tokens_from_duration(limit_, lim_->last_event_.Sub(time_to_act_));
  if (restore <= 0) return;
  lim_->tokens_ = std::min(lim_->advance(t) + restore, static_cast<double>(lim_->burst_));
  lim_->last_ = t;
  if (time_to_act_.Equal(lim_->last_event_)) {
    time::Time previous = time_to_act_.Add(duration_from_tokens(limit_, static_cast<double>(-tokens_)));
    if (!previous.Before(t)) lim_->last_event_ = previous;
  }
}

// ---- Limiter ----

Limit Limiter::Limit() const {
  std::lock_guard l(mu_);
  return limit_;
}

int64_t Limiter::Burst() const {
  std::lock_guard l(mu_);
  return burst_;
}

double Limiter::TokensAt(time::Time t) const {
  std::lock_guard l(mu_);
  return advance(t);
}

bool Limiter::AllowN(time::Time t, int64_t n) {
  return reserveN(t, n, 0).ok_;
}

Reservation Limiter::ReserveN(time::Time t, int64_t n) {
  return reserveN(t, n, InfDuration);
}

error Limiter::WaitN(context::Context ctx, int64_t n) {
  static const std::function<rt::rate_timer(time::Duration)> real = [](time::Duration d) {
    time::TimerPtr t = time::NewTimer(d);
    return rt::rate_timer{t->C, [t] { return t->Stop(); }, [] {}};
  };
  return wait(ctx, n, time::Now(), real);
}

error Limiter::wait(const context::Context& ctx, int64_t n, time::Time t,
                    const std::function<rt::rate_timer(time::Duration)>& new_timer) {
  mu_.Lock();
  const int64_t burst = burst_;
  const rate::Limit limit = limit_;
  mu_.Unlock();
  if (n > burst && !(limit == Inf)) return fmt::Errorf("rate: Wait(n=%d) exceeds limiter's burst %d", n, burst);
  context::done_chan done = ctx.Done();
  if (done.try_recv().selected()) return ctx.Err();
  time::Duration wait_limit = InfDuration;
  if (auto [deadline, ok] = ctx.Deadline(); ok) wait_limit = deadline.Sub(t);
  Reservation r = reserveN(t, n, wait_limit);
  if (!r.ok_) return fmt::Errorf("rate: Wait(n=%d) would exceed context deadline", n);
  const time::Duration delay = r.DelayFrom(t);
  if (delay == 0) return nil;
  rt::rate_timer timer = new_timer(delay);
  timer.advance();
  const bool cancelled = select(recv(timer.c), recv(done)) == 1;
  timer.stop();
  if (!cancelled) return nil;
  r.Cancel();  // others may go on sooner
  return ctx.Err();
}

void Limiter::SetLimitAt(time::Time t, rate::Limit limit) {
  std::lock_guard l(mu_);
  tokens_ = advance(t);
  last_ = t;
  limit_ = limit;
}

void Limiter::SetBurstAt(time::Time t, int64_t burst) {
  std::lock_guard l(mu_);
  tokens_ = advance(t);
  last_ = t;
  burst_ = burst;
}

Reservation Limiter::reserveN(time::Time t, int64_t n, time::Duration max_future_reserve) {
  std::lock_guard l(mu_);
  Reservation r;
  r.lim_ = this;
  if (limit_ == Inf) {
    r.ok_ = true;
    r.tokens_ = n;
    r.time_to_act_ = t;
    return r;
  }
  const double tokens = advance(t) - static_cast<double>(n);
  const time::Duration delay = tokens < 0 ? duration_from_tokens(limit_, -tokens) : time::Duration(0);
  r.ok_ = n <= burst_ && delay <= max_future_reserve;
  r.limit_ = limit_;
  if (r.ok_) {
    r.tokens_ = n;
    r.time_to_act_ = t.Add(delay);
    last_ = t;
    tokens_ = tokens;
    last_event_ = r.time_to_act_;
  }
  return r;
}

// advance is the number of tokens at t. A t before the last one counts as that.
double Limiter::advance(time::Time t) const {
  time::Time last = t.Before(last_) ? t : last_;
  return std::min(tokens_ + tokens_from_duration(limit_, t.Sub(last)), static_cast<double>(burst_));
}

// The lock is given up by a deferred call: it must be if f panics, before the deferred calls of outer functions run.
void Sometimes::Do(const rt::once_call& f) {
  func([this, &f] {
    mu.Lock();
    defer([this] { mu.Unlock(); });
    if (due()) {
      if (f.fn == nullptr) rt::nil_access(0);
      f.fn(f.obj);
      if (Interval > 0) last = time::Now();
    }
    count++;
  });
}

bool Sometimes::due() const {
  return count == 0 || (First > 0 && count < First) || (Every > 0 && count % Every == 0) ||
         (Interval > 0 && time::Since(last) >= Interval);
}

}  // namespace gort::rate
