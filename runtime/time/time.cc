// time.Time: arithmetic and calendar.
#include <gort/time/time.h>

#include <climits>

#include <gort/func.h>

#include "runtime/time/calendar.h"
#include "sched/clock.h"

namespace gort::time {

namespace {

constexpr Duration kMinDuration = INT64_MIN, kMaxDuration = INT64_MAX;

// Monotonic readings count from here; one nanosecond earlier, so that none is zero.
const int64_t start_nano = rt::nanotime() - 1;

constexpr int64_t wrap_add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
constexpr int64_t wrap_sub(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

Duration saturated_sub(int64_t t, int64_t u) {
  int64_t d;
  if (!__builtin_sub_overflow(t, u, &d)) return d;
  return t > u ? kMaxDuration : kMinDuration;
}

constexpr std::string_view kLongMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                            "July",    "August",   "September", "October", "November", "December"};
constexpr std::string_view kLongDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// carry moves what is outside 0 to base-1 from lo to hi.
void carry(int64_t& hi, int64_t& lo, int64_t base) {
  int64_t n = lo / base;
  if (lo % base < 0) n--;
  hi += n;
  lo -= n * base;
}

// rest is t modulo d, counted from the zero time towards the past too, so that it is never negative.
Duration rest(int64_t sec, int32_t nsec, Duration d) {
  __int128 ns = static_cast<__int128>(sec) * 1000000000 + nsec;
  auto r = static_cast<int64_t>(ns % d.Nanoseconds());
  return r < 0 ? r + d.Nanoseconds() : r;
}

}  // namespace

std::string Month::String() const {
  if (m_ >= 1 && m_ <= 12) return std::string(kLongMonths[m_ - 1]);
  return "%!Month(" + std::to_string(static_cast<uint64_t>(static_cast<int64_t>(m_))) + ")";
}

std::string Weekday::String() const {
  if (d_ >= 0 && d_ <= 6) return std::string(kLongDays[d_]);
  return "%!Weekday(" + std::to_string(static_cast<uint64_t>(static_cast<int64_t>(d_))) + ")";
}

// ---- representation ----

void Time::strip_monotonic() {
  if (!has_monotonic()) return;
  ext_ = sec();
  wall_ &= kNsecMask;
}

void Time::set_location(const time::Location* loc) {
  strip_monotonic();
  loc_ = loc == time::UTC ? nullptr : loc;
}

void Time::add_seconds(int64_t d) {
  if (has_monotonic()) {
    int64_t s = wrap_add(static_cast<int64_t>(wall_ << 1 >> (kNsecShift + 1)), d);
    if (s >= 0 && s < int64_t{1} << 33) {
      wall_ = (wall_ & kNsecMask) | static_cast<uint64_t>(s) << kNsecShift | kHasMonotonic;
      return;
    }
    strip_monotonic();
  }
  int64_t sum;
  ext_ = !__builtin_add_overflow(ext_, d, &sum) ? sum : d > 0 ? INT64_MAX : -INT64_MAX;
}

uint64_t Time::abs() const {
  int64_t unix_sec = wrap_add(sec(), kInternalToUnix);
  if (loc_ != nullptr) unix_sec = wrap_add(unix_sec, loc_->lookup(unix_sec).offset);
  return static_cast<uint64_t>(unix_sec) - static_cast<uint64_t>(kAbsoluteToInternal) -
         static_cast<uint64_t>(kInternalToUnix);
}

// ---- making times ----

Time Now() {
  timespec ts;
  clock_gettime(CLOCK_REALTIME, &ts);
  int64_t mono = rt::nanotime() - start_nano;
  int64_t s = ts.tv_sec + Time::kUnixToInternal - Time::kWallToInternal;
  auto ns = static_cast<uint64_t>(ts.tv_nsec);
  if (static_cast<uint64_t>(s) >> 33 != 0) return {ns, s + Time::kWallToInternal, Local};  // after 2157
  return {Time::kHasMonotonic | static_cast<uint64_t>(s) << Time::kNsecShift | ns, mono, Local};
}

Duration Since(Time t) {
  if (t.has_monotonic()) return saturated_sub(rt::nanotime() - start_nano, t.ext_);
  return Now().Sub(t);
}

Duration Until(Time t) {
  if (t.has_monotonic()) return saturated_sub(t.ext_, rt::nanotime() - start_nano);
  return t.Sub(Now());
}

Time Unix(int64_t sec, int64_t nsec) {
  if (nsec < 0 || nsec >= 1000000000) carry(sec, nsec, 1000000000);
  return {static_cast<uint64_t>(nsec), wrap_add(sec, Time::kUnixToInternal), Local};
}

Time UnixMilli(int64_t msec) {
  return Unix(msec / 1000, msec % 1000 * 1000000);
}
Time UnixMicro(int64_t usec) {
  return Unix(usec / 1000000, usec % 1000000 * 1000);
}

Time Time::from_unix_nanoseconds(std::chrono::nanoseconds ns) {
  return time::Unix(0, ns.count());
}

Time Date(int year, Month month, int day, int hour, int min, int sec, int64_t nsec, const Location* loc) {
  if (loc == nullptr) panic("time: missing Location in call to Date");
  int64_t y = year, m = int64_t{month} - 1, d = day, h = hour, mi = min, s = sec, ns = nsec;
  carry(y, m, 12);
  carry(s, ns, 1000000000);
  carry(mi, s, 60);
  carry(h, mi, 60);
  carry(d, h, 24);
  uint64_t days = days_before_year(y) + static_cast<uint64_t>(kDaysBefore[m]) + (m >= 2 && is_leap(y) ? 1 : 0) +
                  static_cast<uint64_t>(d - 1);
  uint64_t abs = days * kSecondsPerDay + static_cast<uint64_t>(h * 3600 + mi * 60 + s);
  auto unix_sec =
      static_cast<int64_t>(abs + static_cast<uint64_t>(kAbsoluteToInternal) + static_cast<uint64_t>(kInternalToUnix));
  // The offset depends on the instant, which depends on the offset: the one in use at the first guess decides, unless a
  // change lies between.
  if (int offset = loc->lookup(unix_sec).offset; offset != 0) unix_sec -= loc->lookup(unix_sec - offset).offset;
  Time t = Unix(unix_sec, ns);
  t.set_location(loc);
  return t;
}

// ---- comparing and arithmetic ----

int Time::Compare(Time u) const {
  if ((wall_ & u.wall_ & kHasMonotonic) != 0) return ext_ < u.ext_ ? -1 : ext_ > u.ext_;
  int64_t a = sec(), b = u.sec();
  if (a == b) a = nsec(), b = u.nsec();
  return a < b ? -1 : a > b;
}

Time Time::Add(Duration d) const {
  int64_t ns = d.Nanoseconds(), dsec = ns / 1000000000;
  int64_t n = nsec() + ns % 1000000000;
  if (n >= 1000000000) {
    dsec++;
    n -= 1000000000;
  } else if (n < 0) {
    dsec--;
    n += 1000000000;
  }
  Time t = *this;
  t.wall_ = (t.wall_ & ~kNsecMask) | static_cast<uint64_t>(n);
  t.add_seconds(dsec);
  if (t.has_monotonic()) {
    int64_t m;
    if (__builtin_add_overflow(t.ext_, ns, &m))
      t.strip_monotonic();
    else
      t.ext_ = m;
  }
  return t;
}

Duration Time::Sub(Time u) const {
  if ((wall_ & u.wall_ & kHasMonotonic) != 0) return saturated_sub(ext_, u.ext_);
  Duration d = Duration(wrap_sub(sec(), u.sec())) * time::Second + Duration(nsec() - u.nsec());
  if (u.Add(d).Equal(*this)) return d;
  return Before(u) ? kMinDuration : kMaxDuration;
}

Time Time::AddDate(int years, int months, int days) const {
  auto [y, m, d] = Date();
  auto [h, mi, s] = Clock();
  return time::Date(y + years, time::Month(m + months), d + days, h, mi, s, nsec(), Location());
}

Time Time::Truncate(Duration d) const {
  Time t = *this;
  t.strip_monotonic();
  if (d <= 0) return t;
  return t.Add(-rest(t.sec(), t.nsec(), d));
}

Time Time::Round(Duration d) const {
  Time t = *this;
  t.strip_monotonic();
  if (d <= 0) return t;
  Duration r = rest(t.sec(), t.nsec(), d);
  bool down = static_cast<uint64_t>(r.Nanoseconds()) * 2 < static_cast<uint64_t>(d.Nanoseconds());
  return t.Add(down ? -r : d - r);
}

int64_t Time::UnixNano() const {
  return static_cast<int64_t>(static_cast<uint64_t>(Unix()) * 1000000000 + static_cast<uint64_t>(nsec()));
}

// ---- calendar ----

std::tuple<int, Month, int> Time::Date() const {
  civil c = civil_of(abs());
  return {static_cast<int>(c.year), c.month, c.day};
}

std::tuple<int, int, int> Time::Clock() const {
  auto s = static_cast<int>(abs() % kSecondsPerDay);
  return {s / 3600, s / 60 % 60, s % 60};
}

std::pair<int, int> Time::ISOWeek() const {
  // A week belongs to the year of its Thursday.
  uint64_t a = abs();
  int from_monday = (weekday_of(a) + 6) % 7;
  civil c = civil_of(a + static_cast<uint64_t>((3 - from_monday) * kSecondsPerDay));
  return {static_cast<int>(c.year), c.yday / 7 + 1};
}

int Time::Year() const {
  return static_cast<int>(civil_of(abs()).year);
}
Month Time::Month() const {
  return civil_of(abs()).month;
}
int Time::Day() const {
  return civil_of(abs()).day;
}
Weekday Time::Weekday() const {
  return weekday_of(abs());
}
int Time::YearDay() const {
  return civil_of(abs()).yday + 1;
}
int Time::Hour() const {
  return static_cast<int>(abs() % kSecondsPerDay / 3600);
}
int Time::Minute() const {
  return static_cast<int>(abs() % 3600 / 60);
}
int Time::Second() const {
  return static_cast<int>(abs() % 60);
}

Time Time::In(const time::Location* loc) const {
  if (loc == nullptr) panic("time: missing Location in call to Time.In");
  Time t = *this;
  t.set_location(loc);
  return t;
}

Time Time::UTC() const {
  return In(time::UTC);
}
Time Time::Local() const {
  return In(time::Local);
}

std::pair<std::string, int> Time::Zone() const {
  auto z = Location()->lookup(Unix());
  return {z.name, z.offset};
}

bool Time::IsDST() const {
  return Location()->lookup(Unix()).dst;
}

}  // namespace gort::time
