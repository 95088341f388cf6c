// fmt_format.cc: how single values look. Widths count runes, not bytes.
#include "runtime/fmt_format.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace gort::rt {
namespace {

constexpr uint32_t rune_error = 0xfffd;
constexpr uint32_t max_rune = 0x10ffff;
constexpr const char* lower_digits = "0123456789abcdef";
constexpr const char* upper_digits = "0123456789ABCDEF";

bool surrogate(uint32_t r) {
  return r >= 0xd800 && r <= 0xdfff;
}

void append_escape(std::string& out, char kind, uint32_t v, int digits) {
  out += '\\';
  out += kind;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += lower_digits[(v >> shift) & 15];
}

char short_escape(uint32_t r) {
  switch (r) {
    case '\a':
      return 'a';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\v':
      return 'v';
    default:
      return 0;
  }
}

void quote_rune(std::string& out, uint32_t r, char mark, bool ascii) {
  if (r == static_cast<unsigned char>(mark) || r == '\\') {
    out += '\\';
    out += static_cast<char>(r);
  } else if (ascii ? r < 0x80 && printable_rune(r) : printable_rune(r)) {
    append_rune(out, r);
  } else if (const char e = short_escape(r); e != 0) {
    out += '\\';
    out += e;
  } else if (r < ' ' || r == 0x7f) {
    append_escape(out, 'x', r, 2);
  } else if (r > max_rune || surrogate(r)) {
    append_escape(out, 'u', rune_error, 4);
  } else {
    append_escape(out, r < 0x10000 ? 'u' : 'U', r, r < 0x10000 ? 4 : 8);
  }
}

// A text fits between backquotes if it is valid, has no control character but tab, no backquote and no byte order mark.
bool can_backquote(std::string_view s) {
  while (!s.empty()) {
    const rune_width r = decode_rune(s);
    if (r.width > 1 ? r.rune == 0xfeff
                    : r.rune == rune_error || (r.rune < ' ' && r.rune != '\t') || r.rune == '`' || r.rune == 0x7f)
      return false;
    s.remove_prefix(r.width);
  }
  return true;
}

template <class F>
std::string chars_of(F v, std::chars_format form, int precision) {
  char buf[1200];  // %f of the largest double has 309 digits before the point; no double has digits beyond the 800th
  const int fits = precision > 800 ? 800 : precision;
  std::to_chars_result r = precision < 0 ? std::to_chars(buf, buf + sizeof buf, v, form)
                                         : std::to_chars(buf, buf + sizeof buf, v, form, fits);
  std::string s(buf, r.ptr);
  if (precision > fits && form != std::chars_format::general)
    s.insert(std::min(s.find(form == std::chars_format::hex ? 'p' : 'e'), s.size()),
             static_cast<size_t>(precision - fits), '0');
  return s;
}

// general is %g: %e for exponents below -4 or from the precision on, for which the shortest form counts as 6 digits.
template <class F>
std::string general(F v, int precision) {
  if (precision >= 0) return chars_of(v, std::chars_format::general, precision);
  const std::string e = chars_of(v, std::chars_format::scientific, -1);
  const int exponent = std::stoi(e.substr(e.find('e') + 1));
  return exponent < -4 || exponent >= 6 ? e : chars_of(v, std::chars_format::fixed, -1);
}

// hexadecimal is %x: one digit before the point, 1 but for zero, for the numbers too that the machine holds without a
// leading 1.
std::string hexadecimal(double v, int precision) {
  const bool subnormal = std::fpclassify(v) == FP_SUBNORMAL;
  std::string s = chars_of(subnormal ? std::ldexp(v, 64) : v, std::chars_format::hex, precision);
  const size_t p = s.find('p');
  int exponent = std::stoi(s.substr(p + 1)) - (subnormal ? 64 : 0);
  s.resize(p);
  char& leading = s[s[0] == '-' ? 1 : 0];
  if (leading == '2') {  // rounded up
    leading = '1';
    exponent++;
  }
  s.insert(s[0] == '-' ? 1 : 0, "0x");
  s += exponent < 0 ? "p-" : "p+";
  if (std::abs(exponent) < 10) s += '0';
  return s += std::to_string(std::abs(exponent));
}

// binary is %b: the mantissa as an integer, and the exponent of two that belongs to it.
std::string binary(double v, int bits) {
  const int mantissa_bits = bits == 32 ? 24 : 53;
  const int least = bits == 32 ? -149 : -1074;
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(v), &exponent);
  exponent -= mantissa_bits;
  int shift = mantissa_bits;
  if (v == 0 || exponent < least) {
    shift -= v == 0 ? 0 : least - exponent;
    exponent = least;
  }
  const auto mantissa = static_cast<uint64_t>(std::ldexp(fraction, shift));
  std::string s = std::signbit(v) ? "-" : "";
  s.append(std::to_string(mantissa)).append(exponent < 0 ? "p" : "p+").append(std::to_string(exponent));
  return s;
}

