// The tests of Go's src/time that are about calendar, formats and clocks, under their names, as far as their parts are
// offered; tests/conformance/README.md says where the others are. Values are our own.
#include <gort/fmt.h>
#include <gort/go.h>
#include <gort/sync.h>
#include <gort/time.h>
#include <gtest/gtest.h>

#include "tests/under_tool.h"
#include "tests/unit/catch_panic.h"

namespace gort {
namespace {

using time::Date;
using time::Duration;
using time::FixedZone;
using time::Month;
using time::Parse;
using time::Time;

template <class F>
std::string panicked(F f) {
  return fmt::Sprint(catch_panic(f));
}

Time day(int y, int m, int d) {
  return Date(y, Month(m), d, 0, 0, 0, 0, time::UTC);
}

Time parse(std::string_view layout, std::string_view value) {
  auto [t, err] = Parse(layout, value);
  EXPECT_TRUE(err == nil) << layout << " " << value << ": " << (err ? err.Error() : "");
  return t;
}

std::string parse_error(std::string_view layout, std::string_view value) {
  auto [t, err] = Parse(layout, value);
  if (!err) return "none";
  EXPECT_TRUE(err.is<time::ParseError>());
  return err.Error();
}

// ---- format_test.go ----

TEST(GoTimeFormat, TestFormatSingleDigits) {
  EXPECT_EQ(Date(2001, Month(2), 3, 4, 5, 6, 700000000, time::UTC).Format("3:4:5"), "4:5:6");
}

TEST(GoTimeFormat, TestFormatShortYear) {
  for (int y : {-100001, -10000, -9999, -1000, -99, -10, -1, 0, 1, 9, 10, 99, 100, 999, 1000, 9999, 10000, 100001}) {
    std::string want = y < 0 ? fmt::Sprintf("-%04d.01.01", -y) : fmt::Sprintf("%04d.01.01", y);
    EXPECT_EQ(day(y, 1, 1).Format("2006.01.02"), want);
  }
}

TEST(GoTimeFormat, TestNoonIs12PM) {
  Time noon = Date(0, time::January, 1, 12, 0, 0, 0, time::UTC);
  EXPECT_EQ(noon.Format("3:04PM"), "12:00PM");
  EXPECT_EQ(noon.Format("03:04PM"), "12:00PM");
}

TEST(GoTimeFormat, TestMidnightIs12AM) {
  EXPECT_EQ(day(0, 1, 1).Format("3:04PM"), "12:00AM");
  EXPECT_EQ(day(0, 1, 1).Format("03:04PM"), "12:00AM");
}

TEST(GoTimeFormat, Test12PMIsNoon) {
  EXPECT_EQ(parse("3:04PM", "12:00PM").Hour(), 12);
  EXPECT_EQ(parse("03:04PM", "12:00PM").Hour(), 12);
}

TEST(GoTimeFormat, Test12AMIsMidnight) {
  EXPECT_EQ(parse("3:04PM", "12:00AM").Hour(), 0);
  EXPECT_EQ(parse("03:04PM", "12:00AM").Hour(), 0);
}

TEST(GoTimeFormat, TestMissingZone) {
  Time t = parse(time::RubyDate, "Wed Mar 15 01:02:03 -0345 2017");
  EXPECT_EQ(t.Format(time::UnixDate), "Wed Mar 15 01:02:03 -0345 2017");
}

TEST(GoTimeFormat, TestMinutesInTimeZone) {
  EXPECT_EQ(parse(time::RubyDate, "Wed Mar 15 01:02:03 +0517 2017").Zone().second, (5 * 60 + 17) * 60);
}

const struct {
  const char *layout, *value;
  int offset;
} second_zones[] = {
    {"2006-01-02T15:04:05-070000", "1850-06-01T01:02:03-001234", -(12 * 60 + 34)},
    {"2006-01-02T15:04:05-07:00:00", "1850-06-01T01:02:03+01:12:34", 3600 + 12 * 60 + 34},
    {"2006-01-02T15:04:05Z070000", "1850-06-01T01:02:03+001234", 12 * 60 + 34},
    {"2006-01-02T15:04:05Z07:00:00", "1850-06-01T01:02:03-01:12:34", -(3600 + 12 * 60 + 34)},
};

TEST(GoTimeFormat, TestParseSecondsInTimeZone) {
  for (const auto& c : second_zones) EXPECT_EQ(parse(c.layout, c.value).Zone().second, c.offset) << c.value;
}

TEST(GoTimeFormat, TestFormatSecondsInTimeZone) {
  for (const auto& c : second_zones)
    EXPECT_EQ(Date(1850, time::June, 1, 1, 2, 3, 0, FixedZone("X", c.offset)).Format(c.layout), c.value);
}

TEST(GoTimeFormat, TestUnderscoreTwoThousand) {
  Time t = parse("15:04_20060102", "07:09_19991224");
  auto [y, m, d] = t.Date();
  EXPECT_EQ(y, 1999);
  EXPECT_EQ(m, time::December);
  EXPECT_EQ(d, 24);
  EXPECT_EQ(t.Hour(), 7);
  EXPECT_EQ(t.Minute(), 9);
}

TEST(GoTimeFormat, TestStd0xParseError) {
  for (auto [layout, value] :
       {std::pair("01 MST", "3 MST"), std::pair("01 MST", "0 MST"), std::pair("02-Jan-06", "04-Feb-1")})
    EXPECT_NE(parse_error(layout, value).find("cannot parse"), std::string::npos) << value;
}

TEST(GoTimeFormat, TestParseMonthOutOfRange) {
  for (const char* v : {"00-01", "13-01", "99-01"})
    EXPECT_NE(parse_error("01-02", v).find(": month out of range"), std::string::npos) << v;
  for (int m = 1; m <= 12; m++) EXPECT_EQ(parse("01-02", fmt::Sprintf("%02d-01", m)).Month(), m);
}

TEST(GoTimeFormat, TestParseDayOutOfRange) {
  for (const char* v : {"Mon Jan 32 01:02:03 2012", "Mon Feb 30 01:02:03 2012", "Mon Feb 29 01:02:03 2013",
                        "Mon Apr 31 01:02:03 2012", "Mon Jan 00 01:02:03 2012"})
    EXPECT_NE(parse_error(time::ANSIC, v).find(": day out of range"), std::string::npos) << v;
  EXPECT_EQ(parse(time::ANSIC, "Wed Feb 29 01:02:03 2012").Day(), 29);
}

TEST(GoTimeFormat, TestParseYday) {
  for (int i = 1; i <= 366; i++) {
    Time t = parse("2006-002", fmt::Sprintf("2024-%03d", i));
    EXPECT_EQ(t.Year(), 2024);
    EXPECT_EQ(t.YearDay(), i);
  }
}

TEST(GoTimeFormat, TestParseFractionalSecondsLongerThanNineDigits) {
  for (std::string_view layout : {time::RFC3339, time::RFC3339Nano}) {
    EXPECT_EQ(parse(layout, "2021-09-29T16:04:33.0000000001Z").Nanosecond(), 0);
    EXPECT_EQ(parse(layout, "2021-09-29T16:04:33.1234567899Z").Nanosecond(), 123456789);
    EXPECT_EQ(parse(layout, "2021-09-29T16:04:33.99999999999999999999Z").Nanosecond(), 999999999);
  }
}

TEST(GoTimeFormat, TestFormatFractionalSecondSeparators) {
  Time t = Date(2020, Month(1), 2, 3, 4, 5, 678901234, time::UTC);
  EXPECT_EQ(t.Format("15:04:05.000"), "03:04:05.678");
  EXPECT_EQ(t.Format("15:04:05,000"), "03:04:05,678");
  EXPECT_EQ(t.Format("15:04:05.999999"), "03:04:05.678901");
  EXPECT_EQ(t.Format("15:04:05,999999999"), "03:04:05,678901234");
}

TEST(GoTimeFormat, TestFormatAndParse) {
  const std::string_view layout = "Mon MST 2006-01-02T15:04:05.999999999Z07:00";
  for (int64_t sec :
       {int64_t{0}, int64_t{1234567890}, int64_t{-1234567890}, int64_t{-62135596800}, int64_t{253402300799}})
    for (int64_t ns : {0, 1, 500000000, 999999999}) {
      Time t = time::Unix(sec, ns).UTC();
      EXPECT_TRUE(parse(layout, t.Format(layout)).Equal(t)) << t.String();
    }
}

TEST(GoTimeFormat, TestRFC3339Conversion) {
  for (int64_t sec : {int64_t{0}, int64_t{951782399}, int64_t{1709208000}, int64_t{-1}}) {
    for (const time::Location* loc : {time::UTC, FixedZone("", 5 * 3600 + 30 * 60), FixedZone("", -12 * 3600)}) {
      Time t = time::Unix(sec, 120000000).In(loc);
      Time u = parse(time::RFC3339Nano, t.Format(time::RFC3339Nano));
      EXPECT_TRUE(u.Equal(t));
      EXPECT_EQ(u.Zone().second, t.Zone().second);
      EXPECT_EQ(u.Format("2006-01-02T15:04:05.999999999Z07:00"), t.Format(time::RFC3339Nano));
    }
  }
}

// ---- time_test.go ----

TEST(GoTime, TestSecondsToUTCAndBack) {
  for (int64_t sec = -3000000000000; sec < 3000000000000; sec += 7777777777) {
    EXPECT_EQ(time::Unix(sec, 0).UTC().Unix(), sec);
    auto [y, m, d] = time::Unix(sec, 0).UTC().Date();
    auto [h, min, s] = time::Unix(sec, 0).UTC().Clock();
    EXPECT_EQ(Date(y, m, d, h, min, s, 0, time::UTC).Unix(), sec);
  }
}

TEST(GoTime, TestNanosecondsToUTCAndBack) {
  for (int64_t ns = INT64_MIN / 2; ns < INT64_MAX / 2; ns += 77777777777777777)
    EXPECT_EQ(time::Unix(0, ns).UTC().UnixNano(), ns);
}

TEST(GoTime, TestSecondsToLocalTime) {
  for (int64_t sec = -3000000000000; sec < 3000000000000; sec += 7777777777) {
    Time t = time::Unix(sec, 0);
    EXPECT_EQ(t.Location(), time::Local);
    EXPECT_EQ(t.Unix(), sec);
    EXPECT_TRUE(t.Equal(t.UTC()));
    EXPECT_EQ(t.UTC().Add(Duration(t.Zone().second) * time::Second).Format(time::DateTime), t.Format(time::DateTime));
  }
}

TEST(GoTime, TestNanosecondsToLocalTime) {
  for (int64_t ns = INT64_MIN / 2; ns < INT64_MAX / 2; ns += 77777777777777777) {
    Time t = time::Unix(0, ns);
    EXPECT_EQ(t.Unix() * 1000000000 + t.Nanosecond(), ns);
    EXPECT_EQ(t.UTC().Nanosecond(), t.Nanosecond());
  }
}

TEST(GoTime, TestParseDurationRoundTrip) {
  auto round_trip = [](Duration d) {
    auto [back, err] = time::ParseDuration(d.String());
    EXPECT_TRUE(err == nil) << d.String();
    EXPECT_EQ(back.Nanoseconds(), d.Nanoseconds()) << d.String();
  };
  round_trip(INT64_MAX);
  round_trip(INT64_MIN);
  uint32_t seed = 1;
  for (int i = 0; i < 1000; i++) round_trip(Duration((seed = seed * 1664525 + 1013904223) >> 1) * time::Millisecond);
}

TEST(GoTime, TestUnixMilli) {
  for (int64_t v : {int64_t{0}, int64_t{-1}, int64_t{1700000000123}, int64_t{-62135596800000}})
    EXPECT_EQ(time::UnixMilli(v).UnixMilli(), v);
}

TEST(GoTime, TestUnixMicro) {
  for (int64_t v : {int64_t{0}, int64_t{-1}, int64_t{1700000000123456}, int64_t{-62135596800000000}})
    EXPECT_EQ(time::UnixMicro(v).UnixMicro(), v);
}

// Against arithmetic in 128 bits since the zero time.
TEST(GoTime, TestTruncateRound) {
  const __int128 zero = -62135596800;
  uint64_t seed = 1;
  auto random = [&] { return seed = seed * 6364136223846793005u + 1442695040888963407u; };
  for (int i = 0; i < 20000; i++) {
    int64_t sec = int64_t(random() % 40000000000) - 20000000000, ns = int64_t(random() % 1000000000);
    int64_t d = i % 3 == 0   ? int64_t(random() >> 1)
                : i % 3 == 1 ? int64_t(random() % 1000 + 1) * 1000000
                             : int64_t(random() % 100000 + 1) * 1000000000;
    if (d == 0) continue;
    Time t = time::Unix(sec, ns).UTC();
    __int128 abs = (sec - zero) * 1000000000 + ns;
    __int128 rest = ((abs % d) + d) % d;
    auto at = [&](__int128 v) {
      __int128 s = v / 1000000000, n = v % 1000000000;
      if (n < 0) n += 1000000000, s--;
      return time::Unix(int64_t(s + zero), int64_t(n)).UTC();
    };
    EXPECT_TRUE(t.Truncate(d).Equal(at(abs - rest))) << t.String() << " " << d;
    __int128 rounded = rest + rest < d ? abs - rest : abs - rest + d;
    EXPECT_TRUE(t.Round(d).Equal(at(rounded))) << t.String() << " " << d;
  }
}

TEST(GoTime, TestISOWeek) {
  for (int year = 1900; year < 2200; year++) {
    auto [y, w] = day(year, 1, 4).ISOWeek();  // by definition
    EXPECT_EQ(y, year);
    EXPECT_EQ(w, 1);
  }
  for (Time t = day(1999, 12, 20); t.Year() < 2003; t = t.AddDate(0, 0, 1)) {
    Time monday = t.AddDate(0, 0, -((t.Weekday() + 6) % 7));
    EXPECT_EQ(t.ISOWeek(), monday.ISOWeek()) << t.String();
    EXPECT_NE(t.ISOWeek(), monday.AddDate(0, 0, 7).ISOWeek()) << t.String();
  }
}

TEST(GoTime, TestYearDay) {
  const time::Location* zones[] = {FixedZone("", -8 * 3600), time::UTC, FixedZone("", 4 * 3600)};
  for (int year : {-1, 0, 1, 1582, 1900, 2000, 2023, 2024})
    for (const time::Location* loc : zones)
      for (int n = 1; n <= 366; n++) {
        Time t = Date(year, time::January, n, 0, 0, 0, 0, loc);
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        EXPECT_EQ(t.YearDay(), n == 366 && !leap ? 1 : n) << t.String();
      }
}

TEST(GoTime, TestDaysIn) {
  for (int year : {1900, 2000, 2023, 2024})
    for (int m = 1; m <= 12; m++) {
      int last = Date(year, Month(m + 1), 0, 0, 0, 0, 0, time::UTC).Day();
      bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
      EXPECT_EQ(last, m == 2 ? 28 + leap : m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31);
    }
}

TEST(GoTime, TestAddDate) {
  Time end = Date(2019, time::August, 23, 7, 8, 9, 10, time::UTC);
  for (auto [y, m, d] : {std::tuple(8, 6, 12), std::tuple(2, 11, 43), std::tuple(8, 6, 12), std::tuple(3, -7, 412)}) {
    Time t = end.AddDate(-y, -m, -d);
    EXPECT_TRUE(Date(2019 - y, Month(8 - m), 23 - d, 7, 8, 9, 10, time::UTC).Equal(t));
  }
}

TEST(GoTime, TestAddToExactSecond) {
  Time t = time::Now();
  Time u = t.Add(time::Second - Duration(t.Nanosecond()));
  EXPECT_EQ(u.Second(), (t.Second() + 1) % 60);
  EXPECT_EQ(u.Nanosecond(), 0);
}

TEST(GoTime, TestDate) {
  for (auto [m, d, h, min, s] :
       {std::tuple(11, 6, 8, 0, 0), std::tuple(11, 6, 7, 59, 60), std::tuple(11, 6, 7, 0, 3600),
        std::tuple(11, 5, 32, 0, 0), std::tuple(10, 37, 8, 0, 0), std::tuple(11, 6, 8, 30, -1800)})
    EXPECT_EQ(Date(2011, Month(m), d, h, min, s, 0, time::UTC).Unix(), 1320566400) << m << " " << d;
}

TEST(GoTime, TestLoadFixed) {
  auto [name, offset] = Date(2009, Month(7), 1, 0, 0, 0, 0, FixedZone("GMT+1", -3600)).Zone();
  EXPECT_EQ(name, "GMT+1");
  EXPECT_EQ(offset, -3600);
}

TEST(GoTime, TestSub) {
  Time a = day(1600, 1, 1), b = day(2300, 1, 1);
  EXPECT_EQ(a.Sub(b), Duration(INT64_MIN));
  EXPECT_EQ(b.Sub(a), Duration(INT64_MAX));
  EXPECT_EQ(b.Sub(b.Add(-7)), Duration(7));
  EXPECT_EQ(Time().Sub(Time()), Duration(0));
}

TEST(GoTime, TestZeroMonthString) {
  EXPECT_EQ(Month(0).String(), "%!Month(0)");
}

TEST(GoTime, TestWeekdayString) {
  EXPECT_EQ(time::Tuesday.String(), "Tuesday");
  EXPECT_EQ(time::Weekday(14).String(), "%!Weekday(14)");
}

TEST(GoTime, TestTimeAddSecOverflow) {
  const int64_t kToInternal = 62135596800;
  Time t = time::Unix(INT64_MAX - kToInternal - 50, 0);
  for (int64_t i = 0; i < 100; i++) {
    int64_t before = t.Unix();
    t = t.Add(Duration(i * 1000000000));
    if (t.Unix() != before + i) {
      EXPECT_EQ(t.Unix() + kToInternal, INT64_MAX);
    }
  }
}

TEST(GoTime, TestConcurrentTimerReset) {
  sync::WaitGroup wg;
  auto timer = time::NewTimer(time::Hour);
  for (int i = 0; i < 8; i++) {
    wg.Add(1);
    go([&, i] {
      for (int j = 0; j < 1000; j++) timer->Reset(time::Hour + Duration(i * j));
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_TRUE(timer->Stop());
}

TEST(GoTime, TestConcurrentTimerResetStop) {
  sync::WaitGroup wg;
  auto timer = time::NewTimer(time::Hour);
  for (int i = 0; i < 8; i++) {
    wg.Add(2);
    go([&, i] {
      for (int j = 0; j < 1000; j++) timer->Reset(time::Hour + Duration(i * j));
      wg.Done();
    });
    go([&] {
      for (int j = 0; j < 1000; j++) timer->Stop();
      wg.Done();
    });
  }
  wg.Wait();
  timer->Stop();
  EXPECT_EQ(timer->C.len(), 0);
}

// ---- mono_test.go ----

bool monotonic(Time t) {
  return t.String().find(" m=") != std::string::npos;
}

TEST(GoTimeMono, TestHasMonotonicClock) {
  Time t = time::Now();
  EXPECT_TRUE(monotonic(t));
  EXPECT_TRUE(monotonic(t.Add(1)));
  for (Time u : {t.AddDate(1, 1, 1), t.In(time::UTC), t.Local(), t.UTC(), t.Round(2), t.Round(0), t.Truncate(2),
                 time::Unix(1486057371, 0), day(2009, 11, 23), Time()})
    EXPECT_FALSE(monotonic(u)) << u.String();
}

TEST(GoTimeMono, TestMonotonicAdd) {
  Time t = time::Now(), u = t.Add(100);
  EXPECT_EQ(u.Sub(t), Duration(100));
  EXPECT_EQ(u.Round(0).Sub(t.Round(0)), Duration(100));
  Time far = t.Add(INT64_MAX);
  EXPECT_EQ(far.Round(0).Sub(t.Round(0)), Duration(INT64_MAX));
}

TEST(GoTimeMono, TestMonotonicSub) {
  Time t = time::Now(), u = t.Add(10), wall = t.Add(time::Hour).Round(0);
  EXPECT_EQ(u.Sub(t), Duration(10));
  EXPECT_EQ(t.Sub(u), Duration(-10));
  EXPECT_EQ(wall.Sub(t), time::Hour);
  EXPECT_TRUE(t.Before(u) && u.After(t) && !t.Equal(u) && t.Before(wall));
}

TEST(GoTimeMono, TestMonotonicOverflow) {
  Duration d = time::Until(time::Now().Add(-30 * time::Second));
  EXPECT_TRUE(-90 * time::Second < d && d <= -30 * time::Second);
  d = time::Since(time::Now().Add(INT64_MAX).Add(-INT64_MAX));
  EXPECT_TRUE(-time::Minute < d && d < time::Minute);
  EXPECT_FALSE(monotonic(time::Now().Add(INT64_MAX)));
  Time later = time::Now().Add(time::Hour), earlier = time::Now().Add(-5 * time::Second);
  EXPECT_TRUE(later.After(earlier) && earlier.Before(later));
  EXPECT_EQ(later.Compare(earlier), 1);
}

// ---- sleep_test.go ----

// A ticker works on after a nil dereference with timers about.
TEST(GoTimeSleep, TestIssue5745) {
  SKIP_UNDER(tool::kUndefined, "it reports the dereference itself");
  auto ticker = time::NewTicker(time::Hour);
  EXPECT_EQ(panicked([] {
              time::Timer* volatile nowhere = nullptr;
              nowhere->Stop();
            }),
            "runtime error: invalid memory address or nil pointer dereference");
  ticker->Reset(time::Millisecond);
  ticker->C.recv();
  ticker->Stop();
}

TEST(GoTimeSleep, TestZeroTimerResetPanics) {
  time::Timer t;
  EXPECT_EQ(panicked([&] { t.Reset(1); }), "time: Reset called on uninitialized Timer");
}

TEST(GoTimeSleep, TestZeroTimerStopPanics) {
  time::Timer t;
  EXPECT_EQ(panicked([&] { t.Stop(); }), "time: Stop called on uninitialized Timer");
}

}  // namespace
}  // namespace gort
