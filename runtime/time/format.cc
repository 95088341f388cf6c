// Time.Format and Time.String.
#include <gort/time/time.h>

#include "runtime/time/calendar.h"
#include "runtime/time/layout.h"

namespace gort::time {

namespace {

// put appends x in decimal with at least width digits.
void put(std::string& out, int64_t x, int width) {
  uint64_t u = static_cast<uint64_t>(x);
  if (x < 0) {
    out += '-';
    u = 0 - u;
  }
  char digits[20];
  int n = 0;
  do {
    digits[n++] = static_cast<char>('0' + u % 10);
    u /= 10;
  } while (u != 0);
  for (int pad = n; pad < width; pad++) out += '0';
  while (n > 0) out += digits[--n];
}

void put_padded(std::string& out, int x, int width) {
  for (int limit = 10; width > 1; width--, limit *= 10)
    if (x < limit) out += ' ';
  put(out, x, 0);
}

// put_fraction appends `.` and the first n digits of the nanoseconds, without trailing zeros if trim.
void put_fraction(std::string& out, int nsec, char dot, int n, bool trim) {
  if (trim && (n == 0 || nsec == 0)) return;
  out += dot;
  put(out, nsec, 9);
  if (n < 9) out.resize(out.size() - static_cast<size_t>(9 - n));
  if (!trim) return;
  while (out.back() == '0') out.pop_back();
  if (out.back() == dot) out.pop_back();
}

void put_offset(std::string& out, int offset, elem e) {
  bool iso = e == elem::ISO8601TZ || e == elem::ISO8601SecondsTZ || e == elem::ISO8601ShortTZ ||
             e == elem::ISO8601ColonTZ || e == elem::ISO8601ColonSecondsTZ;
  if (iso && offset == 0) {
    out += 'Z';
    return;
  }
  bool colon = e == elem::ISO8601ColonTZ || e == elem::ISO8601ColonSecondsTZ || e == elem::NumColonTZ ||
               e == elem::NumColonSecondsTZ;
  bool seconds = e == elem::ISO8601SecondsTZ || e == elem::ISO8601ColonSecondsTZ || e == elem::NumSecondsTZ ||
                 e == elem::NumColonSecondsTZ;
  int minutes = offset / 60;
  out += minutes < 0 ? '-' : '+';
  if (minutes < 0) {
    minutes = -minutes;
    offset = -offset;
  }
  put(out, minutes / 60, 2);
  if (e == elem::NumShortTZ || e == elem::ISO8601ShortTZ) return;
  if (colon) out += ':';
  put(out, minutes % 60, 2);
  if (!seconds) return;
  if (colon) out += ':';
  put(out, offset % 60, 2);
}

}  // namespace

// formatter is one Format: the time taken apart, once.
struct formatter {
  std::string& out;
  civil date;
  int hour, min, sec, nsec, weekday;
  Location::zone zone;

  formatter(std::string& o, Time t) : out(o) {
    zone = t.Location()->lookup(t.Unix());
    uint64_t abs = t.abs();
    date = civil_of(abs);
    weekday = weekday_of(abs);
    auto s = static_cast<int>(abs % kSecondsPerDay);
    hour = s / 3600, min = s / 60 % 60, sec = s % 60;
    nsec = t.Nanosecond();
  }

  int hour12() const { return hour % 12 == 0 ? 12 : hour % 12; }

  void run(std::string_view layout) {
    for (;;) {
      chunk c = next_chunk(layout);
      out += c.prefix;
      if (c.e == elem::none) return;
      element(c);
      layout = c.suffix;
    }
  }

  void element(const chunk& c) {
    switch (c.e) {
      case elem::Year:
        return put(out, (date.year < 0 ? -date.year : date.year) % 100, 2);
      case elem::LongYear:
        return put(out, date.year, 4);
      case elem::Month:
        out += Month(date.month).String().substr(0, 3);
        return;
      case elem::LongMonth:
        out += Month(date.month).String();
        return;
      case elem::NumMonth:
        return put(out, date.month, 0);
      case elem::ZeroMonth:
        return put(out, date.month, 2);
      case elem::WeekDay:
        out += Weekday(weekday).String().substr(0, 3);
        return;
      case elem::LongWeekDay:
        out += Weekday(weekday).String();
        return;
      case elem::Day:
        return put(out, date.day, 0);
      case elem::UnderDay:
        return put_padded(out, date.day, 2);
      case elem::ZeroDay:
        return put(out, date.day, 2);
      case elem::UnderYearDay:
        return put_padded(out, date.yday + 1, 3);
      case elem::ZeroYearDay:
        return put(out, date.yday + 1, 3);
      case elem::Hour:
        return put(out, hour, 2);
      case elem::Hour12:
        return put(out, hour12(), 0);
      case elem::ZeroHour12:
        return put(out, hour12(), 2);
      case elem::Minute:
        return put(out, min, 0);
      case elem::ZeroMinute:
        return put(out, min, 2);
      case elem::Second:
        return put(out, sec, 0);
      case elem::ZeroSecond:
        return put(out, sec, 2);
      case elem::PM:
        out += hour >= 12 ? "PM" : "AM";
        return;
      case elem::pm:
        out += hour >= 12 ? "pm" : "am";
        return;
      case elem::FracSecond0:
        return put_fraction(out, nsec, c.text[0], c.digits, false);
      case elem::FracSecond9:
        return put_fraction(out, nsec, c.text[0], c.digits, true);
      case elem::TZ:
        if (*zone.name != '\0')
          out += zone.name;
        else
          put_offset(out, zone.offset, elem::NumTZ);
        return;
      default:
        return put_offset(out, zone.offset, c.e);
    }
  }
};

void Time::AppendFormat(std::string& out, std::string_view layout) const {
  formatter(out, *this).run(layout);
}

std::string Time::Format(std::string_view layout) const {
  std::string out;
  out.reserve(layout.size() + 10);
  AppendFormat(out, layout);
  return out;
}

std::string Time::String() const {
  std::string s = Format("2006-01-02 15:04:05.999999999 -0700 MST");
  if (!has_monotonic()) return s;
  uint64_t m = ext_ < 0 ? 0 - static_cast<uint64_t>(ext_) : static_cast<uint64_t>(ext_);
  s += ext_ < 0 ? " m=-" : " m=+";
  put(s, static_cast<int64_t>(m / 1000000000), 0);
  s += '.';
  put(s, static_cast<int64_t>(m % 1000000000), 9);
  return s;
}

}  // namespace gort::time
