// Layouts: how a text such as `Mon Jan 2 15:04:05 MST 2006` is cut into elements that stand for parts of a time.
#pragma once
#include <cstdint>
#include <string_view>

namespace gort::time {

enum class elem : uint8_t {
  none,
  LongMonth,
  Month,
  NumMonth,
  ZeroMonth,
  LongWeekDay,
  WeekDay,
  Day,
  UnderDay,
  ZeroDay,
  UnderYearDay,
  ZeroYearDay,
  Hour,
  Hour12,
  ZeroHour12,
  Minute,
  ZeroMinute,
  Second,
  ZeroSecond,
  LongYear,
  Year,
  PM,
  pm,
  TZ,
  // offsets; those of the Z group print Z for UTC
  ISO8601TZ,
  ISO8601SecondsTZ,
  ISO8601ShortTZ,
  ISO8601ColonTZ,
  ISO8601ColonSecondsTZ,
  NumTZ,
  NumSecondsTZ,
  NumShortTZ,
  NumColonTZ,
  NumColonSecondsTZ,
  FracSecond0,  // .000: all digits
  FracSecond9,  // .999: without trailing zeros
};

// chunk is the first element of a layout, with the text before and after it. elem::none: no element, prefix is
// everything.
struct chunk {
  std::string_view prefix;
  elem e = elem::none;
  std::string_view text;  // the element as it stands in the layout
  std::string_view suffix;
  int digits = 0;  // of a fractional second
};
chunk next_chunk(std::string_view layout);

inline bool is_digit(std::string_view s, size_t i) {
  return i < s.size() && s[i] >= '0' && s[i] <= '9';
}

}  // namespace gort::time
