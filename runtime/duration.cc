// duration.cc: text of durations, and rounding at the ends of the range.
#include <gort/duration.h>

#include <limits>

#include <gort/errors.h>
#include <gort/runtime_error.h>

namespace gort::time {
namespace {

constexpr int64_t max_ns = std::numeric_limits<int64_t>::max();
constexpr int64_t min_ns = std::numeric_limits<int64_t>::min();

// backwards writes a text from its end.
class backwards {
 public:
  void put(char c) { buf_[--at_] = c; }
  void number(uint64_t v) {
    do put(static_cast<char>('0' + v % 10));
    while ((v /= 10) != 0);
  }
  // fraction writes the last `digits` decimal digits of v after a point, without zeros at the end, and returns the rest
  // of v.
  uint64_t fraction(uint64_t v, int digits) {
    bool any_digit = false;
    for (int i = 0; i < digits; i++, v /= 10) {
      const auto d = static_cast<char>(v % 10);
      any_digit = any_digit || d != 0;
      if (any_digit) put(static_cast<char>('0' + d));
    }
    if (any_digit) put('.');
    return v;
  }
  std::string text() const { return std::string(buf_ + at_, sizeof buf_ - at_); }

 private:
  char buf_[32];
  size_t at_ = sizeof buf_;
};

// below_second writes u nanoseconds in the largest unit that gives a number of 1 or more.
void below_second(backwards& out, uint64_t u) {
  int digits = 6;
  if (u < 1000) {
    out.put('n');
    digits = 0;
  } else if (u < 1000000) {
    out.put('\xb5');  // the micro sign, U+00B5 in UTF-8
    out.put('\xc2');
    digits = 3;
  } else {
    out.put('m');
  }
  out.number(out.fraction(u, digits));
}

void from_second(backwards& out, uint64_t u) {
  u = out.fraction(u, 9);
  out.number(u % 60);
  u /= 60;
  if (u == 0) return;
  out.put('m');
  out.number(u % 60);
  u /= 60;
  if (u == 0) return;
  out.put('h');
  out.number(u);
}

// quote is the quoting of texts in errors about time: bytes that are not printable ASCII come out as \xNN.
std::string quote(std::string_view s) {
  std::string out = "\"";
  for (char c : s) {
    const auto b = static_cast<unsigned char>(c);
    if (b >= 0x80 || b < ' ') {
      out += "\\x";
      out += "0123456789abcdef"[b >> 4];
      out += "0123456789abcdef"[b & 15];
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

constexpr uint64_t limit = uint64_t{1} << 63;

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// leading_int takes the digits at the start of s; false when the number is above 2^63.
bool leading_int(std::string_view& s, uint64_t& v) {
  v = 0;
  while (!s.empty() && digit(s[0])) {
    if (v > limit / 10) return false;
    v = v * 10 + static_cast<uint64_t>(s[0] - '0');
    if (v > limit) return false;
    s.remove_prefix(1);
  }
  return true;
}

// leading_fraction takes the digits after the point; those that no longer fit are dropped.
double leading_fraction(std::string_view& s, uint64_t& f) {
  double scale = 1;
  bool full = false;
  for (f = 0; !s.empty() && digit(s[0]); s.remove_prefix(1)) {
    if (full || f > (limit - 1) / 10) {
      full = true;
      continue;
    }
    const uint64_t next = f * 10 + static_cast<uint64_t>(s[0] - '0');
    if (next > limit) {
      full = true;
      continue;
    }
    f = next;
    scale *= 10;
  }
  return scale;
}

uint64_t unit_of(std::string_view name) {
  static constexpr struct {
    std::string_view name;
    uint64_t ns;
  } units[] = {{"ns", 1},       {"us", 1000},      {"\xc2\xb5s", 1000}, {"\xce\xbcs", 1000},  // micro sign, Greek mu
               {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000},  {"h", 3600000000000}};
  for (const auto& u : units) {
    if (u.name == name) return u.ns;
  }
  return 0;
}

// parse_part takes one number and unit from s and adds it to total; the error's text on failure, else empty.
std::string parse_part(std::string_view& s, std::string_view orig, uint64_t& total) {
  const std::string invalid = "time: invalid duration " + quote(orig);
  uint64_t whole = 0, fraction = 0;
  double scale = 1;
  if (s[0] != '.' && !digit(s[0])) return invalid;
  size_t before = s.size();
  if (!leading_int(s, whole)) return invalid;
  bool digits = s.size() != before;
  if (!s.empty() && s[0] == '.') {
    s.remove_prefix(1);
    before = s.size();
    scale = leading_fraction(s, fraction);
    digits = digits || s.size() != before;
  }
  if (!digits) return invalid;

  size_t n = 0;
  while (n < s.size() && s[n] != '.' && !digit(s[n])) n++;
  if (n == 0) return "time: missing unit in duration " + quote(orig);
  const std::string_view name = s.substr(0, n);
  s.remove_prefix(n);
  const uint64_t unit = unit_of(name);
  if (unit == 0) return "time: unknown unit " + quote(name) + " in duration " + quote(orig);
  if (whole > limit / unit) return invalid;
  whole *= unit;
  if (fraction > 0) {
    // In floating point, to be exact to the nanosecond for fractions of an hour.
    whole += static_cast<uint64_t>(static_cast<double>(fraction) * (static_cast<double>(unit) / scale));
    if (whole > limit) return invalid;
  }
  total += whole;
  return total > limit ? invalid : std::string();
}

}  // namespace

std::string Duration::String() const {
  backwards out;
  const bool negative = ns_ < 0;
  const uint64_t u = negative ? 0 - bits() : bits();
  out.put('s');
  if (u == 0)
    out.put('0');
  else if (u < 1000000000)
    below_second(out, u);
  else
    from_second(out, u);
  if (negative) out.put('-');
  return out.text();
}

Duration Duration::Truncate(Duration m) const {
  return m <= 0 ? *this : *this - *this % m;
}

Duration Duration::Round(Duration m) const {
  if (m <= 0) return *this;
  const Duration r = (*this % m).Abs();
  const bool down = r.bits() + r.bits() < m.bits();  // unsigned: twice a remainder may not fit an int64
  if (ns_ < 0) {
    if (down) return *this + r;
    const Duration rounded = *this - m + r;
    return rounded < *this ? rounded : Duration(min_ns);
  }
  if (down) return *this - r;
  const Duration rounded = *this + m - r;
  return rounded > *this ? rounded : Duration(max_ns);
}

Duration Duration::Abs() const {
  if (ns_ >= 0) return *this;
  return ns_ == min_ns ? Duration(max_ns) : -*this;
}

std::pair<Duration, error> ParseDuration(std::string_view orig) {
  std::string_view s = orig;
  const bool negative = !s.empty() && s[0] == '-';
  if (!s.empty() && (s[0] == '-' || s[0] == '+')) s.remove_prefix(1);
  if (s == "0") return {0, nil};
  std::string failure = s.empty() ? "time: invalid duration " + quote(orig) : "";
  uint64_t total = 0;
  while (failure.empty() && !s.empty()) failure = parse_part(s, orig, total);
  if (failure.empty() && !negative && total > limit - 1) failure = "time: invalid duration " + quote(orig);
  if (!failure.empty()) return {0, errors::New(std::move(failure))};
  return {Duration(static_cast<int64_t>(negative ? 0 - total : total)), nil};
}

}  // namespace gort::time
