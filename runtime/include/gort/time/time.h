// gort/time/time.h: instants. time::Time, Month, Weekday, Location, Now, Date, Parse.
#ifndef GORT_TIME_TIME_H_
#define GORT_TIME_TIME_H_

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <gort/duration.h>
#include <gort/error.h>

namespace gort::time {

// Month is a month of the year, January = 1. It converts to and from int.
class Month {
 public:
  using go_underlying = int;
  constexpr Month() = default;
  constexpr Month(int m) : m_(m) {}
  constexpr operator const int&() const { return m_; }
  // String is the English name, `%!Month(13)` for what is none.
  std::string String() const;

 private:
  int m_ = 0;
};
inline constexpr Month January = 1, February = 2, March = 3, April = 4, May = 5, June = 6, July = 7, August = 8,
                       September = 9, October = 10, November = 11, December = 12;

// Weekday is a day of the week, Sunday = 0. It converts to and from int.
class Weekday {
 public:
  using go_underlying = int;
  constexpr Weekday() = default;
  constexpr Weekday(int d) : d_(d) {}
  constexpr operator const int&() const { return d_; }
  // String is the English name, `%!Weekday(7)` for what is none.
  std::string String() const;

 private:
  int d_ = 0;
};
inline constexpr Weekday Sunday = 0, Monday = 1, Tuesday = 2, Wednesday = 3, Thursday = 4, Friday = 5, Saturday = 6;

// Location says which offset from UTC, under which name, holds at an instant. Locations live as long as the program and
// are passed by pointer: UTC, Local (the C library's local zone: TZ or /etc/localtime) and what FixedZone makes.
class Location {
 public:
  // String is the name: `UTC`, the one given to FixedZone, or for Local what TZ says, `Local` if that is not set.
  std::string String() const;

  struct zone {
    const char* name;  // abbreviation
    int offset;        // seconds east of UTC
    bool dst;
  };
  // lookup is the zone in use at a time given as seconds since 1970.
  zone lookup(int64_t unix_seconds) const;
  // lookup_name finds the offset of a zone abbreviation: as it was used at a time given as local seconds since 1970, or
  // else as it was first used.
  bool lookup_name(std::string_view name, int64_t local_seconds, int* offset) const;

  enum class kind : uint8_t { utc, local, fixed };
  constexpr Location(kind k, const char* name, int offset) : name_(name), offset_(offset), kind_(k) {}
  Location(const Location&) = delete;
  Location& operator=(const Location&) = delete;

