#include "runtime/time/layout.h"

namespace gort::time {

namespace {

struct pattern {
  std::string_view text;
  elem e;
  bool whole_word = false;  // no lower-case letter may follow: Jan is not in January, nor Mon in Month
};

// For each first letter, longer patterns come before their beginnings.
constexpr pattern kPatterns[] = {
    {"January", elem::LongMonth},
    {"Jan", elem::Month, true},
    {"Monday", elem::LongWeekDay},
    {"Mon", elem::WeekDay, true},
    {"MST", elem::TZ},
    {"01", elem::ZeroMonth},
    {"02", elem::ZeroDay},
    {"03", elem::ZeroHour12},
    {"04", elem::ZeroMinute},
    {"05", elem::ZeroSecond},
    {"06", elem::Year},
    {"002", elem::ZeroYearDay},
    {"15", elem::Hour},
    {"1", elem::NumMonth},
    {"2006", elem::LongYear},
    {"2", elem::Day},
    {"_2006", elem::none},  // a plain _ and then the year
    {"_2", elem::UnderDay},
    {"__2", elem::UnderYearDay},
    {"3", elem::Hour12},
    {"4", elem::Minute},
    {"5", elem::Second},
    {"PM", elem::PM},
    {"pm", elem::pm},
    {"-070000", elem::NumSecondsTZ},
    {"-07:00:00", elem::NumColonSecondsTZ},
    {"-0700", elem::NumTZ},
    {"-07:00", elem::NumColonTZ},
    {"-07", elem::NumShortTZ},
    {"Z070000", elem::ISO8601SecondsTZ},
    {"Z07:00:00", elem::ISO8601ColonSecondsTZ},
    {"Z0700", elem::ISO8601TZ},
    {"Z07:00", elem::ISO8601ColonTZ},
    {"Z07", elem::ISO8601ShortTZ},
};

chunk cut(std::string_view layout, size_t at, size_t len, elem e, int digits = 0) {
  return {layout.substr(0, at), e, layout.substr(at, len), layout.substr(at + len), digits};
}

// fraction is the length of a fractional second `.000` or `,999` at the start of s, 0 if there is none: one digit
// repeated, and no other digit after it.
size_t fraction(std::string_view s) {
  if (s.size() < 2 || (s[0] != '.' && s[0] != ',') || (s[1] != '0' && s[1] != '9')) return 0;
  size_t n = 1;
  while (n < s.size() && s[n] == s[1]) n++;
  return is_digit(s, n) ? 0 : n;
}

}  // namespace

chunk next_chunk(std::string_view layout) {
  for (size_t i = 0; i < layout.size(); i++) {
    std::string_view rest = layout.substr(i);
    if (size_t n = fraction(rest))
      return cut(layout, i, n, rest[1] == '0' ? elem::FracSecond0 : elem::FracSecond9, static_cast<int>(n) - 1);
    for (const pattern& p : kPatterns) {
      if (p.text[0] != rest[0] || !rest.starts_with(p.text)) continue;
      if (p.e == elem::none) break;
      size_t n = p.text.size();
      if (p.whole_word && n < rest.size() && rest[n] >= 'a' && rest[n] <= 'z') continue;
      return cut(layout, i, n, p.e);
    }
  }
  return {layout, elem::none, {}, {}};
}

}  // namespace gort::time
