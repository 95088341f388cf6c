// time.Parse.
#include <gort/time/time.h>

#include "runtime/time/calendar.h"
#include "runtime/time/layout.h"

namespace gort::time {

namespace {

constexpr std::string_view kShortMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kShortDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// quote is the quoting of texts in errors about time: bytes that are not printable ASCII come out as \xNN.
std::string quote(std::string_view s) {
  constexpr char hex[] = "0123456789abcdef";
  std::string out = "\"";
  for (unsigned char c : s) {
    if (c >= 0x80 || c < ' ') {
      out += "\\x";
      out += hex[c >> 4];
      out += hex[c & 15];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<char>(c);
  }
  return out + '"';
}

// match compares without regard to case; word holds letters only.
bool match(std::string_view s, std::string_view word) {
  if (s.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); i++) {
    if (s[i] == word[i]) continue;
    auto lower = static_cast<char>(s[i] | 0x20);
    if (lower != (word[i] | 0x20) || lower < 'a' || lower > 'z') return false;
  }
  return true;
}

// signed_number reads all of s as an optionally signed number of a few digits.
bool signed_number(std::string_view s, int* x) {
  bool negative = !s.empty() && s[0] == '-';
  if (!s.empty() && (s[0] == '-' || s[0] == '+')) s.remove_prefix(1);
  int n = 0;
  for (size_t i = 0; i < s.size(); i++) {
    if (!is_digit(s, i)) return false;
    n = n * 10 + (s[i] - '0');
  }
  *x = negative ? -n : n;
  return true;
}

// signed_offset is the length of a `+3` or `-11` within 23 hours at the start of s, 0 if there is none.
size_t signed_offset(std::string_view s) {
  if (s.empty() || (s[0] != '-' && s[0] != '+')) return 0;
  size_t n = 1;
  int hours = 0;
  for (; is_digit(s, n); n++) {
    hours = hours * 10 + (s[n] - '0');
    if (hours > 23) return 0;
  }
  return n == 1 ? 0 : n;
}

// zone_abbreviation is the length of what looks like a zone's abbreviation at the start of s, 0 if nothing does. People
// write anything, so: three upper-case letters, or four or five of which the last is T, or one of a few known others.
size_t zone_abbreviation(std::string_view s) {
  if (s.size() < 3) return 0;
  if (s.starts_with("ChST") || s.starts_with("MeST")) return 4;
  if (s.starts_with("GMT")) return 3 + signed_offset(s.substr(3));
  if (s[0] == '+' || s[0] == '-') return signed_offset(s);
  size_t upper = 0;
  while (upper < 6 && upper < s.size() && s[upper] >= 'A' && s[upper] <= 'Z') upper++;
  switch (upper) {
    case 3:
      return 3;
    case 4:
      return s[3] == 'T' || s.starts_with("WITA") ? 4 : 0;
    case 5:
      return s[4] == 'T' ? 5 : 0;
    default:
      return 0;
  }
}

}  // namespace

// parser reads one value by one layout, element by element.
struct parser {
  std::string_view value;           // what is still to be read
  std::string_view out_of_range{};  // which element is, if one is
  bool bad = false;                 // the element cannot be read

  int year = 0, month = -1, day = -1, yday = -1, hour = 0, min = 0, sec = 0, nsec = 0;
  bool am = false, pm = false;
  bool utc = false;
  int offset = -1;  // -1: none was given
  std::string_view zone{};

  void fail() { bad = true; }
  void range(std::string_view what) { out_of_range = what; }

  // number reads one or two digits, exactly two if fixed.
  int number(bool fixed) {
    if (!is_digit(value, 0) || (fixed && !is_digit(value, 1))) return fail(), 0;
    int n = value[0] - '0';
    value.remove_prefix(1);
    if (is_digit(value, 0)) {
      n = n * 10 + (value[0] - '0');
      value.remove_prefix(1);
    }
    return n;
  }

