// gort/runtime_error.h: the errors that the runtime itself panics with, with Go's texts, and checked access to
// sequences.
//
// gort::rt holds the concrete types of Go's package runtime that are not exported; programs see them as runtime::Error.
#ifndef GORT_RUNTIME_ERROR_H_
#define GORT_RUNTIME_ERROR_H_

#include <gort/any.h>

namespace gort {
namespace rt {

// errorString is `runtime error: ` + text.
struct errorString {
  std::string text;
  std::string Error() const { return "runtime error: " + text; }
  void RuntimeError() const {}
  bool operator==(const errorString&) const = default;
};

// plainError is a runtime.Error whose text has no prefix: `close of nil channel`.
struct plainError {
  std::string text;
  std::string Error() const { return text; }
  void RuntimeError() const {}
  bool operator==(const plainError&) const = default;
};

// errorAddressString is an errorString of a fault, with the address that was touched (debug.SetPanicOnFault).
struct errorAddressString {
  std::string text;
  uintptr_t addr = 0;
  std::string Error() const { return "runtime error: " + text; }
  void RuntimeError() const {}
  uintptr_t Addr() const { return addr; }
  bool operator==(const errorAddressString&) const = default;
};

// bounds_code says which check of an index or slice expression failed: s[x], s[:x], s[x:y], s[::x], s[:x:y], s[x:y:].
enum class bounds_code : uint8_t {
  Index,
  SliceAlen,
  SliceAcap,
  SliceB,
  Slice3Alen,
  Slice3Acap,
  Slice3B,
  Slice3C,
  Convert
};

// boundsError carries the numbers and makes its text only when asked.
struct boundsError {
  int64_t x;
  int64_t y;
  bool is_signed;  // whether x is to be read as signed
  bounds_code code;
  std::string Error() const;
  void RuntimeError() const {}
  bool operator==(const boundsError&) const = default;
};

[[noreturn]] void panicbounds(bounds_code code, int64_t x, int64_t y, bool is_signed = true);
[[noreturn]] void panicIndex(int64_t i, int64_t n);         // s[i], i signed
[[noreturn]] void panicIndexU(uint64_t i, int64_t n);       // s[i], i unsigned
[[noreturn]] void panicSliceAlen(int64_t i, int64_t len);   // s[:i] of a string or array
[[noreturn]] void panicSliceAcap(int64_t i, int64_t cap);   // s[:i] of a slice
[[noreturn]] void panicSliceB(int64_t i, int64_t j);        // s[i:j], i > j
[[noreturn]] void panicSlice3Alen(int64_t i, int64_t len);  // s[::i]
[[noreturn]] void panicSlice3Acap(int64_t i, int64_t cap);
[[noreturn]] void panicSlice3B(int64_t i, int64_t j);  // s[:i:j], i > j
[[noreturn]] void panicSlice3C(int64_t i, int64_t j);  // s[i:j:], i > j
[[noreturn]] void panicSliceConvert(int64_t len, int64_t want);
[[noreturn]] void panicdivide();                 // integer divide by zero
[[noreturn]] void panicoverflow();               // integer overflow
[[noreturn]] void panicfloat();                  // floating point error
[[noreturn]] void panicshift();                  // negative shift amount
[[noreturn]] void panicmemAddr(uintptr_t addr);  // nil dereference whose Addr() is addr
[[noreturn]] void panicmakeslicelen();
[[noreturn]] void panicmakeslicecap();
[[noreturn]] void panicnil();                            // panic(nil)
[[noreturn]] void panic_error_string(std::string text);  // runtime error: text
[[noreturn]] void panic_plain(std::string text);         // text

}  // namespace rt

namespace runtime {

// TypeAssertionError explains a failed x.(T) (any::must_as).
class TypeAssertionError {
 public:
  TypeAssertionError(std::string iface, std::string concrete, std::string asserted, std::string missing)
      : iface_(std::move(iface)),
        concrete_(std::move(concrete)),
        asserted_(std::move(asserted)),
        missing_(std::move(missing)) {}
  std::string Error() const;
  void RuntimeError() const {}

 private:
  std::string iface_, concrete_, asserted_, missing_;
};

// PanicNilError is what recover returns after panic(nil).
struct PanicNilError {
  std::string Error() const { return "panic called with nil argument"; }
  void RuntimeError() const {}
};

}  // namespace runtime

namespace rt {
template <>
struct go_type<runtime::TypeAssertionError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*runtime.TypeAssertionError"); }
};
template <>
struct go_type<runtime::PanicNilError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*runtime.PanicNilError"); }
};
}  // namespace rt

namespace rt {
// length is len(s): a string literal does not count its NUL.
template <class S>
constexpr auto length(S&& s) {
  if constexpr (is_literal<std::remove_reference_t<S>>)
    return std::size(s) - 1;
  else
    return std::size(s);
}
}  // namespace rt

// at is s[i]: it panics with `runtime error: index out of range [5] with length 1`. Any sequence with data() and
// size().
//
//   std::vector<int> v{1, 2, 3};
//   at(v, 1) = 5;
//   at(v, 7);   // panic: runtime error: index out of range [7] with length 3
template <class S, std::integral I>
constexpr decltype(auto) at(S&& s, I i) {
  const auto n = static_cast<uint64_t>(rt::length(s));
  if (static_cast<uint64_t>(static_cast<std::conditional_t<std::is_signed_v<I>, int64_t, uint64_t>>(i)) >= n)
      [[unlikely]] {
    if constexpr (std::is_signed_v<I>)
      rt::panicIndex(i, static_cast<int64_t>(n));
    else
      rt::panicIndexU(i, static_cast<int64_t>(n));
  }
  return (std::data(s)[static_cast<size_t>(i)]);
}

// slice is s[lo:hi]: a std::span of the elements, or a std::string_view of the bytes. Panics as Go does when out of
// range. The bound of hi is the size: a C++ sequence has no elements between its size and its capacity.
template <class S>
constexpr auto slice(S&& s, int64_t lo, int64_t hi) {
  const auto n = static_cast<int64_t>(rt::length(s));
  constexpr bool text = std::is_convertible_v<S, std::string_view>;
  using Seq = std::remove_cvref_t<S>;
  constexpr bool array = std::is_array_v<Seq> || rt::go_type<Seq>::k == rt::kind::Array;
  if (static_cast<uint64_t>(hi) > static_cast<uint64_t>(n)) [[unlikely]] {
    if (text || array)
      rt::panicSliceAlen(hi, n);
    else
      rt::panicSliceAcap(hi, n);
  }
  if (static_cast<uint64_t>(lo) > static_cast<uint64_t>(hi)) [[unlikely]]
    rt::panicSliceB(lo, hi);
  auto* p = std::data(s) + lo;
  if constexpr (text)
    return std::string_view(p, static_cast<size_t>(hi - lo));
  else
    return std::span<std::remove_pointer_t<decltype(p)>>(p, static_cast<size_t>(hi - lo));
}
// slice(s, lo) is s[lo:].
template <class S>
constexpr auto slice(S&& s, int64_t lo) {
  return slice(s, lo, static_cast<int64_t>(rt::length(s)));
}

}  // namespace gort

#endif  // GORT_RUNTIME_ERROR_H_