 private:
  const char* name_;
  int offset_;
  kind kind_;
};

extern const Location* const UTC;
extern const Location* const Local;

// FixedZone returns a Location that always uses the given zone name and offset (seconds east of UTC).
//
//   time::Time t = time::Now().In(time::FixedZone("CET", 3600));
const Location* FixedZone(std::string_view name, int offset);

// Time is an instant with nanosecond precision, and the Location in which it is shown. The zero Time is January 1, year
// 1, 00:00:00 UTC. A Time from Now also has a reading of the monotonic clock, which comparisons and differences of two
// such times use, so that setting the wall clock does not disturb them; In, UTC, Local, Round, Truncate drop it.
//
//   time::Time start = time::Now();
//   time::Duration took = time::Since(start);
//   time::Time t = time::Date(2009, time::November, 10, 23, 0, 0, 0, time::UTC);
//   t.Format(time::RFC3339);                               // 2009-11-10T23:00:00Z
//   auto [u, err] = time::Parse("2006-01-02", "2024-02-29");
//   std::chrono::system_clock::time_point c(t);            // to and from std::chrono
//
// A Time is a value of three words. == compares them all, the Location too, as in Go: use Equal for instants.
class Time {
 public:
  constexpr Time() noexcept = default;
  template <class D>
  Time(std::chrono::time_point<std::chrono::system_clock, D> t) : Time(from_unix_nanoseconds(t.time_since_epoch())) {}
  explicit operator std::chrono::system_clock::time_point() const {
    return std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::nanoseconds(UnixNano())));
  }

  // Comparison of instants. Compare is -1, 0 or 1.
  //
  //   if (t.Before(u) || t.After(u)) use(t.Compare(u));
  //   if (t.Equal(u) && !t.IsZero()) log("at the same time");
  bool After(Time u) const { return Compare(u) > 0; }
  bool Before(Time u) const { return Compare(u) < 0; }
  bool Equal(Time u) const { return Compare(u) == 0; }
  int Compare(Time u) const;
  // IsZero: January 1, year 1, 00:00:00 UTC.
  bool IsZero() const { return sec() == 0 && nsec() == 0; }
  friend bool operator==(Time a, Time b) { return a.wall_ == b.wall_ && a.ext_ == b.ext_ && a.loc_ == b.loc_; }

  // Arithmetic. Sub is limited to what a Duration can hold. AddDate normalises as Date does: October 31 and one month
  // are December 1.
  //
  //   time::Time tomorrow = t.AddDate(0, 0, 1), later = t.Add(time::Hour);
  //   time::Duration between = later.Sub(t);
  Time Add(Duration d) const;
  Duration Sub(Time u) const;
  Time AddDate(int years, int months, int days) const;
  // Truncate rounds down to a multiple of d since the zero time, Round to the nearest one, halves up; d <= 0 only drops
  // the monotonic reading.
  //
  //   time::Time hour = t.Truncate(time::Hour), nearest = t.Round(time::Hour);
  Time Truncate(Duration d) const;
  Time Round(Duration d) const;

  // Date and clock in the time's Location.
  //
  //   auto [year, month, day] = t.Date();
  //   auto [hour, min, sec] = t.Clock();
  //   auto [iso_year, week] = t.ISOWeek();
  //   use(t.Year(), t.Month().String(), t.Day(), t.Weekday().String(), t.YearDay());
  //   use(t.Hour(), t.Minute(), t.Second(), t.Nanosecond());
  std::tuple<int, time::Month, int> Date() const;  // year, month, day
  std::tuple<int, int, int> Clock() const;         // hour, minute, second
  std::pair<int, int> ISOWeek() const;             // year and week by ISO 8601
  int Year() const;
  time::Month Month() const;
  int Day() const;
  time::Weekday Weekday() const;
  int YearDay() const;  // 1 to 366
  int Hour() const;
  int Minute() const;
  int Second() const;
  int Nanosecond() const { return nsec(); }

  // The same instant in another Location. In(nullptr) panics with `time: missing Location in call to Time.In`.
  //
  //   time::Time here = t.Local(), there = t.UTC(), same = t.In(t.Location());
  //   println(here.Location()->String());
  Time In(const time::Location* loc) const;
  Time UTC() const;
  Time Local() const;
  const time::Location* Location() const { return loc_ == nullptr ? time::UTC : loc_; }
  // Zone is the abbreviation and the offset in seconds east of UTC.
  //
  //   auto [name, offset] = t.Zone();
  //   if (t.IsDST()) use(name, offset);
  std::pair<std::string, int> Zone() const;
  bool IsDST() const;

  // Time since January 1, 1970 UTC. UnixNano is undefined outside the years 1678 to 2262.
  //
  //   use(t.Unix(), t.UnixMilli(), t.UnixMicro(), t.UnixNano());
  int64_t Unix() const { return sec() - kUnixToInternal; }
  int64_t UnixMilli() const { return Unix() * 1000 + nsec() / 1000000; }
  int64_t UnixMicro() const { return Unix() * 1000000 + nsec() / 1000; }
  int64_t UnixNano() const;

  // Format renders by a layout, which shows how the reference time `Mon Jan 2 15:04:05 MST 2006` is to be written.
  //
  //   std::string line = t.Format(time::DateTime) + " ";
  //   t.AppendFormat(line, time::Kitchen);
  std::string Format(std::string_view layout) const;
  void AppendFormat(std::string& out, std::string_view layout) const;
  // String is `2006-01-02 15:04:05.999999999 -0700 MST`, with ` m=+0.000012345` after it if there is a monotonic
  // reading.
  std::string String() const;

 private:
  friend Time Now();
  friend Duration Since(Time);
  friend Duration Until(Time);
  friend Time Unix(int64_t, int64_t);
  friend Time Date(int, time::Month, int, int, int, int, int64_t, const time::Location*);
  friend struct parser;
  friend struct formatter;

  // wall: bit 63 says that there is a monotonic reading, bits 0 to 29 are the nanoseconds. With a reading, bits 30 to
  // 62 are the seconds since 1885 and ext is the reading, in nanoseconds since the program started. Without, bits 30 to
  // 62 are zero and ext is the seconds since year 1. Now, comparing and subtracting are a few instructions this way.
  // loc is null for UTC.
  static constexpr uint64_t kHasMonotonic = uint64_t{1} << 63, kNsecMask = (uint64_t{1} << 30) - 1;
  static constexpr int kNsecShift = 30;
  static constexpr int64_t kUnixToInternal = 62135596800;  // year 1 to 1970
  static constexpr int64_t kWallToInternal = 59453308800;  // year 1 to 1885

  constexpr Time(uint64_t wall, int64_t ext, const time::Location* loc) : wall_(wall), ext_(ext), loc_(loc) {}
  static Time from_unix_nanoseconds(std::chrono::nanoseconds ns);
  bool has_monotonic() const { return (wall_ & kHasMonotonic) != 0; }
  int32_t nsec() const { return static_cast<int32_t>(wall_ & kNsecMask); }
  int64_t sec() const {
    return has_monotonic() ? kWallToInternal + static_cast<int64_t>(wall_ << 1 >> (kNsecShift + 1)) : ext_;
  }
  void strip_monotonic();
  void add_seconds(int64_t d);
  void set_location(const time::Location* loc);
  uint64_t abs() const;  // local seconds since the start of the calendar's cycle

  uint64_t wall_ = 0;
  int64_t ext_ = 0;
  const time::Location* loc_ = nullptr;
};
static_assert(sizeof(Time) == 24);