template <class F>
std::string float_text(F v, int bits, char verb, int precision) {
  switch (verb) {
    case 'e':
    case 'E':
      return chars_of(v, std::chars_format::scientific, precision);
    case 'f':
      return chars_of(v, std::chars_format::fixed, precision);
    case 'x':
    case 'X':
      return hexadecimal(static_cast<double>(v), precision);
    case 'b':
      return binary(static_cast<double>(v), bits);
    default:
      return general(v, precision);
  }
}

// keep_point is the # flag: a decimal point always, and %g's zeros at the end not dropped.
void keep_point(std::string& num, char verb, int precision) {
  int digits = 0;
  if (verb == 'g' || verb == 'G' || verb == 'x') digits = precision == -1 ? 6 : precision;
  std::string tail;
  bool point = false, nonzero = false;
  for (size_t i = 1; i < num.size(); i++) {
    const char c = num[i];
    if (c == '.') {
      point = true;
    } else if (c == 'p' || c == 'P' || ((c == 'e' || c == 'E') && verb != 'x' && verb != 'X')) {
      tail = num.substr(i);
      num.resize(i);
    } else {
      nonzero = nonzero || c != '0';
      if (nonzero) digits--;
    }
  }
  if (!point) {
    if (num.size() == 2 && num[1] == '0') digits--;
    num += '.';
  }
  if (digits > 0) num.append(static_cast<size_t>(digits), '0');
  num += tail;
}

}  // namespace

rune_width decode_rune(std::string_view s) noexcept {
  const auto b0 = static_cast<unsigned char>(s[0]);
  if (b0 < 0x80) return {b0, 1};
  const size_t n = b0 >= 0xf0 ? 4 : b0 >= 0xe0 ? 3 : 2;
  if (b0 < 0xc2 || b0 > 0xf4 || s.size() < n) return {rune_error, 1};
  uint32_t r = b0 & (0x7fu >> n);
  for (size_t i = 1; i < n; i++) {
    const auto b = static_cast<unsigned char>(s[i]);
    if ((b & 0xc0) != 0x80) return {rune_error, 1};
    r = r << 6 | (b & 0x3f);
  }
  const bool overlong = (n == 3 && r < 0x800) || (n == 4 && r < 0x10000);
  if (overlong || r > max_rune || surrogate(r)) return {rune_error, 1};
  return {r, n};
}

void append_rune(std::string& out, uint32_t r) {
  if (r > max_rune || surrogate(r)) r = rune_error;
  if (r < 0x80) {
    out += static_cast<char>(r);
    return;
  }
  if (r < 0x800) {
    out += static_cast<char>(0xc0 | r >> 6);
  } else {
    if (r < 0x10000) {
      out += static_cast<char>(0xe0 | r >> 12);
    } else {
      out += static_cast<char>(0xf0 | r >> 18);
      out += static_cast<char>(0x80 | (r >> 12 & 0x3f));
    }
    out += static_cast<char>(0x80 | (r >> 6 & 0x3f));
  }
  out += static_cast<char>(0x80 | (r & 0x3f));
}

size_t rune_count(std::string_view s) noexcept {
  size_t n = 0;
  for (; !s.empty(); n++) s.remove_prefix(decode_rune(s).width);
  return n;
}

void quote(std::string& out, std::string_view s, char mark, bool ascii) {
  out += mark;
  while (!s.empty()) {
    const rune_width r = decode_rune(s);
    if (r.width == 1 && r.rune == rune_error)
      append_escape(out, 'x', static_cast<unsigned char>(s[0]), 2);
    else
      quote_rune(out, r.rune, mark, ascii);
    s.remove_prefix(r.width);
  }
  out += mark;
}

void formatter::padding(size_t n) {
  out.append(n, zero ? '0' : ' ');
}

void formatter::pad(std::string_view s) {
  const size_t runes = has_width ? rune_count(s) : 0;
  const size_t missing = has_width && static_cast<size_t>(width) > runes ? static_cast<size_t>(width) - runes : 0;
  if (!minus) padding(missing);
  out += s;
  if (minus) padding(missing);
}

void formatter::pad_with_spaces(std::string_view s) {
  const bool saved = zero;
  zero = false;
  pad(s);
  zero = saved;
}

