// fmt.cc: the printer behind gort::fmt: walks the format, picks what a verb means for a kind of value, and descends
// into containers.
//
// A value is (type_desc, address) throughout; nothing is boxed or copied on the way.
#include <gort/fmt.h>

#include <algorithm>
#include <stdio_ext.h>

#include <gort/errors.h>
#include <gort/func.h>

#include "runtime/fmt_format.h"
#include "runtime/fmt_value.h"
#include "runtime/os/standard.h"

namespace gort::rt {
namespace {

// error_in is the error that a %w stands for; nil where the argument is none.
error error_in(const fmt_arg& a) {
  if (a.type == nullptr) return nil;
  if (same_type(a.type, &desc_of<any>)) {
    const error* e = static_cast<const any*>(a.value)->as<error>();
    return e != nullptr ? *e : error();
  }
  if (same_type(a.type, &desc_of<error>)) return *static_cast<const error*>(a.value);
  return a.type->clone != nullptr ? error::rt_adopt(a.type->clone(a.value)) : error();
}

std::vector<pair_args> elements(const fmt_arg& a) {
  std::vector<pair_args> out;
  a.type->visit(a.value, &out, [](void* ctx, const type_desc* kt, const void* k, const type_desc* t, const void* e) {
    static_cast<std::vector<pair_args>*>(ctx)->push_back({{kt, k}, {t, e}});
  });
  return out;
}

// parse_number reads a decimal number at format[at]; numbers beyond a million are refused, as a sign of a mistake.
constexpr int too_large = 1000000;
bool parse_number(std::string_view format, size_t& at, int& number) {
  number = 0;
  const size_t start = at;
  while (at < format.size() && format[at] >= '0' && format[at] <= '9') {
    if (number > too_large) {
      at = format.size();
      number = 0;
      return false;
    }
    number = number * 10 + (format[at++] - '0');
  }
  return at > start;
}

// printer prints one call's arguments.
class printer {
 public:
  printer(const fmt_arg* args, size_t n, bool wraps) : args_(args), n_(n), wraps_(wraps) {}

  void printf(std::string_view format);
  void print();
  void println();

  std::string take() { return std::move(f_.out); }
  // The arguments that %w printed, in the order of the arguments, each once.
  std::vector<size_t> wrapped() const {
    std::vector<size_t> w = wrapped_;
    std::sort(w.begin(), w.end());
    w.erase(std::unique(w.begin(), w.end()), w.end());
    return w;
  }
  size_t wraps() const { return wrapped_.size(); }

 private:
  bool flags(std::string_view format, size_t& i);
  void width_and_precision(std::string_view format, size_t& i);
  bool star(std::string_view format, size_t& i, int& number, bool& present);
  bool argument_number(std::string_view format, size_t& i);
  void one_verb(uint32_t verb);
  void extra();

  void arg(fmt_arg a, uint32_t verb);
  void value(fmt_arg a, uint32_t verb, int depth);
  bool methods(const fmt_arg& a, uint32_t verb);
  void method_panicked(const any& e, uint32_t verb, const char* method);
  bool basic(const fmt_arg& a, uint32_t verb);
  void bad_verb(const fmt_arg& a, uint32_t verb);
  void integer(const fmt_arg& a, uint64_t v, bool is_signed, uint32_t verb);
  void floating(const fmt_arg& a, double v, int bits, uint32_t verb);
  void complex(const fmt_arg& a, double re, double im, int bits, uint32_t verb);
  void string(const fmt_arg& a, std::string_view s, uint32_t verb);
  void pointer(const fmt_arg& a, uint32_t verb);
  void parts(const fmt_arg& a, uint32_t verb, int depth);
  void list(const fmt_arg& a, uint32_t verb, int depth);
  void map(const fmt_arg& a, uint32_t verb, int depth);
  void fields(const fmt_arg& a, uint32_t verb, int depth);
  bool pointed_to(const fmt_arg& a, uint32_t verb, int depth);
  bool bytes(const fmt_arg& a, uint32_t verb);
  void hex(uint64_t v, bool leading_0x);
  void separator(bool first) {
    if (!first) f_.out += f_.sharp_v ? ", " : " ";
  }

