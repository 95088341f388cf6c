// gort/duration.h: time::Duration, Go's count of nanoseconds.
#ifndef GORT_DURATION_H_
#define GORT_DURATION_H_

#include <chrono>
#include <compare>

#include <gort/error.h>
#include <gort/runtime_error.h>

namespace gort::rt {

// divide is Go's a / b, or a % b. It panics where b is 0; the smallest int64 by -1 wraps in Go and traps on the
// machine.
constexpr int64_t divide(int64_t a, int64_t b, bool rest) {
  if (b == 0) panicdivide();
  if (b == -1) return rest ? 0 : static_cast<int64_t>(0 - static_cast<uint64_t>(a));
  return rest ? a % b : a / b;
}

}  // namespace gort::rt

namespace gort::time {

// Duration is the time between two instants as an int64 of nanoseconds, which reaches about 290 years. Arithmetic wraps
// as Go's int64 does; division by zero panics with `runtime error: integer divide by zero`.
//
//   time::Duration d = 90 * time::Minute;
//   d.String();                                     // 1h30m0s
//   d.Round(time::Hour);                            // 2h0m0s; Truncate: 1h0m0s
//   d = (-d).Abs();
//   auto [t, err] = time::ParseDuration("1.5h");
//   d = std::chrono::milliseconds(5);               // from chrono, and back:
//   std::this_thread::sleep_for(std::chrono::nanoseconds(d));
class Duration {
 public:
  using go_underlying = int64_t;

  constexpr Duration() = default;
  // From a count of nanoseconds, as the untyped constants of Go.
  template <std::integral I>
  constexpr Duration(I nanoseconds) : ns_(static_cast<int64_t>(nanoseconds)) {}
  template <class R, class P>
  constexpr Duration(std::chrono::duration<R, P> d)
      : ns_(std::chrono::duration_cast<std::chrono::nanoseconds>(d).count()) {}

  // What comes after the point is dropped: Duration(0.3 * 1e9).
  template <std::floating_point F>
  constexpr explicit Duration(F nanoseconds) : ns_(static_cast<int64_t>(nanoseconds)) {}

  constexpr explicit operator const int64_t&() const { return ns_; }
  template <std::floating_point real>
  constexpr explicit operator real() const {
    return static_cast<real>(ns_);
  }
  constexpr operator std::chrono::nanoseconds() const { return std::chrono::nanoseconds(ns_); }

  // Counts in whole units, rounded towards zero; and in units with a fraction.
  //
  //   use(d.Nanoseconds(), d.Microseconds(), d.Milliseconds(), d.Seconds(), d.Minutes(), d.Hours());
  constexpr int64_t Nanoseconds() const { return ns_; }
  constexpr int64_t Microseconds() const { return ns_ / 1000; }
  constexpr int64_t Milliseconds() const { return ns_ / 1000000; }
  constexpr double Seconds() const { return in_units(1000000000); }
  constexpr double Minutes() const { return in_units(60 * int64_t{1000000000}); }
  constexpr double Hours() const { return in_units(3600 * int64_t{1000000000}); }

  // String is Go's text: `1h15m30.918s`, `1.5ms`, `2µs`, `0s`.
  std::string String() const;

  // Truncate rounds towards zero to a multiple of m; Round to the nearest one, halves away from zero, clamped to what
  // an int64 can hold. m <= 0 leaves the duration as it is.
  //
  //   println(d.Truncate(time::Second).String());
  Duration Truncate(Duration m) const;
  Duration Round(Duration m) const;
  // Abs is the magnitude; that of the smallest duration is the largest one.
  Duration Abs() const;

  friend constexpr Duration operator+(Duration a, Duration b) { return wrap(a.bits() + b.bits()); }
  friend constexpr Duration operator-(Duration a, Duration b) { return wrap(a.bits() - b.bits()); }
  friend constexpr Duration operator*(Duration a, Duration b) { return wrap(a.bits() * b.bits()); }
  friend constexpr Duration operator/(Duration a, Duration b) { return rt::divide(a.ns_, b.ns_, false); }
  friend constexpr Duration operator%(Duration a, Duration b) { return rt::divide(a.ns_, b.ns_, true); }
  // 1.5 * time::Second: what a Go constant says.
  template <std::floating_point F>
  friend constexpr Duration operator*(F f, Duration d) {
    return Duration(static_cast<int64_t>(f * static_cast<F>(d.ns_)));
  }
  template <std::floating_point F>
  friend constexpr Duration operator*(Duration d, F f) {
    return f * d;
  }
  constexpr Duration operator-() const { return wrap(0 - bits()); }
  constexpr Duration operator+() const { return *this; }
  constexpr Duration& operator+=(Duration d) { return *this = *this + d; }
  constexpr Duration& operator-=(Duration d) { return *this = *this - d; }
  constexpr Duration& operator*=(Duration d) { return *this = *this * d; }
  constexpr Duration& operator/=(Duration d) { return *this = *this / d; }
  constexpr Duration& operator%=(Duration d) { return *this = *this % d; }

  friend constexpr bool operator==(Duration a, Duration b) { return a.ns_ == b.ns_; }
  friend constexpr std::strong_ordering operator<=>(Duration a, Duration b) { return a.ns_ <=> b.ns_; }

 private:
  constexpr uint64_t bits() const { return static_cast<uint64_t>(ns_); }
  static constexpr Duration wrap(uint64_t v) { return Duration(static_cast<int64_t>(v)); }
  // Whole units and the rest are divided apart, so that the result rounds as integer division would.
  constexpr double in_units(int64_t unit) const {
    return static_cast<double>(ns_ / unit) + static_cast<double>(ns_ % unit) / static_cast<double>(unit);
  }

  int64_t ns_ = 0;
};

inline constexpr Duration Nanosecond{1};
inline constexpr Duration Microsecond{1000};
inline constexpr Duration Millisecond{1000000};
inline constexpr Duration Second{1000000000};
inline constexpr Duration Minute{60 * int64_t{1000000000}};
inline constexpr Duration Hour{3600 * int64_t{1000000000}};

// ParseDuration reads texts such as `300ms`, `-1.5h` or `2h45m` with the units ns, us (or µs), ms, s, m, h. The error's
// text is Go's: `time: invalid duration "x"`, `time: missing unit in duration "3"`, `time: unknown unit "x" in duration
// "1x"`.
std::pair<Duration, error> ParseDuration(std::string_view s);

}  // namespace gort::time

template <>
struct std::hash<gort::time::Duration> {
  size_t operator()(gort::time::Duration d) const noexcept { return std::hash<int64_t>{}(d.Nanoseconds()); }
};

#endif  // GORT_DURATION_H_
