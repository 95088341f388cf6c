// gort/fmt.h: Go's package fmt: formatted printing with Go's verbs and Go's texts for mistakes.
//
// Arguments are typed, so a verb that does not fit prints what Go prints: Sprintf("%d", "hi") is `%!d(string=hi)`, a
// missing argument
// `%!d(MISSING)`, one too many `%!(EXTRA int=1)`.
//
//   %v default   %T type   %% percent   %t bool   %d %b %o %O %x %X %c %q %U integers   %e %E %f %F %g %G %b %x floats,
//   complex %s %q %x %X strings, lists of bytes   %p pointers   %w an error, wrapped (Errorf only, elsewhere a
//   mistake as in Go) flags + - # space 0, width and precision (also * ), argument numbers %[2]d
//
// With %v: errors print Error(), Stringers String(), vectors, arrays, other lists and sets [1 2 3], maps map[a:1 b:2],
// nil and an empty std::function <nil>, pointers 0xc000012345 (at the top, to lists and structs, &{1 2}), structs,
// pairs and tuples {1 2}. Maps are sorted by key as in Go: numbers from NaN and -Inf on, texts, false before true,
// addresses, structs and arrays by their first parts that differ, anys by type (nil first, then Go's order of kinds,
// then the name) and value. A struct is printed by its fields if it is an aggregate of up to 16 without a base class or
// a union, or has `auto Fields() const { return std::tie(a, b); }`; others are ?main.T?, unless they have String(). %+v
// is {x:1 y:2} where the compiler tells names: of an aggregate's fields, by g++ and clang++ 18.
#ifndef GORT_FMT_H_
#define GORT_FMT_H_

#include <cstdio>
#include <tuple>

#include <gort/any.h>
#include <gort/io.h>

namespace gort {
namespace rt {

// fmt_arg is an argument as the printer sees it: type null is nil.
struct fmt_arg {
  const type_desc* type;
  const void* value;
};

// fmt_holder keeps what an argument has to be turned into for that: a view of C text, a pointer to a function.
template <class T>
struct fmt_holder {
  static constexpr bool text_array = std::is_convertible_v<const T&, const char*> && std::is_array_v<T>;
  static constexpr bool array = std::is_array_v<T> && !text_array;
  using D = std::conditional_t<array, T, std::decay_t<const T&>>;
  static constexpr bool text = std::is_same_v<D, const char*> || std::is_same_v<D, char*>;
  static constexpr bool copied = text || std::is_function_v<T> || std::is_same_v<D, long double> ||
                                 std::is_same_v<D, std::vector<bool>::reference>;
  static constexpr bool null = std::is_same_v<D, nil_t> || std::is_same_v<D, std::nullptr_t>;
  using H = std::conditional_t<text, std::string_view, std::conditional_t<array, D, held<D>>>;

  explicit fmt_holder(const T& v) {
    if constexpr (text && std::is_array_v<T>)
      value = std::string_view(static_cast<const char*>(v));
    else if constexpr (text)
      value = static_cast<const char*>(v) == nullptr ? std::string_view() : std::string_view(v);
    else if constexpr (copied)
      value = static_cast<H>(v);
    else if constexpr (!null)
      value = const_cast<const D*>(&v);  // of a volatile, too
  }
  fmt_arg arg() const {
    if constexpr (null)
      return {nullptr, nullptr};
    else if constexpr (copied)
      return {&desc_of<H>, &value};
    else if constexpr (std::derived_from<D, error>)
      return {&desc_of<error>, value};
    else if constexpr (std::is_same_v<D, std::string_view>)
      return {&desc_of<std::string_view>, value};
    else
      return {&desc_of<H>, value};
  }

