// Calendar arithmetic behind time::Time. Times are counted here in "absolute" seconds: unsigned, from the first day of
// a 400-year cycle of the Gregorian calendar so far back that every int64 of seconds since year 1 lies after it.
// Wrap-around is Go's, for years that no one meets.
#pragma once
#include <cstdint>

namespace gort::time {

inline constexpr int64_t kAbsoluteZeroYear = -292277022399;           // 1 modulo 400
inline constexpr int64_t kAbsoluteToInternal = -9223371966579724800;  // its January 1 from that of year 1, in seconds
inline constexpr int64_t kInternalToUnix = -62135596800;
inline constexpr int64_t kSecondsPerDay = 86400;

struct civil {
  int64_t year;
  int month;  // 1 to 12
  int day;
  int yday;  // 0 to 365
};

constexpr bool is_leap(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

inline constexpr int kDaysBefore[13] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

constexpr int days_in(int month, int64_t year) {
  return month == 2 && is_leap(year) ? 29 : kDaysBefore[month] - kDaysBefore[month - 1];
}

// civil_of is the date of an absolute second. Years are counted from March 1 inside, which puts the leap day last.
constexpr civil civil_of(uint64_t abs) {
  constexpr uint64_t cycle = 146097;           // days of 400 years
  uint64_t days = abs / kSecondsPerDay + 306;  // from March 1 of the year before
  uint64_t d = days % cycle;
  uint64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
  uint64_t yday = d - (365 * y + y / 4 - y / 100);  // from March 1
  uint64_t m = (5 * yday + 2) / 153;                // 0 is March
  civil c{};
  c.day = static_cast<int>(yday - (153 * m + 2) / 5 + 1);
  c.month = static_cast<int>(m < 10 ? m + 3 : m - 9);
  c.year = static_cast<int64_t>(days / cycle * 400 + y + (m < 10 ? 0 : 1)) + kAbsoluteZeroYear - 1;
  c.yday = kDaysBefore[c.month - 1] + c.day - 1 + (c.month > 2 && is_leap(c.year) ? 1 : 0);
  return c;
}

// days_before_year is the number of days from the absolute epoch to January 1.
constexpr uint64_t days_before_year(int64_t year) {
  uint64_t y = static_cast<uint64_t>(year) - static_cast<uint64_t>(kAbsoluteZeroYear);
  return 365 * y + y / 4 - y / 100 + y / 400;
}

// weekday_of: the absolute epoch is a Monday.
constexpr int weekday_of(uint64_t abs) {
  return static_cast<int>((abs / kSecondsPerDay + 1) % 7);
}

}  // namespace gort::time