// Now is the current time in Local, with a monotonic reading.
Time Now();
// Since is Now().Sub(t); Until is t.Sub(Now()).
//
//   time::Sleep(time::Until(t));
Duration Since(Time t);
Duration Until(Time t);
// Unix, UnixMilli, UnixMicro are the local Time of a count since January 1, 1970 UTC; nsec may be outside 0 to
// 999999999.
//
//   time::Time a = time::Unix(1700000000, 5);
//   time::Time b = time::UnixMilli(1700000000000), c = time::UnixMicro(1700000000000000);
Time Unix(int64_t sec, int64_t nsec);
Time UnixMilli(int64_t msec);
Time UnixMicro(int64_t usec);
// Date is the Time of a date and clock in loc. Values outside their ranges carry over: October 32 is November 1. A
// clock time that a change to summer time skips or repeats is one of the two that it might be. A null loc panics with
// `time: missing Location in call to Date`.
Time Date(int year, Month month, int day, int hour, int min, int sec, int64_t nsec, const Location* loc);

// Layouts for Format and Parse.
inline constexpr std::string_view Layout = "01/02 03:04:05PM '06 -0700", ANSIC = "Mon Jan _2 15:04:05 2006",
                                  UnixDate = "Mon Jan _2 15:04:05 MST 2006",
                                  RubyDate = "Mon Jan 02 15:04:05 -0700 2006", RFC822 = "02 Jan 06 15:04 MST",
                                  RFC822Z = "02 Jan 06 15:04 -0700", RFC850 = "Monday, 02-Jan-06 15:04:05 MST",
                                  RFC1123 = "Mon, 02 Jan 2006 15:04:05 MST",
                                  RFC1123Z = "Mon, 02 Jan 2006 15:04:05 -0700", RFC3339 = "2006-01-02T15:04:05Z07:00",
                                  RFC3339Nano = "2006-01-02T15:04:05.999999999Z07:00", Kitchen = "3:04PM",
                                  Stamp = "Jan _2 15:04:05", StampMilli = "Jan _2 15:04:05.000",
                                  StampMicro = "Jan _2 15:04:05.000000", StampNano = "Jan _2 15:04:05.000000000",
                                  DateTime = "2006-01-02 15:04:05", DateOnly = "2006-01-02", TimeOnly = "15:04:05";

// Parse reads a time written by a layout. Without a zone in it the time is UTC; a numeric offset that Local uses at
// that time gives a time in Local, any other a FixedZone. The error is a ParseError.
std::pair<Time, error> Parse(std::string_view layout, std::string_view value);
// ParseInLocation is Parse with loc in the place of UTC and Local.
//
//   auto [t, err] = time::ParseInLocation(time::DateTime, "2024-02-29 12:00:00", time::Local);
std::pair<Time, error> ParseInLocation(std::string_view layout, std::string_view value, const Location* loc);

// ParseError says what Parse could not read: `parsing time "x" as "2006": cannot parse "x" as "2006"`.
struct ParseError {
  std::string Layout;
  std::string Value;
  std::string LayoutElem;
  std::string ValueElem;
  std::string Message;
  std::string Error() const;
};

}  // namespace gort::time

namespace gort::rt {
template <>
struct go_type<time::ParseError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*time.ParseError"); }
};
}  // namespace gort::rt

#endif  // GORT_TIME_TIME_H_
