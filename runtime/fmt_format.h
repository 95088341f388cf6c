// fmt_format.h: the layer of fmt that formats single values: padding, integers, floats, strings and their quoting.
#ifndef GORT_RUNTIME_FMT_FORMAT_H_
#define GORT_RUNTIME_FMT_FORMAT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace gort::rt {

// decode_rune takes the first rune of s: U+FFFD and width 1 where it is not UTF-8.
struct rune_width {
  uint32_t rune;
  size_t width;
};
rune_width decode_rune(std::string_view s) noexcept;
void append_rune(std::string& out, uint32_t r);
size_t rune_count(std::string_view s) noexcept;
bool printable_rune(uint32_t r) noexcept;
// quote appends s in Go's double-quoted form; ascii escapes everything above 0x7f.
void quote(std::string& out, std::string_view s, char mark, bool ascii);

// The flags of one verb.
struct format_flags {
  int width = 0;
  int precision = 0;
  bool has_width = false, has_precision = false;
  bool minus = false, plus = false, sharp = false, space = false, zero = false;
  bool plus_v = false, sharp_v = false;  // %+v and %#v, which change the flags' meaning for what is inside
};

// formatter appends to out as the flags say.
struct formatter : format_flags {
  std::string out;

  format_flags& flags() { return *this; }
  void padding(size_t n);
  void pad(std::string_view s);
  void pad_with_spaces(std::string_view s);
  void boolean(bool v) { pad(v ? "true" : "false"); }
  void unicode(uint64_t u);
  void integer(uint64_t u, unsigned base, bool is_signed, char verb, bool upper);
  void floating(double v, int bits, char verb, int precision_wanted);
  std::string_view truncated(std::string_view s) const;
  void text(std::string_view s) { pad(truncated(s)); }
  void hex_text(std::string_view s, bool upper);
  void quoted(std::string_view s);
  void character(uint64_t c);
  void quoted_character(uint64_t c);
};

}  // namespace gort::rt

#endif  // GORT_RUNTIME_FMT_FORMAT_H_