  std::conditional_t<copied, H, const void*> value{};
};

std::string fmt_sprintf(std::string_view format, const fmt_arg* args, size_t n);
std::string fmt_sprint(const fmt_arg* args, size_t n);
std::string fmt_sprintln(const fmt_arg* args, size_t n);
error fmt_errorf(std::string_view format, const fmt_arg* args, size_t n);
int fmt_write(std::FILE* f, const std::string& text);

// with_args calls f(args, n) with the arguments as the printer wants them.
template <class F, class... A>
auto with_args(F f, const A&... a) {
  const std::tuple<fmt_holder<A>...> holders{fmt_holder<A>(a)...};
  return std::apply(
      [&](const auto&... h) {
        const fmt_arg args[sizeof...(A) + 1] = {h.arg()..., fmt_arg{nullptr, nullptr}};
        return f(args, sizeof...(A));
      },
      holders);
}

}  // namespace rt

namespace fmt {

// Sprintf returns the formatted text.
//
//   fmt::Sprintf("%-5s|%05.2f|%v", "ab", 3.14159, std::vector<int>{1, 2});   // ab   |03.14|[1 2]
template <class... A>
std::string Sprintf(std::string_view format, const A&... a) {
  return rt::with_args([&](const rt::fmt_arg* args, size_t n) { return rt::fmt_sprintf(format, args, n); }, a...);
}
// Sprint joins the default texts, with a space between two neighbours that are both no strings.
template <class... A>
std::string Sprint(const A&... a) {
  return rt::with_args([](const rt::fmt_arg* args, size_t n) { return rt::fmt_sprint(args, n); }, a...);
}
// Sprintln joins the default texts with spaces and ends the line.
template <class... A>
std::string Sprintln(const A&... a) {
  return rt::with_args([](const rt::fmt_arg* args, size_t n) { return rt::fmt_sprintln(args, n); }, a...);
}

// Fprintf, Fprint and Fprintln write to w, which is anything with Write (net::Conn, os::File, ...), with one call, and
// return what that returns.
//
//   fmt::Fprintf(conn, "hello, %s\r\n", name);
template <io::Writer W, class... A>
io::Result Fprintf(W&& w, std::string_view format, const A&... a) {
  return w.Write(Sprintf(format, a...));
}
template <io::Writer W, class... A>
io::Result Fprint(W&& w, const A&... a) {
  return w.Write(Sprint(a...));
}
template <io::Writer W, class... A>
io::Result Fprintln(W&& w, const A&... a) {
  return w.Write(Sprintln(a...));
}

// The same for a FILE, and the number of bytes: stdout and stderr as os::Stdout and os::Stderr, after what stdio has
// buffered; others go through stdio and block the thread as it does.
template <class... A>
int Fprintf(std::FILE* f, std::string_view format, const A&... a) {
  return rt::fmt_write(f, Sprintf(format, a...));
}
template <class... A>
int Fprint(std::FILE* f, const A&... a) {
  return rt::fmt_write(f, Sprint(a...));
}
template <class... A>
int Fprintln(std::FILE* f, const A&... a) {
  return rt::fmt_write(f, Sprintln(a...));
}

// Printf, Print and Println write to standard output, unbuffered as in Go: each call is one write. Who waits for the
// reader of a full pipe, or for another's write, is parked.
template <class... A>
int Printf(std::string_view format, const A&... a) {
  return rt::fmt_write(stdout, Sprintf(format, a...));
}
template <class... A>
int Print(const A&... a) {
  return rt::fmt_write(stdout, Sprint(a...));
}
template <class... A>
int Println(const A&... a) {
  return rt::fmt_write(stdout, Sprintln(a...));
}

// Errorf returns an error with the formatted text that wraps every error printed by a %w.
//
//   error err = fmt::Errorf("open %s: %w", name, cause);
//   errors::Is(err, cause);   // true
template <class... A>
error Errorf(std::string_view format, const A&... a) {
  return rt::with_args([&](const rt::fmt_arg* args, size_t n) { return rt::fmt_errorf(format, args, n); }, a...);
}

}  // namespace fmt

namespace errors {
using fmt::Errorf;
}  // namespace errors
}  // namespace gort

#endif  // GORT_FMT_H_