void formatter::unicode(uint64_t u) {
  char digits[20];
  const std::to_chars_result r = std::to_chars(digits, digits + sizeof digits, u, 16);
  std::string s(digits, r.ptr);
  for (char& c : s) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  const size_t least = has_precision && precision > 4 ? static_cast<size_t>(precision) : 4;
  if (s.size() < least) s.insert(0, least - s.size(), '0');
  s.insert(0, "U+");
  if (sharp && u <= max_rune && printable_rune(static_cast<uint32_t>(u))) {
    s += " '";
    append_rune(s, static_cast<uint32_t>(u));
    s += '\'';
  }
  pad_with_spaces(s);
}

void formatter::integer(uint64_t u, unsigned base, bool is_signed, char verb, bool upper) {
  const bool negative = is_signed && static_cast<int64_t>(u) < 0;
  if (negative) u = 0 - u;
  int least = 0;
  if (has_precision) {
    least = precision;
    if (least == 0 && u == 0) {  // a precision of 0 and a value of 0 print nothing but padding
      out.append(static_cast<size_t>(width), ' ');
      return;
    }
  } else if (zero && has_width) {
    least = width - (negative || plus || space ? 1 : 0);
  }
  std::string reversed;
  const char* digits = upper ? upper_digits : lower_digits;
  do reversed += digits[u % base];
  while ((u /= base) != 0);
  if (static_cast<int>(reversed.size()) < least) reversed.append(static_cast<size_t>(least) - reversed.size(), '0');
  if (sharp && base == 2) reversed += "b0";
  if (sharp && base == 8 && reversed.back() != '0') reversed += '0';
  if (sharp && base == 16) reversed += upper ? "X0" : "x0";
  if (verb == 'O') reversed += "o0";
  if (negative)
    reversed += '-';
  else if (plus)
    reversed += '+';
  else if (space)
    reversed += ' ';
  pad_with_spaces(std::string(reversed.rbegin(), reversed.rend()));
}

void formatter::floating(double v, int bits, char verb, int precision_wanted) {
  if (has_precision) precision_wanted = precision;
  if (!std::isfinite(v)) {
    std::string s = std::isnan(v) ? "+NaN" : v > 0 ? "+Inf" : "-Inf";
    if (space && s[0] == '+' && !plus)
      s[0] = ' ';
    else if (!plus && std::isnan(v))
      s.erase(0, 1);
    pad_with_spaces(s);
    return;
  }
  std::string num = bits == 32 ? float_text(static_cast<float>(v), bits, verb, precision_wanted)
                               : float_text(v, bits, verb, precision_wanted);
  if (verb == 'E' || verb == 'G' || verb == 'X') {
    for (char& c : num) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (num[0] != '-') num.insert(0, 1, space && !plus ? ' ' : '+');
  if (sharp && verb != 'b') keep_point(num, verb, precision_wanted);
  if (!plus && num[0] == '+') {
    pad(std::string_view(num).substr(1));
  } else if (zero && has_width && static_cast<size_t>(width) > num.size()) {
    out += num[0];  // the sign goes before the zeros
    padding(static_cast<size_t>(width) - num.size());
    out.append(num, 1);
  } else {
    pad(num);
  }
}

std::string_view formatter::truncated(std::string_view s) const {
  if (!has_precision) return s;
  size_t at = 0;
  for (int n = precision; n > 0 && at < s.size(); n--) at += decode_rune(s.substr(at)).width;
  return s.substr(0, at);
}

void formatter::hex_text(std::string_view s, bool upper) {
  if (has_precision && static_cast<size_t>(precision) < s.size()) s = s.substr(0, static_cast<size_t>(precision));
  const char* digits = upper ? upper_digits : lower_digits;
  const char prefix[] = {'0', upper ? 'X' : 'x'};
  std::string text;
  for (size_t i = 0; i < s.size(); i++) {
    if (space && i > 0) text += ' ';
    if (sharp && (space || i == 0)) text.append(prefix, 2);
    const auto b = static_cast<unsigned char>(s[i]);
    text += digits[b >> 4];
    text += digits[b & 15];
  }
  pad(text);
}

void formatter::quoted(std::string_view s) {
  s = truncated(s);
  std::string text;
  if (sharp && can_backquote(s))
    text.append(1, '`').append(s).append(1, '`');
  else
    quote(text, s, '"', plus);
  pad(text);
}

void formatter::character(uint64_t c) {
  std::string text;
  append_rune(text, c > max_rune ? rune_error : static_cast<uint32_t>(c));
  pad(text);
}

void formatter::quoted_character(uint64_t c) {
  uint32_t r = c > max_rune ? rune_error : static_cast<uint32_t>(c);
  if (surrogate(r)) r = rune_error;
  std::string text = "'";
  quote_rune(text, r, '\'', plus);
  pad(text += '\'');
}

}  // namespace gort::rt