  int number3(bool fixed) {
    int n = 0;
    size_t i = 0;
    for (; i < 3 && is_digit(value, i); i++) n = n * 10 + (value[i] - '0');
    if (i == 0 || (fixed && i != 3)) return fail(), 0;
    value.remove_prefix(i);
    return n;
  }

  template <size_t N>
  int word(const std::string_view (&words)[N]) {
    for (size_t i = 0; i < N; i++) {
      if (!match(value, words[i])) continue;
      value.remove_prefix(words[i].size());
      return static_cast<int>(i);
    }
    return fail(), -1;
  }

  int long_month() {
    for (int m = 1; m <= 12; m++) {
      std::string name = Month(m).String();
      if (match(value, name)) return value.remove_prefix(name.size()), m;
    }
    return fail(), 0;
  }

  void long_weekday() {
    for (int d = 0; d < 7; d++) {
      std::string name = Weekday(d).String();
      if (match(value, name)) return value.remove_prefix(name.size());
    }
    fail();
  }

  void space() {
    if (!value.empty() && value[0] == ' ') value.remove_prefix(1);
  }

  // fraction reads n characters, a dot or comma and digits, as a fraction of a second.
  void fraction(size_t n) {
    std::string_view digits = value.substr(0, n < 10 ? n : 10);
    if (digits[0] != '.' && digits[0] != ',') return fail();
    if (!signed_number(digits.substr(1), &nsec)) return fail();
    if (nsec < 0) return range("fractional second");
    for (size_t i = digits.size(); i < 10; i++) nsec *= 10;
  }

  void two_digit_year() {
    if (value.size() < 2) return fail();
    std::string_view p = value.substr(0, 2);
    value.remove_prefix(2);
    if (!signed_number(p, &year)) return fail();
    year += year >= 69 ? 1900 : 2000;
  }

  void long_year() {
    if (value.size() < 4 || !is_digit(value, 0)) return fail();
    std::string_view p = value.substr(0, 4);
    value.remove_prefix(4);
    if (!signed_number(p, &year)) fail();
  }

  void second(bool fixed, std::string_view rest_of_layout) {
    sec = number(fixed);
    if (bad) return;
    if (sec >= 60) return range("second");
    // A fractional second may follow even where the layout has none.
    if (value.size() < 2 || (value[0] != '.' && value[0] != ',') || !is_digit(value, 1)) return;
    elem next = next_chunk(rest_of_layout).e;
    if (next == elem::FracSecond0 || next == elem::FracSecond9) return;
    size_t n = 2;
    while (is_digit(value, n)) n++;
    fraction(n);
    value.remove_prefix(n);
  }

  void half_day(std::string_view am_text, std::string_view pm_text) {
    if (value.size() < 2) return fail();
    std::string_view p = value.substr(0, 2);
    value.remove_prefix(2);
    if (p == pm_text)
      pm = true;
    else if (p == am_text)
      am = true;
    else
      fail();
  }

  // numeric_zone reads ±hh, ±hhmm, ±hhmmss or the forms with colons.
  void numeric_zone(elem e) {
    bool iso = e == elem::ISO8601TZ || e == elem::ISO8601ShortTZ || e == elem::ISO8601ColonTZ;
    if (iso && value.starts_with('Z')) {
      value.remove_prefix(1);
      utc = true;
      return;
    }
    bool colon = e == elem::ISO8601ColonTZ || e == elem::NumColonTZ || e == elem::ISO8601ColonSecondsTZ ||
                 e == elem::NumColonSecondsTZ;
    int parts = e == elem::NumShortTZ || e == elem::ISO8601ShortTZ ? 1
                : e == elem::ISO8601SecondsTZ || e == elem::NumSecondsTZ || e == elem::ISO8601ColonSecondsTZ ||
                        e == elem::NumColonSecondsTZ
                    ? 3
                    : 2;
    size_t step = colon ? 3 : 2, len = 1 + step * static_cast<size_t>(parts) - (colon ? 1 : 0);
    if (value.size() < len) return fail();
    for (int i = 1; colon && i < parts; i++)
      if (value[step * static_cast<size_t>(i)] != ':') return fail();
    std::string_view text = value.substr(0, len);
    value.remove_prefix(len);
    int total = 0;
    for (int i = 0; i < 3; i++) {
      int n = 0;
      if (i < parts) {
        size_t at = 1 + step * static_cast<size_t>(i);
        if (!is_digit(text, at) || !is_digit(text, at + 1)) return fail();
        n = (text[at] - '0') * 10 + (text[at + 1] - '0');
      }
      total = total * 60 + n;
    }
    if (text[0] != '+' && text[0] != '-') fail();
    offset = text[0] == '-' ? -total : total;
  }

