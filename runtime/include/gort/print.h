// gort/print.h: Go's builtins print and println, and the printer of panic values.
//
// Nothing here allocates or takes a lock: the builtins work in a signal handler and in a program that is dying.
#ifndef GORT_PRINT_H_
#define GORT_PRINT_H_

#include <gort/any.h>

namespace gort {
namespace rt {

// print_item is one argument of print: a number, a text, a pointer or the two words of an interface value.
struct print_item {
  enum tag : uint8_t { Bool, Int, Uint, Hex, Float, Complex, String, Pointer, Iface, Slice, Nil };
  struct text {
    const char* s;
    size_t n;
  };
  tag what = Nil;
  union {
    int64_t i;
    uint64_t u = 0;
    double f[2];
    const void* p[3];
    text str;
  };
};

// print_items writes the items to standard error with one write; line puts spaces between and a newline after them.
void print_items(const print_item* items, size_t n, bool line) noexcept;

// write_fn receives pieces of text in order.
using write_fn = void (*)(const char* s, size_t n);

// format_float writes v as print does, `+1.500000e+000`, and returns the length (at most 14); format_int is decimal,
// format_hex 0x....
size_t format_float(char* out, double v) noexcept;
size_t format_int(char* out, uint64_t magnitude, bool negative) noexcept;
size_t format_hex(char* out, uint64_t v) noexcept;

// printpanicval writes a panic's value as an uncaught panic shows it: Error() or String() where the type has one (which
// may allocate, park or panic: see preprintpanic), basic values in print's formats, main.MyInt(7), (main.T)
// 0xc000012345 for the rest. For a value without such a method it is async-signal-safe.
void printpanicval(const any& v, write_fn write);

// preprintpanic returns v with its Error() or String() already called, a std::string, and any other value as it is. The
// panic core calls it on the panicking goroutine before it freezes the world, as Go's preprintpanics.
any preprintpanic(const any& v);

// A type with `const void* gort_word() const` (channels) prints as a pointer.
template <class T>
concept pointer_like = requires(const T& v) {
  { v.gort_word() } -> std::convertible_to<const void*>;
};

template <class T>
print_item to_print_item(const T& v) {
  using D = std::decay_t<T>;
  print_item it;
  if constexpr (std::is_same_v<D, any>) {
    it.what = print_item::Iface;
    it.p[0] = v.rt_type();
    it.p[1] = v ? v.rt_data() : nullptr;
  } else if constexpr (std::derived_from<D, error>) {
    it.what = print_item::Iface;
    it.p[0] = v ? v.rt_object()->type : nullptr;
    it.p[1] = v ? v.rt_object()->value() : nullptr;
  } else if constexpr (std::is_same_v<D, nil_t> || std::is_same_v<D, std::nullptr_t>) {
    it.what = print_item::Nil;
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    std::string_view s(v);
    it.what = print_item::String;
    it.str = {s.data(), s.size()};
  } else if constexpr (is_shared_ptr<D>) {
    it.what = print_item::Pointer;
    it.p[0] = v.get();
  } else if constexpr (pointer_like<D>) {
    it.what = print_item::Pointer;
    it.p[0] = v.gort_word();
  } else if constexpr (std::is_pointer_v<D>) {
    it.what = print_item::Pointer;
    if constexpr (std::is_function_v<std::remove_pointer_t<D>>)
      it.p[0] = reinterpret_cast<const void*>(v);
    else
      it.p[0] = const_cast<const void*>(static_cast<const volatile void*>(v));
  } else if constexpr (named_basic<D>) {
    return to_print_item(static_cast<const typename D::go_underlying&>(v));
  } else if constexpr (std::is_enum_v<D>) {
    return to_print_item(static_cast<std::underlying_type_t<D>>(v));
  } else if constexpr (std::is_same_v<D, bool> || std::is_same_v<D, std::vector<bool>::reference>) {
    it.what = print_item::Bool;
    it.u = v;
  } else if constexpr (std::is_integral_v<D>) {
    constexpr kind k = basic_kind<D>();
    it.what = k >= kind::Uint && k <= kind::Uintptr ? print_item::Uint : print_item::Int;
    if (it.what == print_item::Int)
      it.i = static_cast<int64_t>(v);
    else
      it.u = sizeof(D) == 1 ? static_cast<unsigned char>(v) : static_cast<uint64_t>(v);
  } else if constexpr (std::is_floating_point_v<D>) {
    it.what = print_item::Float;
    it.f[0] = static_cast<double>(v);
  } else if constexpr (std::is_same_v<D, std::complex<float>> || std::is_same_v<D, std::complex<double>>) {
    it.what = print_item::Complex;
    it.f[0] = v.real();
    it.f[1] = v.imag();
  } else if constexpr (is_container<D> && go_type<D>::k == kind::Slice) {
    it.what = print_item::Slice;
    it.p[0] = v.data();
    it.p[1] = reinterpret_cast<const void*>(v.size());
    it.p[2] = it.p[1];
    if constexpr (requires { v.capacity(); }) it.p[2] = reinterpret_cast<const void*>(v.capacity());
  } else {
    static_assert(!sizeof(D),
                  "print and println take basic types, strings, pointers, vectors, any and error only, as in Go");
  }
  return it;
}

}  // namespace rt

// print writes its arguments to standard error, nothing between them, in Go's formats: `+1.500000e+000`,
// `(+1.000000e+000+2.000000e+000i)`, `true`, `0xc000010000`; runes are numbers; an any or error prints its two words,
// `(0x45a2c0,0xc000012345)`. One write(2) a call, never buffered. Any thread, signal handlers too.
template <class... A>
void print(const A&... args) {
  const rt::print_item items[sizeof...(A) + 1] = {rt::to_print_item(args)...};
  rt::print_items(items, sizeof...(A), false);
}

// println is print with spaces between the arguments and a newline at the end.
//
//   println("sum", 3, 1.5, true);   // sum 3 +1.500000e+000 true
template <class... A>
void println(const A&... args) {
  const rt::print_item items[sizeof...(A) + 1] = {rt::to_print_item(args)...};
  rt::print_items(items, sizeof...(A), true);
}

}  // namespace gort

#endif  // GORT_PRINT_H_