  formatter f_;
  const fmt_arg* args_;
  size_t n_;
  bool wraps_;
  size_t next_ = 0;           // the argument that the next verb takes
  bool reordered_ = false;    // an explicit argument number was used: nothing is reported as left over
  bool good_number_ = true;   // ... and it was right
  bool after_index_ = false;  // an argument number stands directly before this place in the format
  bool erroring_ = false;     // in a bad verb's text: methods are not called
  bool panicking_ = false;    // in the text of what a method panicked with
  std::vector<size_t> wrapped_;
};

void printer::bad_verb(const fmt_arg& a, uint32_t verb) {
  erroring_ = true;
  f_.out += "%!";
  append_rune(f_.out, verb);
  f_.out += '(';
  if (a.type != nullptr) {
    f_.out += a.type->name;
    f_.out += '=';
    value(a, 'v', 0);
  } else {
    f_.out += "<nil>";
  }
  f_.out += ')';
  erroring_ = false;
}

void printer::hex(uint64_t v, bool leading_0x) {
  const bool saved = f_.sharp;
  f_.sharp = leading_0x;
  f_.integer(v, 16, false, 'v', false);
  f_.sharp = saved;
}

void printer::integer(const fmt_arg& a, uint64_t v, bool is_signed, uint32_t verb) {
  switch (verb) {
    case 'v':
      if (f_.sharp_v && !is_signed) return hex(v, true);
      return f_.integer(v, 10, is_signed, 'v', false);
    case 'd':
      return f_.integer(v, 10, is_signed, 'd', false);
    case 'b':
      return f_.integer(v, 2, is_signed, 'b', false);
    case 'o':
    case 'O':
      return f_.integer(v, 8, is_signed, static_cast<char>(verb), false);
    case 'x':
      return f_.integer(v, 16, is_signed, 'x', false);
    case 'X':
      return f_.integer(v, 16, is_signed, 'X', true);
    case 'c':
      return f_.character(v);
    case 'q':
      return f_.quoted_character(v);
    case 'U':
      return f_.unicode(v);
    default:
      return bad_verb(a, verb);
  }
}

void printer::floating(const fmt_arg& a, double v, int bits, uint32_t verb) {
  switch (verb) {
    case 'v':
      return f_.floating(v, bits, 'g', -1);
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
      return f_.floating(v, bits, static_cast<char>(verb), -1);
    case 'f':
    case 'e':
    case 'E':
      return f_.floating(v, bits, static_cast<char>(verb), 6);
    case 'F':
      return f_.floating(v, bits, 'f', 6);
    default:
      return bad_verb(a, verb);
  }
}

void printer::complex(const fmt_arg& a, double re, double im, int bits, uint32_t verb) {
  if (verb > 0x7f || std::string_view("vbgGxXfFeE").find(static_cast<char>(verb)) == std::string_view::npos)
    return bad_verb(a, verb);
  const bool saved = f_.plus;
  f_.out += '(';
  floating(a, re, bits, verb);
  f_.plus = true;
  floating(a, im, bits, verb);
  f_.out += "i)";
  f_.plus = saved;
}

void printer::string(const fmt_arg& a, std::string_view s, uint32_t verb) {
  switch (verb) {
    case 'v':
      return f_.sharp_v ? f_.quoted(s) : f_.text(s);
    case 's':
      return f_.text(s);
    case 'x':
      return f_.hex_text(s, false);
    case 'X':
      return f_.hex_text(s, true);
    case 'q':
      return f_.quoted(s);
    default:
      return bad_verb(a, verb);
  }
}

void printer::pointer(const fmt_arg& a, uint32_t verb) {
  const kind k = a.type->kind;
  if (k != kind::Chan && k != kind::Func && k != kind::Map && k != kind::Pointer && k != kind::Slice &&
      k != kind::UnsafePointer)
    return bad_verb(a, verb);
  const auto u = reinterpret_cast<uintptr_t>(word_of(a));
  switch (verb) {
    case 'v':
      if (f_.sharp_v) {
        f_.out.append(1, '(').append(a.type->name).append(")(");
        if (u == 0)
          f_.out += "nil";
        else
          hex(u, true);
        f_.out += ')';
      } else if (u == 0) {
        f_.pad("<nil>");
      } else {
        hex(u, !f_.sharp);
      }
      return;
    case 'p':
      return hex(u, !f_.sharp);
    case 'b':
    case 'o':
    case 'd':
    case 'x':
    case 'X':
      return integer(a, u, false, verb);
    default:
      return bad_verb(a, verb);
  }
}

// basic prints a value of a basic kind; false for other kinds.
bool printer::basic(const fmt_arg& a, uint32_t verb) {
  const kind k = a.type->kind;
  const void* p = a.value;
  if (k == kind::Bool) {
    if (verb == 't' || verb == 'v')
      f_.boolean(read<bool>(p));
    else
      bad_verb(a, verb);
  } else if (is_integer_kind(k)) {
    integer(a, integer_bits(a), is_signed_kind(k), verb);
  } else if (k == kind::Float32) {
    floating(a, static_cast<double>(read<float>(p)), 32, verb);
  } else if (k == kind::Float64) {
    const bool is_long = a.type->size == sizeof(long double);  // an element or a field
    floating(a, is_long ? static_cast<double>(read<long double>(p)) : read<double>(p), 64, verb);
  } else if (k == kind::Complex64) {
    complex(a, static_cast<double>(read<float>(p)), static_cast<double>(read<float>(static_cast<const float*>(p) + 1)),
            32, verb);
  } else if (k == kind::Complex128) {
    complex(a, read<double>(p), read<double>(static_cast<const double*>(p) + 1), 64, verb);
  } else if (k == kind::String) {
    string(a, a.type->text(p), verb);
  } else {
    return false;
  }
  return true;
}

// methods prints through Error() or String() where the verb takes a text and the type has one.
bool printer::methods(const fmt_arg& a, uint32_t verb) {
  if (erroring_) return false;
  if (verb == 'w') {
    if (a.type->error == nullptr || !wraps_) {
      bad_verb(a, verb);
      return true;
    }
    verb = 'v';
  }
  if (f_.sharp_v || verb > 0x7f || std::string_view("vsxXq").find(static_cast<char>(verb)) == std::string_view::npos)
    return false;
  const auto method = a.type->error != nullptr ? a.type->error : a.type->stringer;
  if (method == nullptr) return false;
  if (a.type->kind == kind::Pointer && (a.type->flags & tf_pointer_word) != 0 &&
      read<const void*>(a.value) == nullptr) {
    f_.out += "<nil>";  // what Go makes of the nil dereference in the method
    return true;
  }
  func([&] {
    defer([&] {
      if (any e = recover(); e != nil) method_panicked(e, verb, a.type->error != nullptr ? "Error" : "String");
    });
    string(a, method(a.value), verb);
  });
  return true;
}

// method_panicked prints what an Error or String method panicked with. A panic while that is printed goes on.
void printer::method_panicked(const any& e, uint32_t verb, const char* method) {
  if (panicking_) panic(e);
  const format_flags saved = std::exchange(f_.flags(), {});
  f_.out += "%!";
  append_rune(f_.out, verb);
  f_.out.append("(PANIC=").append(method).append(" method: ");
  panicking_ = true;
  arg({&desc_of<any>, &e}, 'v');
  panicking_ = false;
  f_.out += ')';
  f_.flags() = saved;
}

// bytes prints lists of bytes under the verbs that take a text.
bool printer::bytes(const fmt_arg& a, uint32_t verb) {
  if (a.type->elem == nullptr || a.type->elem->kind != kind::Uint8) return false;
  if (verb != 's' && verb != 'q' && verb != 'x' && verb != 'X') return false;
  std::string text;
  a.type->visit(a.value, &text, [](void* ctx, const type_desc*, const void*, const type_desc*, const void* e) {
    static_cast<std::string*>(ctx)->push_back(static_cast<char>(read<uint8_t>(e)));
  });
  string(a, text, verb);
  return true;
}

// parts prints the elements of a list or the fields of a struct, as they come.
void printer::parts(const fmt_arg& a, uint32_t verb, int depth) {
  struct {
    printer& p;
    uint32_t verb;
    int depth;
    bool first;
  } to{*this, verb, depth, true};
  a.type->visit(a.value, &to, [](void* ctx, const type_desc*, const void* name, const type_desc* t, const void* e) {
    auto& [p, each_verb, of, first] = *static_cast<decltype(to)*>(ctx);
    p.separator(std::exchange(first, false));
    if (name != nullptr && (p.f_.plus_v || p.f_.sharp_v))
      p.f_.out.append(*static_cast<const std::string_view*>(name)).append(1, ':');
    p.value({t, e}, each_verb, of + 1);
  });
}

void printer::list(const fmt_arg& a, uint32_t verb, int depth) {
  if (bytes(a, verb)) return;
  if (f_.sharp_v) f_.out += depth == 0 && a.type->name == "[]uint8" ? "[]byte" : a.type->name;
  f_.out += f_.sharp_v ? '{' : '[';
  parts(a, verb, depth);
  f_.out += f_.sharp_v ? '}' : ']';
}

void printer::map(const fmt_arg& a, uint32_t verb, int depth) {
  std::vector<pair_args> all = elements(a);
  sort_keys(all);
  if (f_.sharp_v)
    f_.out.append(a.type->name).append(1, '{');
  else
    f_.out += "map[";
  bool first = true;
  for (const pair_args& e : all) {
    separator(std::exchange(first, false));
    value(e.key, verb, depth + 1);
    f_.out += ':';
    value(e.elem, verb, depth + 1);
  }
  f_.out += f_.sharp_v ? '}' : ']';
}

void printer::fields(const fmt_arg& a, uint32_t verb, int depth) {
  if (a.type->visit == nullptr && (a.type->flags & tf_empty) == 0) {
    f_.out.append(1, '?').append(a.type->name).append(1, '?');
    return;
  }
  if (f_.sharp_v) f_.out += a.type->name.substr(a.type->name.starts_with('*'));  // pointed_to has written the &
  f_.out += '{';
  if (a.type->visit != nullptr) parts(a, verb, depth);
  f_.out += '}';
}

// pointed_to prints what a pointer at the top leads to, `&[1 2]`; false where only the address can be printed.
bool printer::pointed_to(const fmt_arg& a, uint32_t verb, int depth) {
  if (depth > 0) return false;
  if ((a.type->flags & tf_pointer_word) == 0) {  // a C++ value that stands for a Go pointer
    if (a.type->visit == nullptr) return false;
    f_.out += '&';
    fields(a, verb, depth);
    return true;
  }
  if (a.type->deref == nullptr || read<const void*>(a.value) == nullptr) return false;
  f_.out += '&';
  value({a.type->elem, a.type->deref(a.value)}, verb, depth + 1);
  return true;
}

void printer::value(fmt_arg a, uint32_t verb, int depth) {
  const std::string_view declared = a.type == nullptr ? std::string_view() : a.type->name;
  a = inside(a);
  if (a.type == nullptr) {
    if (f_.sharp_v && depth > 0)
      f_.out.append(declared).append("(nil)");
    else if (depth == 0 && verb != 'v')
      bad_verb(a, verb);
    else
      f_.out += "<nil>";
    return;
  }
  if (depth > 0 && methods(a, verb)) return;
  if (basic(a, verb)) return;
  switch (a.type->kind) {
    case kind::Map:
      return map(a, verb, depth);
    case kind::Struct:
      return fields(a, verb, depth);
    case kind::Slice:
    case kind::Array:
      if (a.type->visit == nullptr) break;
      return list(a, verb, depth);
    case kind::Pointer:
      if (!pointed_to(a, verb, depth)) pointer(a, verb);
      return;
    default:
      break;
  }
  pointer(a, verb);
}

void printer::arg(fmt_arg a, uint32_t verb) {
  a = inside(a);
  if (a.type == nullptr) {
    if (verb == 'T' || verb == 'v')
      f_.pad("<nil>");
    else
      bad_verb(a, verb);
    return;
  }
  if (verb == 'T') return f_.text(a.type->name);
  if (verb == 'p') return pointer(a, verb);
  const bool bytes_first = verb == 'w' && a.type->name == "[]uint8";  // Go prints them before it asks whether they wrap
  if (bytes_first || !methods(a, verb)) value(a, verb, 0);
}

// flags reads the flags at format[i]. A lower-case verb directly behind them, the usual case, is printed at once: then
// it returns true.
bool printer::flags(std::string_view format, size_t& i) {
  f_.flags() = {};
  for (; i < format.size(); i++) {
    const char c = format[i];
    if (c == '#') {
      f_.sharp = true;
    } else if (c == '0') {
      f_.zero = !f_.minus;
    } else if (c == '+') {
      f_.plus = true;
    } else if (c == '-') {
      f_.minus = true;
      f_.zero = false;
    } else if (c == ' ') {
      f_.space = true;
    } else {
      if (c < 'a' || c > 'z' || next_ >= n_) return false;
      i++;
      one_verb(static_cast<unsigned char>(c));
      return true;
    }
  }
  return false;
}

// argument_number reads [3] at format[i]; true if it was there and well-formed.
bool printer::argument_number(std::string_view format, size_t& i) {
  if (i >= format.size() || format[i] != '[') return false;
  reordered_ = true;
  const size_t close = format.size() - i < 3 ? std::string_view::npos : format.find(']', i + 1);
  if (close == std::string_view::npos) {
    good_number_ = false;
    i++;
    return false;
  }
  size_t at = i + 1;
  int number = 0;
  const bool is_number = parse_number(format.substr(0, close), at, number) && at == close;
  i = close + 1;
  if (is_number && number >= 1 && static_cast<size_t>(number) <= n_) {
    next_ = static_cast<size_t>(number) - 1;
    return true;
  }
  good_number_ = false;
  return is_number;
}

// star takes a width or precision from the arguments.
bool printer::star(std::string_view format, size_t& i, int& number, bool& present) {
  if (i >= format.size() || format[i] != '*') return false;
  i++;
  after_index_ = false;
  number = 0;
  present = false;
  if (next_ >= n_) return true;
  const fmt_arg a = inside(args_[next_++]);
  if (a.type == nullptr || !is_integer_kind(a.type->kind)) return true;
  const auto v = static_cast<int64_t>(integer_bits(a));
  if (v > too_large || v < (is_signed_kind(a.type->kind) ? -too_large : 0)) return true;
  number = static_cast<int>(v);
  present = true;
  return true;
}

void printer::width_and_precision(std::string_view format, size_t& i) {
  after_index_ = argument_number(format, i);
  if (star(format, i, f_.width, f_.has_width)) {
    if (!f_.has_width) f_.out += "%!(BADWIDTH)";
    if (f_.width < 0) {
      f_.width = -f_.width;
      f_.minus = true;
      f_.zero = false;
    }
  } else {
    f_.has_width = parse_number(format, i, f_.width);
    if (after_index_ && f_.has_width) good_number_ = false;  // %[3]2d
  }
  if (i + 1 < format.size() && format[i] == '.') {
    i++;
    if (after_index_) good_number_ = false;  // %[3].2d
    after_index_ = argument_number(format, i);
    if (star(format, i, f_.precision, f_.has_precision)) {
      if (f_.precision < 0) {
        f_.precision = 0;
        f_.has_precision = false;
      }
      if (!f_.has_precision) f_.out += "%!(BADPREC)";
    } else {
      parse_number(format, i, f_.precision);  // a point alone is a precision of 0
      f_.has_precision = true;
    }
  }
  if (!after_index_) after_index_ = argument_number(format, i);
}

void printer::one_verb(uint32_t verb) {
  if (verb == 'w') wrapped_.push_back(next_);
  if (verb == 'v' || verb == 'w') {
    f_.sharp_v = std::exchange(f_.sharp, false);
    f_.plus_v = std::exchange(f_.plus, false);
  }
  arg(args_[next_], verb);
  next_++;
}

void printer::printf(std::string_view format) {
  size_t i = 0;
  while (i < format.size()) {
    const size_t percent = std::min(format.find('%', i), format.size());
    f_.out += format.substr(i, percent - i);
    i = percent + 1;
    if (percent == format.size()) break;
    good_number_ = true;
    after_index_ = false;
    if (flags(format, i)) continue;
    width_and_precision(format, i);
    if (i >= format.size()) {
      f_.out += "%!(NOVERB)";
      break;
    }
    const rune_width verb = decode_rune(format.substr(i));
    i += verb.width;
    if (verb.rune == '%') {
      f_.out += '%';
    } else if (!good_number_ || next_ >= n_) {
      f_.out += "%!";
      append_rune(f_.out, verb.rune);
      f_.out += good_number_ ? "(MISSING)" : "(BADINDEX)";
    } else {
      one_verb(verb.rune);
    }
  }
  if (!reordered_ && next_ < n_) extra();
}

void printer::extra() {
  f_.flags() = {};
  f_.out += "%!(EXTRA ";
  for (size_t i = next_; i < n_; i++) {
    if (i > next_) f_.out += ", ";
    const fmt_arg a = inside(args_[i]);
    if (a.type == nullptr) {
      f_.out += "<nil>";
    } else {
      f_.out.append(a.type->name).append(1, '=');
      arg(a, 'v');
    }
  }
  f_.out += ')';
}

void printer::print() {
  bool after_string = false;
  for (size_t i = 0; i < n_; i++) {
    const fmt_arg a = inside(args_[i]);
    const bool is_string = a.type != nullptr && a.type->kind == kind::String;
    if (i > 0 && !is_string && !after_string) f_.out += ' ';
    arg(a, 'v');
    after_string = is_string;
  }
}

void printer::println() {
  for (size_t i = 0; i < n_; i++) {
    if (i > 0) f_.out += ' ';
    arg(args_[i], 'v');
  }
  f_.out += '\n';
}

}  // namespace

// fmt_wrapError and fmt_wrapErrors are what Errorf returns for one %w and for several.
struct fmt_wrapError {
  std::string text;
  error err;
  std::string Error() const { return text; }
  error Unwrap() const { return err; }
  auto Fields() const { return std::tie(text, err); }
};
struct fmt_wrapErrors {
  std::string text;
  std::vector<error> errs;
  std::string Error() const { return text; }
  std::vector<error> Unwrap() const { return errs; }
  auto Fields() const { return std::tie(text, errs); }
};
template <>
struct go_type<fmt_wrapError> {
  static constexpr rt::kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*fmt.wrapError"); }
};
template <>
struct go_type<fmt_wrapErrors> {
  static constexpr rt::kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*fmt.wrapErrors"); }
};

std::string fmt_sprintf(std::string_view format, const fmt_arg* args, size_t n) {
  printer p(args, n, false);
  p.printf(format);
  return p.take();
}

std::string fmt_sprint(const fmt_arg* args, size_t n) {
  printer p(args, n, false);
  p.print();
  return p.take();
}

std::string fmt_sprintln(const fmt_arg* args, size_t n) {
  printer p(args, n, false);
  p.println();
  return p.take();
}

error fmt_errorf(std::string_view format, const fmt_arg* args, size_t n) {
  printer p(args, n, true);
  p.printf(format);
  if (p.wraps() == 0) return errors::New(p.take());
  if (p.wraps() == 1) return fmt_wrapError{p.take(), error_in(args[p.wrapped()[0]])};
  fmt_wrapErrors w;
  for (size_t i : p.wrapped()) {
    if (error e = error_in(args[i])) w.errs.push_back(std::move(e));
  }
  w.text = p.take();
  return w;
}

// What stdio has not written yet comes first. Its own lock would hold a thread for each goroutine that waits for a slow
// reader, and its writes lose what a full pipe does not take at once.
int fmt_write(std::FILE* f, const std::string& text) {
  for (int fd : {1, 2}) {
    if (f != (fd == 1 ? stdout : stderr) || fileno(f) != fd) continue;
    if (__fpending(f) > 0) std::fflush(f);
    return static_cast<int>(standard_file(fd).Write(text).n);
  }
  const size_t n = std::fwrite(text.data(), 1, text.size(), f);
  if (f == stdout) std::fflush(f);
  return static_cast<int>(n);
}

}  // namespace gort::rt