  void zone_name() {
    if (value.starts_with("UTC")) {
      value.remove_prefix(3);
      utc = true;
      return;
    }
    size_t n = zone_abbreviation(value);
    if (n == 0) return fail();
    zone = value.substr(0, n);
    value.remove_prefix(n);
  }

  void element(const chunk& c);
  std::string_view day_of_year();
  Time make(const Location* fallback, const Location* local) const;
};

void parser::element(const chunk& c) {
  switch (c.e) {
    case elem::Year:
      return two_digit_year();
    case elem::LongYear:
      return long_year();
    case elem::Month:
      month = word(kShortMonths) + 1;
      return;
    case elem::LongMonth:
      month = long_month();
      return;
    case elem::NumMonth:
    case elem::ZeroMonth:
      month = number(c.e == elem::ZeroMonth);
      if (!bad && (month <= 0 || month > 12)) range("month");
      return;
    case elem::WeekDay:
      word(kShortDays);
      return;
    case elem::LongWeekDay:
      return long_weekday();
    case elem::Day:
    case elem::UnderDay:
    case elem::ZeroDay:
      if (c.e == elem::UnderDay) space();
      day = number(c.e == elem::ZeroDay);
      return;
    case elem::UnderYearDay:
    case elem::ZeroYearDay:
      if (c.e == elem::UnderYearDay) space(), space();
      yday = number3(c.e == elem::ZeroYearDay);
      return;
    case elem::Hour:
      hour = number(false);
      if (hour >= 24) range("hour");
      return;
    case elem::Hour12:
    case elem::ZeroHour12:
      hour = number(c.e == elem::ZeroHour12);
      if (hour > 12) range("hour");
      return;
    case elem::Minute:
    case elem::ZeroMinute:
      min = number(c.e == elem::ZeroMinute);
      if (min >= 60) range("minute");
      return;
    case elem::Second:
    case elem::ZeroSecond:
      return second(c.e == elem::ZeroSecond, c.suffix);
    case elem::PM:
      return half_day("AM", "PM");
    case elem::pm:
      return half_day("am", "pm");
    case elem::TZ:
      return zone_name();
    case elem::FracSecond0: {  // exactly as many digits as the layout has
      size_t n = 1 + static_cast<size_t>(c.digits);
      if (value.size() < n) return fail();
      fraction(n);
      value.remove_prefix(n);
      return;
    }
    case elem::FracSecond9: {  // any number of digits, or nothing
      if (value.size() < 2 || (value[0] != '.' && value[0] != ',') || !is_digit(value, 1)) return;
      size_t n = 1;
      while (is_digit(value, n)) n++;
      fraction(n);
      value.remove_prefix(n);
      return;
    }
    default:
      return numeric_zone(c.e);
  }
}

// day_of_year turns yday into month and day, or checks it against them; returns what is wrong, nothing if all is well.
std::string_view parser::day_of_year() {
  int m = 0, d = 0;
  if (is_leap(year)) {
    if (yday == 31 + 29)
      m = 2, d = 29;
    else if (yday > 31 + 29)
      yday--;
  }
  if (yday < 1 || yday > 365) return ": day-of-year out of range";
  if (m == 0) {
    m = (yday - 1) / 31 + 1;
    if (kDaysBefore[m] < yday) m++;
    d = yday - kDaysBefore[m - 1];
  }
  if (month >= 0 && month != m) return ": day-of-year does not match month";
  if (day >= 0 && day != d) return ": day-of-year does not match day";
  month = m;
  day = d;
  return {};
}

Time parser::make(const Location* fallback, const Location* local) const {
  if (utc) return Date(year, month, day, hour, min, sec, nsec, UTC);
  if (offset != -1) {
    Time t = Date(year, month, day, hour, min, sec, nsec, UTC);
    t.add_seconds(-int64_t{offset});
    auto z = local->lookup(t.Unix());
    bool same = z.offset == offset && (zone.empty() || zone == z.name);
    t.set_location(same ? local : FixedZone(zone, offset));
    return t;
  }
  if (!zone.empty()) {
    Time t = Date(year, month, day, hour, min, sec, nsec, UTC);
    int east = 0;
    if (local->lookup_name(zone, t.Unix(), &east)) {
      t.add_seconds(-int64_t{east});
      t.set_location(local);
      return t;
    }
    east = 0;
    if (zone.size() > 3 && zone.starts_with("GMT")) {
      signed_number(zone.substr(3), &east);
      east *= 3600;
    }
    t.set_location(FixedZone(zone, east));
    return t;
  }
  return Date(year, month, day, hour, min, sec, nsec, fallback);
}

// skip reads a layout's plain text; a run of spaces there stands for any number of them.
static bool skip(std::string_view& value, std::string_view prefix) {
  auto cut_spaces = [](std::string_view& s) { s.remove_prefix(std::min(s.find_first_not_of(' '), s.size())); };
  while (!prefix.empty()) {
    if (prefix[0] == ' ') {
      if (!value.empty() && value[0] != ' ') return false;
      cut_spaces(prefix);
      cut_spaces(value);
      continue;
    }
    if (value.empty() || value[0] != prefix[0]) return false;
    prefix.remove_prefix(1);
    value.remove_prefix(1);
  }
  return true;
}

static std::pair<Time, error> parse(const std::string_view layout, const std::string_view value,
                                    const Location* fallback, const Location* local) {
  auto failure = [&](std::string_view le, std::string_view ve, std::string message) -> std::pair<Time, error> {
    return {Time(),
            ParseError{std::string(layout), std::string(value), std::string(le), std::string(ve), std::move(message)}};
  };
  parser p{value};
  for (std::string_view rest = layout;;) {
    chunk c = next_chunk(rest);
    if (!skip(p.value, c.prefix)) return failure(c.prefix, p.value, "");
    if (c.e == elem::none) {
      if (!p.value.empty()) return failure("", p.value, ": extra text: " + quote(p.value));
      break;
    }
    std::string_view hold = p.value;
    p.element(c);
    if (!p.out_of_range.empty()) return failure(c.text, p.value, ": " + std::string(p.out_of_range) + " out of range");
    if (p.bad) return failure(c.text, hold, "");
    rest = c.suffix;
  }
  if (p.pm && p.hour < 12)
    p.hour += 12;
  else if (p.am && p.hour == 12)
    p.hour = 0;
  if (p.yday >= 0) {
    if (auto wrong = p.day_of_year(); !wrong.empty()) return failure("", p.value, std::string(wrong));
  }
  if (p.month < 0) p.month = 1;
  if (p.day < 0) p.day = 1;
  if (p.day < 1 || p.day > days_in(p.month, p.year)) return failure("", p.value, ": day out of range");
  return {p.make(fallback, local), nil};
}

std::pair<Time, error> Parse(std::string_view layout, std::string_view value) {
  return parse(layout, value, UTC, Local);
}

std::pair<Time, error> ParseInLocation(std::string_view layout, std::string_view value, const Location* loc) {
  return parse(layout, value, loc, loc);
}

std::string ParseError::Error() const {
  if (Message.empty())
    return "parsing time " + quote(Value) + " as " + quote(Layout) + ": cannot parse " + quote(ValueElem) + " as " +
           quote(LayoutElem);
  return "parsing time " + quote(Value) + Message;
}

}  // namespace gort::time
