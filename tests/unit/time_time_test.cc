// time.Time: calendar, arithmetic, formatting and parsing. The tables were printed by Go 1.22.12.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include <gort/gort.h>

#include "tests/unit/catch_panic.h"

using namespace gort;

namespace {

static_assert(sizeof(time::Time) == 24 && std::is_trivially_copyable_v<time::Time>);

const time::Location* const utc = time::UTC;
const time::Location* const india = time::FixedZone("", 5 * 3600 + 1800);
const time::Location* const xyz = time::FixedZone("XYZ", -3 * 3600 - 61);

// use_zone makes zone the local one for the time of a test.
struct use_zone {
  std::string old = getenv("TZ") != nullptr ? getenv("TZ") : "";
  explicit use_zone(const char* zone) { set(zone); }
  ~use_zone() { set(old.c_str()); }
  static void set(const char* zone) {
    if (*zone != 0)
      setenv("TZ", zone, 1);
    else
      unsetenv("TZ");
    tzset();
  }
};

struct format_case {
  std::string_view layout;
  int64_t sec, nsec;
  const time::Location* loc;
  std::string_view want;
};
const format_case format_cases[] = {
    {time::Layout, 1233810057, 12345678, utc, "02/05 05:00:57AM '09 +0000"},
    {time::Layout, 951782400, 120000000, india, "02/29 05:30:00AM '00 +0530"},
    {time::Layout, -1, 0, xyz, "12/31 08:58:58PM '69 -0301"},
    {time::ANSIC, 951782400, 999999999, utc, "Tue Feb 29 00:00:00 2000"},
    {time::ANSIC, -1, 5, india, "Thu Jan  1 05:29:59 1970"},
    {time::ANSIC, -62135596800, 12345678, xyz, "Sun Dec 31 20:58:59 0000"},
    {time::UnixDate, -1, 120000000, utc, "Wed Dec 31 23:59:59 UTC 1969"},
    {time::UnixDate, -62135596800, 0, india, "Mon Jan  1 05:30:00 +0530 0001"},
    {time::UnixDate, 253402300799, 999999999, xyz, "Fri Dec 31 20:58:58 XYZ 9999"},
    {time::RubyDate, -62135596800, 5, utc, "Mon Jan 01 00:00:00 +0000 0001"},
    {time::RubyDate, 253402300799, 12345678, india, "Sat Jan 01 05:29:59 +0530 10000"},
    {time::RubyDate, 1709208000, 120000000, xyz, "Thu Feb 29 08:58:59 -0301 2024"},
    {time::RFC822, 253402300799, 0, utc, "31 Dec 99 23:59 UTC"},
    {time::RFC822, 1709208000, 999999999, india, "29 Feb 24 17:30 +0530"},
    {time::RFC822, 1233810057, 5, xyz, "05 Feb 09 01:59 XYZ"},
    {time::RFC822Z, 1709208000, 12345678, utc, "29 Feb 24 12:00 +0000"},
    {time::RFC822Z, 1233810057, 120000000, india, "05 Feb 09 10:30 +0530"},
    {time::RFC822Z, 951782400, 0, xyz, "28 Feb 00 20:58 -0301"},
    {time::RFC850, 1233810057, 999999999, utc, "Thursday, 05-Feb-09 05:00:57 UTC"},
    {time::RFC850, 951782400, 5, india, "Tuesday, 29-Feb-00 05:30:00 +0530"},
    {time::RFC850, -1, 12345678, xyz, "Wednesday, 31-Dec-69 20:58:58 XYZ"},
    {time::RFC1123, 951782400, 120000000, utc, "Tue, 29 Feb 2000 00:00:00 UTC"},
    {time::RFC1123, -1, 0, india, "Thu, 01 Jan 1970 05:29:59 +0530"},
    {time::RFC1123, -62135596800, 999999999, xyz, "Sun, 31 Dec 0000 20:58:59 XYZ"},
    {time::RFC1123Z, -1, 5, utc, "Wed, 31 Dec 1969 23:59:59 +0000"},
    {time::RFC1123Z, -62135596800, 12345678, india, "Mon, 01 Jan 0001 05:30:00 +0530"},
    {time::RFC1123Z, 253402300799, 120000000, xyz, "Fri, 31 Dec 9999 20:58:58 -0301"},
    {time::RFC3339, -62135596800, 0, utc, "0001-01-01T00:00:00Z"},
    {time::RFC3339, 253402300799, 999999999, india, "10000-01-01T05:29:59+05:30"},
    {time::RFC3339, 1709208000, 5, xyz, "2024-02-29T08:58:59-03:01"},
    {time::RFC3339Nano, 253402300799, 12345678, utc, "9999-12-31T23:59:59.012345678Z"},
    {time::RFC3339Nano, 1709208000, 120000000, india, "2024-02-29T17:30:00.12+05:30"},
    {time::RFC3339Nano, 1233810057, 0, xyz, "2009-02-05T01:59:56-03:01"},
    {time::Kitchen, 1709208000, 999999999, utc, "12:00PM"},
    {time::Kitchen, 1233810057, 5, india, "10:30AM"},
    {time::Kitchen, 951782400, 12345678, xyz, "8:58PM"},
    {time::Stamp, 1233810057, 120000000, utc, "Feb  5 05:00:57"},
    {time::Stamp, 951782400, 0, india, "Feb 29 05:30:00"},
    {time::Stamp, -1, 999999999, xyz, "Dec 31 20:58:58"},
    {time::StampMilli, 951782400, 5, utc, "Feb 29 00:00:00.000"},
    {time::StampMilli, -1, 12345678, india, "Jan  1 05:29:59.012"},
    {time::StampMilli, -62135596800, 120000000, xyz, "Dec 31 20:58:59.120"},
    {time::StampMicro, -1, 0, utc, "Dec 31 23:59:59.000000"},
    {time::StampMicro, -62135596800, 999999999, india, "Jan  1 05:30:00.999999"},
    {time::StampMicro, 253402300799, 5, xyz, "Dec 31 20:58:58.000000"},
    {time::StampNano, -62135596800, 12345678, utc, "Jan  1 00:00:00.012345678"},
    {time::StampNano, 253402300799, 120000000, india, "Jan  1 05:29:59.120000000"},
    {time::StampNano, 1709208000, 0, xyz, "Feb 29 08:58:59.000000000"},
    {time::DateTime, 253402300799, 999999999, utc, "9999-12-31 23:59:59"},
    {time::DateTime, 1709208000, 5, india, "2024-02-29 17:30:00"},
    {time::DateTime, 1233810057, 12345678, xyz, "2009-02-05 01:59:56"},
    {time::DateOnly, 1709208000, 120000000, utc, "2024-02-29"},
    {time::DateOnly, 1233810057, 0, india, "2009-02-05"},
    {time::DateOnly, 951782400, 999999999, xyz, "2000-02-28"},
    {time::TimeOnly, 1233810057, 5, utc, "05:00:57"},
    {time::TimeOnly, 951782400, 12345678, india, "05:30:00"},
    {time::TimeOnly, -1, 120000000, xyz, "20:58:58"},
    {"2006 __2 002 06", 951782400, 0, utc, "2000  60 060 00"},
    {"2006 __2 002 06", -1, 999999999, india, "1970   1 001 70"},
    {"2006 __2 002 06", -62135596800, 5, xyz, "0000 366 366 00"},
    {"Z0700 Z070000 Z07 Z07:00:00 -070000 -07:00:00 -07", -1, 12345678, utc, "Z Z Z Z +000000 +00:00:00 +00"},
    {"Z0700 Z070000 Z07 Z07:00:00 -070000 -07:00:00 -07", -62135596800, 120000000, india,
     "+0530 +053000 +05 +05:30:00 +053000 +05:30:00 +05"},
    {"Z0700 Z070000 Z07 Z07:00:00 -070000 -07:00:00 -07", 253402300799, 0, xyz,
     "-0301 -030101 -03 -03:01:01 -030101 -03:01:01 -03"},
    {"_2006 January Monday Month Janet", -62135596800, 999999999, utc, "_0001 January Monday Month Janet"},
    {"_2006 January Monday Month Janet", 253402300799, 5, india, "_10000 January Saturday Month Janet"},
    {"_2006 January Monday Month Janet", 1709208000, 12345678, xyz, "_2024 February Thursday Month Janet"},
    {"03:4:5pm", 253402300799, 120000000, utc, "11:59:59pm"},
    {"03:4:5pm", 1709208000, 0, india, "05:30:0pm"},
    {"03:4:5pm", 1233810057, 999999999, xyz, "01:59:56am"},
    {"15:04:05,000 .00 .999999 ,9", 1709208000, 5, utc, "12:00:00,000 .00  "},
    {"15:04:05,000 .00 .999999 ,9", 1233810057, 12345678, india, "10:30:57,012 .01 .012345 "},
    {"15:04:05,000 .00 .999999 ,9", 951782400, 120000000, xyz, "20:58:59,120 .12 .12 ,1"},
    {"20060102150405.000", 1233810057, 0, utc, "20090205050057.000"},
    {"20060102150405.000", 951782400, 999999999, india, "20000229053000.999"},
    {"20060102150405.000", -1, 5, xyz, "19691231205858.000"},
};

TEST(TimeFormat, AsGo) {
  for (const auto& c : format_cases)
    EXPECT_EQ(time::Unix(c.sec, c.nsec).In(c.loc).Format(c.layout), c.want) << c.layout;
}

struct parse_case {
  std::string_view layout, value, error;
  int64_t sec;
  int nsec;
  std::string_view text;
};
const parse_case parse_cases[] = {
    {time::RFC3339, "2024-02-29T12:34:56Z", "", 1709210096, 0, "2024-02-29 12:34:56 +0000 UTC"},
    {time::RFC3339, "2023-02-29T12:34:56Z", "parsing time \"2023-02-29T12:34:56Z\": day out of range", 0, 0, ""},
    {time::RFC3339, "2010-02-04T21:00:57.0123456789-08:00", "", 1265346057, 12345678,
     "2010-02-04 21:00:57.012345678 -0800 -0800"},
    {time::RFC3339, "2010-02-04T21:00:57,012-08:00", "", 1265346057, 12000000, "2010-02-04 21:00:57.012 -0800 -0800"},
    {time::RFC3339, "2010-02-04T21:00:57-08:00x", "parsing time \"2010-02-04T21:00:57-08:00x\": extra text: \"x\"", 0,
     0, ""},
    {time::RFC3339, "2010-02-04T21:00:60Z", "parsing time \"2010-02-04T21:00:60Z\": second out of range", 0, 0, ""},
    {time::RFC3339, "2010-02-04T24:00:00Z", "parsing time \"2010-02-04T24:00:00Z\": hour out of range", 0, 0, ""},
    {time::RFC3339, "2010-02-04T21:60:00Z", "parsing time \"2010-02-04T21:60:00Z\": minute out of range", 0, 0, ""},
    {time::RFC3339, "2010-13-04T21:00:00Z", "parsing time \"2010-13-04T21:00:00Z\": month out of range", 0, 0, ""},
    {time::RFC3339, "2010-02-04T21:00:00+0100",
     "parsing time \"2010-02-04T21:00:00+0100\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"+0100\" as \"Z07:00\"",
     0, 0, ""},
    {time::RFC3339, "2010-02-04T21:00:00+2x:00",
     "parsing time \"2010-02-04T21:00:00+2x:00\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"+2x:00\" as "
     "\"Z07:00\"",
     0, 0, ""},
    {time::RFC3339, "\"q\\\xe9",
     "parsing time \"\\\"q\\\\\\xe9\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\\\"q\\\\\\xe9\" as \"2006\"", 0,
     0, ""},
    {time::RFC3339, "", "parsing time \"\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"2006\"", 0, 0, ""},
    {time::Kitchen, "3:04PM", "", -62167164960, 0, "0000-01-01 15:04:00 +0000 UTC"},
    {time::Kitchen, "12:00AM", "", -62167219200, 0, "0000-01-01 00:00:00 +0000 UTC"},
    {time::Kitchen, "13:04PM", "parsing time \"13:04PM\": hour out of range", 0, 0, ""},
    {time::Kitchen, "3:04XM", "parsing time \"3:04XM\" as \"3:04PM\": cannot parse \"XM\" as \"PM\"", 0, 0, ""},
    {time::ANSIC, "mon jan 2 15:04:05 2006", "", 1136214245, 0, "2006-01-02 15:04:05 +0000 UTC"},
    {time::ANSIC, "Mon Foo  2 15:04:05 2006",
     "parsing time \"Mon Foo  2 15:04:05 2006\" as \"Mon Jan _2 15:04:05 2006\": cannot parse \"Foo  2 15:04:05 2006\" "
     "as \"Jan\"",
     0, 0, ""},
    {time::UnixDate, "Tue Feb 3 15:04:05 GMT+3 2010", "", 1265209445, 0, "2010-02-03 18:04:05 +0300 GMT+3"},
    {time::UnixDate, "Tue Feb 3 15:04:05 XYZT 2010", "", 1265209445, 0, "2010-02-03 15:04:05 +0000 XYZT"},
    {time::UnixDate, "Tue Feb 3 15:04:05 x 2010",
     "parsing time \"Tue Feb 3 15:04:05 x 2010\" as \"Mon Jan _2 15:04:05 MST 2006\": cannot parse \"x 2010\" as "
     "\"MST\"",
     0, 0, ""},
    {time::RFC822, "02 Jan 69 15:04 ABC", "", -31395360, 0, "1969-01-02 15:04:00 +0000 ABC"},
    {time::RFC822Z, "02 Jan 68 15:04 -0730", "", 3092769240, 0, "2068-01-02 15:04:00 -0730 -0730"},
    {time::RFC850, "Thursday, 04-Feb-10 21:00:57 ABC", "", 1265317257, 0, "2010-02-04 21:00:57 +0000 ABC"},
    {time::RFC1123Z, "Thu, 04 Feb 2010 21:00:57 -0800", "", 1265346057, 0, "2010-02-04 21:00:57 -0800 -0800"},
    {time::StampNano, "Feb  4 21:00:57.012345678", "", -62164205943, 12345678,
     "0000-02-04 21:00:57.012345678 +0000 UTC"},
    {time::StampMilli, "Feb  4 21:00:57.01",
     "parsing time \"Feb  4 21:00:57.01\" as \"Jan _2 15:04:05.000\": cannot parse \".01\" as \".000\"", 0, 0, ""},
    {time::DateTime, "2024-01-02   15:04:05.5", "", 1704207845, 500000000, "2024-01-02 15:04:05.5 +0000 UTC"},
    {time::DateTime, "2024-01-02 15:04:05.", "parsing time \"2024-01-02 15:04:05.\": extra text: \".\"", 0, 0, ""},
    {time::DateOnly, "2024-2-9", "parsing time \"2024-2-9\" as \"2006-01-02\": cannot parse \"2-9\" as \"01\"", 0, 0,
     ""},
    {time::DateOnly, "-123-01-01",
     "parsing time \"-123-01-01\" as \"2006-01-02\": cannot parse \"-123-01-01\" as \"2006\"", 0, 0, ""},
    {"2006 002", "2024 060", "", 1709164800, 0, "2024-02-29 00:00:00 +0000 UTC"},
    {"2006 002", "2024 366", "", 1735603200, 0, "2024-12-31 00:00:00 +0000 UTC"},
    {"2006 002", "2023 366", "parsing time \"2023 366\": day-of-year out of range", 0, 0, ""},
    {"2006 01 002", "2023 03 060", "", 1677628800, 0, "2023-03-01 00:00:00 +0000 UTC"},
    {"2006 __2", "2024  61", "", 1709251200, 0, "2024-03-01 00:00:00 +0000 UTC"},
    {"20060102150405", "20240102150405", "", 1704207845, 0, "2024-01-02 15:04:05 +0000 UTC"},
    {"2006-01-02 15:04:05.000", "2024-01-02 15:04:05.-5x",
     "parsing time \"2024-01-02 15:04:05.-5x\" as \"2006-01-02 15:04:05.000\": cannot parse \".-5x\" as \".000\"", 0, 0,
     ""},
    {"3:04pm", "0:30am", "", -62167217400, 0, "0000-01-01 00:30:00 +0000 UTC"},
    {"2006-1-2 -07:00:00", "2006-11-3 -03:01:01", "", 1162522861, 0, "2006-11-03 00:00:00 -0301 -0301"},
};

TEST(TimeParse, AsGo) {
  for (const auto& c : parse_cases) {
    auto [t, err] = time::ParseInLocation(c.layout, c.value, time::UTC);
    EXPECT_EQ(err == nil ? "" : err.Error(), c.error);
    if (err != nil) continue;
    EXPECT_EQ(t.Unix(), c.sec) << c.value;
    EXPECT_EQ(t.Nanosecond(), c.nsec) << c.value;
    EXPECT_EQ(t.String(), c.text);
  }
}

TEST(TimeParse, ErrorIsAParseError) {
  auto [t, err] = time::Parse(time::DateOnly, "x");
  EXPECT_TRUE(t.IsZero());
  EXPECT_EQ(err.type_name(), "*time.ParseError");
  const auto* e = err.as<time::ParseError>();
  ASSERT_NE(e, nullptr);
  EXPECT_EQ(e->Layout, "2006-01-02");
  EXPECT_EQ(e->LayoutElem, "2006");
  EXPECT_EQ(e->ValueElem, "x");
}

// A numeric offset that Local uses at that time gives Local, another one a zone of its own; a known abbreviation gives
// its offset.
TEST(TimeParse, LocalZone) {
  use_zone z("Europe/Berlin");
  auto berlin = time::Parse(time::RFC3339, "2024-07-01T12:00:00+02:00").first;
  EXPECT_EQ(berlin.Location(), time::Local);
  EXPECT_EQ(berlin.String(), "2024-07-01 12:00:00 +0200 CEST");
  EXPECT_EQ(time::Parse(time::RFC3339, "2024-01-01T12:00:00+02:00").first.String(), "2024-01-01 12:00:00 +0200 +0200");
  EXPECT_EQ(time::Parse(time::UnixDate, "Mon Jul  1 12:00:00 CEST 2024").first.Unix(), berlin.Unix());
  EXPECT_EQ(time::Parse(time::UnixDate, "Mon Jul  1 12:00:00 CET 2024").first.Unix(), berlin.Unix() + 3600);
  EXPECT_EQ(time::Parse(time::UnixDate, "Mon Jul  1 12:00:00 PST 2024").first.Unix(), berlin.Unix() + 7200);
  EXPECT_EQ(time::Parse(time::DateTime, "2024-07-01 12:00:00").first.Location(), time::UTC);
  EXPECT_EQ(time::ParseInLocation(time::DateTime, "2024-07-01 12:00:00", time::Local).first.Unix(), berlin.Unix());
}

TEST(TimeLocal, SummerTime) {
  use_zone z("America/New_York");
  auto t = time::Date(2024, time::March, 10, 1, 59, 59, 0, time::Local);
  EXPECT_EQ(t.String(), "2024-03-10 01:59:59 -0500 EST");
  EXPECT_EQ(t.Add(time::Second).String(), "2024-03-10 03:00:00 -0400 EDT");
  EXPECT_FALSE(t.IsDST());
  EXPECT_TRUE(t.Add(time::Second).IsDST());
  EXPECT_EQ(t.Zone(), std::pair(std::string("EST"), -5 * 3600));
  auto skipped = time::Date(2024, time::March, 10, 2, 30, 0, 0, time::Local);
  EXPECT_TRUE(skipped.Hour() == 1 || skipped.Hour() == 3);
  EXPECT_EQ(t.UTC().String(), "2024-03-10 06:59:59 +0000 UTC");
  EXPECT_EQ(t.In(india).Format(time::RFC3339), "2024-03-10T12:29:59+05:30");
}

struct round_case {
  int64_t d;
  std::string_view truncated, rounded;
};
const round_case round_cases[] = {
    {1, "2012-12-07 12:15:30.918273645 +0000 UTC", "2012-12-07 12:15:30.918273645 +0000 UTC"},
    {1000, "2012-12-07 12:15:30.918273 +0000 UTC", "2012-12-07 12:15:30.918274 +0000 UTC"},
    {1000000, "2012-12-07 12:15:30.918 +0000 UTC", "2012-12-07 12:15:30.918 +0000 UTC"},
    {1000000000, "2012-12-07 12:15:30 +0000 UTC", "2012-12-07 12:15:31 +0000 UTC"},
    {2000000000, "2012-12-07 12:15:30 +0000 UTC", "2012-12-07 12:15:30 +0000 UTC"},
    {60000000000, "2012-12-07 12:15:00 +0000 UTC", "2012-12-07 12:16:00 +0000 UTC"},
    {600000000000, "2012-12-07 12:10:00 +0000 UTC", "2012-12-07 12:20:00 +0000 UTC"},
    {3600000000000, "2012-12-07 12:00:00 +0000 UTC", "2012-12-07 12:00:00 +0000 UTC"},
    {25200000000000, "2012-12-07 09:00:00 +0000 UTC", "2012-12-07 09:00:00 +0000 UTC"},
    {777777777, "2012-12-07 12:15:30.731742828 +0000 UTC", "2012-12-07 12:15:30.731742828 +0000 UTC"},
    {9223372036854775807, "1754-08-30 22:43:41.128654842 +0000 UTC", "2046-12-09 22:30:57.983430649 +0000 UTC"},
    {0, "2012-12-07 12:15:30.918273645 +0000 UTC", "2012-12-07 12:15:30.918273645 +0000 UTC"},
    {-5, "2012-12-07 12:15:30.918273645 +0000 UTC", "2012-12-07 12:15:30.918273645 +0000 UTC"},
};

TEST(TimeRound, AsGo) {
  auto t = time::Date(2012, time::December, 7, 12, 15, 30, 918273645, time::UTC);
  for (const auto& c : round_cases) {
    EXPECT_EQ(t.Truncate(c.d).String(), c.truncated);
    EXPECT_EQ(t.Round(c.d).String(), c.rounded);
  }
}

struct calendar_case {
  int64_t sec;
  std::string_view text;
  int year, week;
  std::string_view weekday, moved;
};
const calendar_case calendar_cases[] = {
    {0, "1970-01-01 00:00:00", 1970, 1, "Thursday", "1971-01-01"},
    {-1, "1969-12-31 23:59:59", 1970, 1, "Wednesday", "1970-12-31"},
    {951782400, "2000-02-29 00:00:00", 2000, 9, "Tuesday", "2001-02-26"},
    {951868800, "2000-03-01 00:00:00", 2000, 9, "Wednesday", "2001-03-01"},
    {1230768000, "2009-01-01 00:00:00", 2009, 1, "Thursday", "2010-01-01"},
    {1262304000, "2010-01-01 00:00:00", 2009, 53, "Friday", "2011-01-01"},
    {1104537599, "2004-12-31 23:59:59", 2004, 53, "Friday", "2005-12-31"},
    {1483228799, "2016-12-31 23:59:59", 2016, 52, "Saturday", "2017-12-31"},
    {4102444800, "2100-01-01 00:00:00", 2099, 53, "Friday", "2101-01-01"},
    {-2208988800, "1900-01-01 00:00:00", 1900, 1, "Monday", "1901-01-01"},
    {-62135596800, "0001-01-01 00:00:00", 1, 1, "Monday", "0002-01-01"},
    {-62167219200, "0000-01-01 00:00:00", -1, 52, "Saturday", "0001-01-01"},
};

TEST(TimeCalendar, AsGo) {
  for (const auto& c : calendar_cases) {
    auto t = time::Unix(c.sec, 0).UTC();
    EXPECT_EQ(t.Format(time::DateTime), c.text);
    EXPECT_EQ(t.ISOWeek(), std::pair(c.year, c.week));
    EXPECT_EQ(t.Weekday().String(), c.weekday);
    EXPECT_EQ(t.AddDate(1, 1, -31).Format(time::DateOnly), c.moved);
  }
}

// Every day of 800 years: the parts name the day, and lead back to it.
TEST(TimeCalendar, EveryDayLeadsBack) {
  auto t = time::Date(1700, time::January, 1, 0, 0, 0, 0, time::UTC);
  int year = 1700, yday = 0, weekday = t.Weekday();
  for (int i = 0; i < 2 * 146097; i++, t = t.Add(24 * time::Hour)) {
    auto [y, m, d] = t.Date();
    yday = y == year ? yday + 1 : 1;
    year = y;
    ASSERT_EQ(t.YearDay(), yday);
    ASSERT_EQ(t.Weekday(), time::Weekday(weekday % 7));
    ASSERT_EQ(time::Date(y, m, d, 0, 0, 0, 0, time::UTC), t);
    weekday++;
  }
  EXPECT_EQ(year, 2499);
}

TEST(TimeDate, ValuesCarryOver) {
  auto day = [](int y, int m, int d) { return time::Date(y, m, d, 0, 0, 0, 0, time::UTC).Format(time::DateOnly); };
  EXPECT_EQ(day(2011, 14, 32), "2012-03-03");
  EXPECT_EQ(day(2012, 0, 0), "2011-11-30");
  EXPECT_EQ(day(2012, -11, 1), "2011-01-01");
  EXPECT_EQ(time::Date(2012, time::January, 1, 25, -1, 3661, -1, time::UTC).String(),
            "2012-01-02 02:00:00.999999999 +0000 UTC");
}

TEST(TimeDate, MissingLocationPanics) {
  EXPECT_EQ(panic_text([] { time::Date(1, 1, 1, 0, 0, 0, 0, nullptr); }),
            "string: time: missing Location in call to Date");
  EXPECT_EQ(panic_text([] { time::Time().In(nullptr); }), "string: time: missing Location in call to Time.In");
}

TEST(TimeZero, IsYearOneUTC) {
  time::Time z;
  EXPECT_TRUE(z.IsZero());
  EXPECT_EQ(z.String(), "0001-01-01 00:00:00 +0000 UTC");
  EXPECT_EQ(z.Unix(), -62135596800);
  EXPECT_EQ(z.Sub(time::Now()).String(), "-2562047h47m16.854775808s");
  EXPECT_EQ(time::Now().Sub(z).String(), "2562047h47m16.854775807s");
}

TEST(TimeNow, HasAMonotonicReadingUntilItIsDropped) {
  auto t = time::Now();
  EXPECT_NE(t.String().find(" m=+"), std::string::npos);
  EXPECT_NE(t.Add(time::Second).String().find(" m=+"), std::string::npos);
  for (auto u : {t.Round(0), t.UTC(), t.Local(), t.In(india), t.Truncate(1), t.AddDate(0, 0, 0)}) {
    EXPECT_EQ(u.String().find(" m="), std::string::npos);
    EXPECT_TRUE(u.Equal(t));
  }
  EXPECT_EQ(t.Add(-100 * time::Hour).String().find(" m=+"), std::string::npos);
  EXPECT_NE(t.Add(-100 * time::Hour).String().find(" m=-"), std::string::npos);
  EXPECT_FALSE(t == t.Round(0));
  EXPECT_TRUE(t == t);
}

TEST(TimeNow, MonotonicReadingDecides) {
  auto a = time::Now();
  auto b = time::Now();
  EXPECT_FALSE(b.Before(a));
  EXPECT_GE(b.Sub(a), 0);
  EXPECT_GE(time::Since(a), 0);
  EXPECT_LE(time::Until(b), 0);
  EXPECT_LT(time::Since(a), time::Minute);
  EXPECT_GT(time::Until(a.Add(time::Hour)), 59 * time::Minute);
  EXPECT_GT(time::Since(time::Unix(0, 0)), 50 * 365 * 24 * time::Hour);
}

TEST(TimeCompare, OrdersInstants) {
  auto a = time::Unix(1, 5), b = time::Unix(1, 6);
  EXPECT_EQ(a.Compare(b), -1);
  EXPECT_EQ(b.Compare(a), 1);
  EXPECT_EQ(a.Compare(a.In(india)), 0);
  EXPECT_TRUE(a.Before(b) && b.After(a) && a.Equal(a.UTC()));
  EXPECT_FALSE(a == a.In(india));
}

TEST(TimeUnix, Conversions) {
  EXPECT_EQ(time::Unix(1, -1).UTC().String(), "1970-01-01 00:00:00.999999999 +0000 UTC");
  EXPECT_EQ(time::UnixMilli(-1).UTC().String(), "1969-12-31 23:59:59.999 +0000 UTC");
  EXPECT_EQ(time::UnixMicro(1500000).UTC().String(), "1970-01-01 00:00:01.5 +0000 UTC");
  auto t = time::Unix(1234567890, 123456789);
  EXPECT_EQ(t.UnixMilli(), 1234567890123);
  EXPECT_EQ(t.UnixMicro(), 1234567890123456);
  EXPECT_EQ(t.UnixNano(), 1234567890123456789);
}

TEST(TimeChrono, ToAndFrom) {
  auto now = std::chrono::system_clock::now();
  time::Time t = now;
  EXPECT_EQ(std::chrono::system_clock::time_point(t), now);
  EXPECT_LT(time::Since(t).Abs(), time::Minute);
  EXPECT_EQ(t.Add(std::chrono::hours(1)).Sub(t), time::Hour);
}

TEST(TimeNames, MonthsAndWeekdays) {
  EXPECT_EQ(time::December.String(), "December");
  EXPECT_EQ(time::Saturday.String(), "Saturday");
  EXPECT_EQ(time::Month(0).String(), "%!Month(0)");
  EXPECT_EQ(time::Month(13).String(), "%!Month(13)");
  EXPECT_EQ(time::Month(-1).String(), "%!Month(18446744073709551615)");
  EXPECT_EQ(time::Weekday(7).String(), "%!Weekday(7)");
  EXPECT_EQ(time::UTC->String(), "UTC");
  EXPECT_EQ(xyz->String(), "XYZ");
  EXPECT_EQ(time::FixedZone("XYZ", -3 * 3600 - 61), xyz);
  EXPECT_EQ(fmt::Sprint(time::Unix(0, 0).UTC(), time::March), "1970-01-01 00:00:00 +0000 UTC March");
}

}  // namespace
