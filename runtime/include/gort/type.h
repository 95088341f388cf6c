// gort/type.h: type descriptors, the run-time type information of gort.
//
// Code that must not be a template (the panic core, fmt, the printers) sees a value as (data pointer, type_desc). A
// type_desc says what Go's *_type says: kind, size, name as Go prints it, and the methods and operations that Go finds
// through the itab.
//
//   go_type<T>   kind and Go name of T; specialise it for a type that stands for a Go type (chan<T> does)
//   desc_of<T>   the descriptor of T, a constant: nothing is registered, nothing runs before main
//   object       a reference-counted box {refs, type, value}: what a gort::error points to and what a gort::any holds
//                when the value is not a few plain bytes. Immutable once made, so copies share it.
//
// C++ types and the Go types they print as:
//   int `int` (32 bits here, 64 in Go), short `int16`, long and long long `int64`, signed char `int8`, char and
//   unsigned char `uint8` (a byte of a string), char32_t and wchar_t `int32` (a rune), unsigned `uint`, unsigned long
//   `uint64` (uintptr_t is the same C++ type), float `float32`, double and long double `float64`, std::complex
//   `complex64`/`complex128`, std::string and views `string`, T in no or an unnamed namespace `main.T`, a::b::T `b.T`,
//   T* and std::shared_ptr<T> `*main.T`, std::vector<int> and other lists and sets `[]int`, std::array<int, 2>
//   `[2]int`, std::map `map[string]int`, callables `func(int) string`, error `error`, any `interface {}`.
#ifndef GORT_TYPE_H_
#define GORT_TYPE_H_

#include <array>
#include <atomic>
#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

// Outside namespace gort: g++ leaves the namespace of the function itself out of the names in __PRETTY_FUNCTION__.
namespace gort_type_text {
template <class T>
constexpr auto of() {
  return std::string_view(__PRETTY_FUNCTION__);
}
}  // namespace gort_type_text

namespace gort {

class any;
class error;

// named is a base for types of one's own over a basic type, as Go's `type MyInt int`:
//
//   struct MyFloat : gort::named<double> { using named::named; };
//   panic(MyFloat(2.5));   // panic: main.MyFloat(+2.500000e+000)
//
// Enums need no such base, and a struct derived from std::string is a named string by itself.
template <class T>
struct named {
  using go_underlying = T;
  T value{};
  constexpr named() = default;
  constexpr named(T v) : value(std::move(v)) {}
  constexpr operator const T&() const { return value; }
  friend bool operator==(const named& a, const named& b) { return a.value == b.value; }
};

namespace rt {

// kind is Go's reflect.Kind, in its order.
enum class kind : uint8_t {
  Invalid,
  Bool,
  Int,
  Int8,
  Int16,
  Int32,
  Int64,
  Uint,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Uintptr,
  Float32,
  Float64,
  Complex64,
  Complex128,
  Array,
  Chan,
  Func,
  Interface,
  Map,
  Pointer,
  Slice,
  String,
  Struct,
  UnsafePointer
};

// type_flag: what the inline paths of any and error need to know.
enum type_flag : uint32_t {
  tf_boxed = 1,          // an any holds it in an object; otherwise in its own 16 bytes, trivially copyable
  tf_error = 2,          // it has Error(): the object can be viewed as a gort::error
  tf_runtime_error = 4,  // it has RuntimeError() too
  tf_named = 8,          // a named type over a basic one: printed main.MyInt(7)
  tf_pointer_word = 16,  // its first word is a pointer and the whole Go value (pointers, channels, functions)
  tf_identity = 32,      // equality is identity of the object, as for Go errors behind a pointer
  tf_empty = 64,         // a struct without fields
};

struct type_desc;
struct object;

// visit_fn receives the elements of a container or the fields of a struct in order; key is null but for maps and for
// fields whose names are known. Only what a map holds stays where it is after the call.
using visit_fn = void (*)(void* ctx, const type_desc* key_type, const void* key, const type_desc* type,
                          const void* elem);

// error_methods are the optional methods of an error; a null pointer is a method that the type does not have.
struct error_methods {
  void (*unwrap)(const void* v, error* out);
  void (*unwrap_many)(const void* v, std::vector<error>* out);
  bool (*is)(const void* v, const error& target);
  bool (*as)(const void* v, const any& target);
  bool (*timeout)(const void* v);
  bool (*temporary)(const void* v);
};

// type_desc describes one C++ type. All functions take the address of a value of that type.
struct type_desc {
  uint32_t flags;
  uint32_t size;
  uint32_t offset;  // of the value in its object
  rt::kind kind;
  std::string_view name;       // as Go prints it
  const std::type_info* rtti;  // what equality across shared libraries goes by; null in code built without RTTI
  void (*destroy)(void* v);
  bool (*equal)(const void* a, const void* b);          // null: not comparable
  size_t (*hash)(const void* v);                        // null: not hashable
  std::string (*error)(const void* v);                  // Error(), or null
  std::string (*stringer)(const void* v);               // String(), or null
  std::string_view (*text)(const void* v);              // kind String: its bytes
  size_t (*length)(const void* v);                      // Slice, Array, Map
  void (*visit)(const void* v, void* ctx, visit_fn f);  // Slice, Array, Map: the elements
  const void* (*deref)(const void* v);                  // Pointer: what it points to; std::function: itself or null
  const type_desc* elem;  // Pointer, Slice, Array: of the pointee or the elements, if known
  const error_methods* methods;
  object* (*clone)(const void* v);  // a box with a copy of an error
};

// same_type reports whether two descriptors describe one type. Shared libraries built with hidden visibility have
// descriptors of their own, so different addresses do not decide: then the type_info does, which knows local types of
// equal names apart.
bool same_type_slow(const type_desc* a, const type_desc* b) noexcept;
inline bool same_type(const type_desc* a, const type_desc* b) noexcept {
  return a == b || (a != nullptr && b != nullptr && same_type_slow(a, b));
}

// object is a boxed value. The value stands at type->offset from the object's start.
struct object {
  std::atomic<uint32_t> refs;
  const type_desc* type;

  const void* value() const noexcept { return reinterpret_cast<const char*>(this) + type->offset; }
};

void object_free(object* o) noexcept;  // destroys the value and gives the memory back
inline void object_retain(object* o) noexcept {
  o->refs.fetch_add(1, std::memory_order_relaxed);
}
inline void object_release(object* o) noexcept {
  // A last owner needs no locked instruction: no one else can hold or make a reference.
  if (o->refs.load(std::memory_order_acquire) == 1 || o->refs.fetch_sub(1, std::memory_order_acq_rel) == 1)
    object_free(o);
}

// ---- names ----

// type_name is the scratch in which a Go type name is put together at compile time; longer names are cut.
struct type_name {
  static constexpr size_t max = 240;
  char s[max + 1] = {};
  size_t n = 0;
  constexpr void add(char c) {
    if (n < max) s[n++] = c;
  }
  constexpr void add(std::string_view t) {
    for (char c : t) add(c);
  }
  constexpr void add_number(size_t v) {
    if (v >= 10) add_number(v / 10);
    add(static_cast<char>('0' + v % 10));
  }
  template <class T>
  constexpr void add_type();
};

// raw_type_name is T's name as the compiler writes it in __PRETTY_FUNCTION__: `... [with T = a::b]` or `... [T =
// a::b]`.
template <class T>
constexpr std::string_view raw_type_name() {
  std::string_view t = gort_type_text::of<T>();
  size_t at = t.find("T = ") + 4;
  return t.substr(at, t.size() - 1 - at);
}

// last_scope finds the last `::` of a C++ name that stands outside all brackets; npos where there is none.
constexpr size_t last_scope(std::string_view t) {
  int depth = 0;
  for (size_t i = t.size(); i-- > 0;) {
    char c = t[i];
    if (c == '>' || c == ')' || c == '}' || c == ']') depth++;
    if (c == '<' || c == '(' || c == '{' || c == '[') depth--;
    if (depth == 0 && c == ':' && i > 0 && t[i - 1] == ':') return i - 1;
  }
  return std::string_view::npos;
}

// package_of is the Go package of a C++ scope: its innermost named namespace, `main` where there is none.
constexpr std::string_view package_of(std::string_view scope) {
  while (!scope.empty()) {
    size_t at = last_scope(scope);
    std::string_view last = at == std::string_view::npos ? scope : scope.substr(at + 2);
    bool unnamed = last.empty() || last[0] == '{' || last[0] == '(' || last.find('(') != std::string_view::npos;
    if (!unnamed && last.substr(0, 2) != "__") {
      if (last == "rt" && scope == "gort::rt") return "runtime";
      return last.substr(0, last.find('<'));
    }
    scope = at == std::string_view::npos ? std::string_view() : scope.substr(0, at);
  }
  return "main";
}

constexpr void add_user_type(type_name& out, std::string_view cpp) {
  size_t at = last_scope(cpp);
  std::string_view last = at == std::string_view::npos ? cpp : cpp.substr(at + 2);
  out.add(package_of(at == std::string_view::npos ? std::string_view() : cpp.substr(0, at)));
  out.add('.');
  out.add(last.substr(0, last.find('<')));
}

// ---- what a type is ----

template <class T>
concept has_error_method = requires(const T& v) {
  { v.Error() } -> std::convertible_to<std::string>;
};
template <class T>
concept has_string_method = requires(const T& v) {
  { v.String() } -> std::convertible_to<std::string>;
};
template <class T>
inline constexpr bool is_shared_ptr = false;
template <class T>
inline constexpr bool is_shared_ptr<std::shared_ptr<T>> = true;

// A pointer to a type with a method has the method, as in Go; a pointer to an interface value has none.
template <class T>
concept error_pointer = (std::is_pointer_v<T> || is_shared_ptr<T>)&&!std::is_convertible_v<T, const volatile error*> &&
                        requires(const T& v) {
  { v->Error() } -> std::convertible_to<std::string>;
};
template <class T>
concept string_pointer = (std::is_pointer_v<T> || is_shared_ptr<T>)&&requires(const T& v) {
  { v->String() } -> std::convertible_to<std::string>;
};
template <class T>
concept has_runtime_error_method = requires(const T& v) {
  v.RuntimeError();
};

// error_like are the types that convert to gort::error: `std::string Error() const`, or a pointer to such.
template <class T>
concept error_like = !std::derived_from<T, error> && (has_error_method<T> || error_pointer<T>);

// named_basic: named<U> and what derives from it, or any type of a basic value that says so (time::Duration).
template <class T>
concept named_basic = requires(const T& v) {
  typename T::go_underlying;
  static_cast<const typename T::go_underlying&>(v);
}
&&sizeof(T) == sizeof(typename T::go_underlying);

template <class T>
concept string_type = std::derived_from<T, std::string> || std::same_as<T, std::string_view>;

template <class T>
inline constexpr bool is_literal = false;
template <size_t N>
inline constexpr bool is_literal<const char[N]> = true;

template <class T>
inline constexpr bool is_std_function = false;
template <class S>
inline constexpr bool is_std_function<std::function<S>> = true;

// callable_type: a lambda or functor with one operator(), whose Go type can be told.
template <class T>
concept callable_type = std::is_class_v<T> && requires {
  &T::operator();
};

template <class T>
constexpr kind basic_kind() {
  if constexpr (std::is_same_v<T, bool>)
    return kind::Bool;
  else if constexpr (std::is_same_v<T, float>)
    return kind::Float32;
  else if constexpr (std::is_floating_point_v<T>)
    return kind::Float64;
  else if constexpr (std::is_same_v<T, std::complex<float>>)
    return kind::Complex64;
  else if constexpr (std::is_same_v<T, std::complex<double>>)
    return kind::Complex128;
  else if constexpr (std::is_same_v<T, char32_t> || std::is_same_v<T, wchar_t>)
    return kind::Int32;
  else if constexpr (std::is_same_v<T, int>)
    return kind::Int;
  else if constexpr (std::is_same_v<T, unsigned>)
    return kind::Uint;
  else if constexpr (!std::is_integral_v<T>)
    return kind::Invalid;
  else if constexpr (sizeof(T) == 1)
    return std::is_same_v<T, signed char> ? kind::Int8 : kind::Uint8;
  else if constexpr (sizeof(T) == 2)
    return std::is_signed_v<T> ? kind::Int16 : kind::Uint16;
  else if constexpr (sizeof(T) == 8)
    return std::is_signed_v<T> ? kind::Int64 : kind::Uint64;
  else
    return kind::Invalid;
}

std::string_view kind_name(kind k) noexcept;  // `int`, `uint8`, ...
constexpr std::string_view basic_kind_name(kind k) {
  constexpr std::string_view names[] = {"invalid", "bool",    "int",     "int8",      "int16",     "int32",
                                        "int64",   "uint",    "uint8",   "uint16",    "uint32",    "uint64",
                                        "uintptr", "float32", "float64", "complex64", "complex128"};
  return k <= kind::Complex128 ? names[static_cast<size_t>(k)] : std::string_view();
}

// go_type<T> says which Go type a C++ type stands for. A specialisation has `static constexpr rt::kind k` and
// `static constexpr void name(type_name& out)`.
template <class T>
struct go_type {
  static constexpr rt::kind kind_of() {
    if constexpr (basic_kind<T>() != kind::Invalid)
      return basic_kind<T>();
    else if constexpr (std::is_enum_v<T>)
      return basic_kind<std::underlying_type_t<T>>();
    else if constexpr (named_basic<T>)
      return go_type<typename T::go_underlying>::k;
    else if constexpr (string_type<T>)
      return kind::String;
    else if constexpr (callable_type<T>)
      return kind::Func;
    else
      return kind::Struct;
  }
  static constexpr rt::kind k = kind_of();

  static constexpr void name(type_name& out) {
    if constexpr (basic_kind<T>() != kind::Invalid)
      out.add(basic_kind_name(k));
    else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>)
      out.add("string");
    else if constexpr (std::is_void_v<T>)
      out.add("unsafe.Pointer");
    else if constexpr (callable_type<T>)
      go_type<decltype(&T::operator())>::name(out);
    else
      add_user_type(out, raw_type_name<T>());
  }
};

template <class R, class... A>
struct go_type<R(A...)> {
  static constexpr rt::kind k = kind::Func;
  static constexpr void name(type_name& out) {
    out.add("func(");
    [[maybe_unused]] bool first = true;
    (((first ? void() : out.add(", ")), first = false, out.add_type<std::remove_cvref_t<A>>()), ...);
    out.add(')');
    if constexpr (!std::is_void_v<R>) {
      out.add(' ');
      out.add_type<std::remove_cvref_t<R>>();
    }
  }
};
template <class R, class... A>
struct go_type<R (*)(A...)> : go_type<R(A...)> {};
template <class R, class... A>
struct go_type<R (*)(A...) noexcept> : go_type<R(A...)> {};
template <class R, class... A>
struct go_type<std::function<R(A...)>> : go_type<R(A...)> {};
template <class R, class C, class... A>
struct go_type<R (C::*)(A...)> : go_type<R(A...)> {};
template <class R, class C, class... A>
struct go_type<R (C::*)(A...) const> : go_type<R(A...)> {};
template <class R, class C, class... A>
struct go_type<R (C::*)(A...) noexcept> : go_type<R(A...)> {};
template <class R, class C, class... A>
struct go_type<R (C::*)(A...) const noexcept> : go_type<R(A...)> {};

// Text is text in a container, too. (An any, an argument: std::string.)
struct go_text {
  static constexpr rt::kind k = kind::String;
  static constexpr void name(type_name& out) { out.add("string"); }
};
template <>
struct go_type<const char*> : go_text {};
template <>
struct go_type<char*> : go_text {};
template <class T>
struct go_type<T*> {
  static constexpr rt::kind k = std::is_void_v<T> ? kind::UnsafePointer : kind::Pointer;
  static constexpr void name(type_name& out) {
    if constexpr (!std::is_void_v<T>) out.add('*');
    out.add_type<std::remove_cv_t<T>>();
  }
};
template <class T>
struct go_type<std::shared_ptr<T>> : go_type<T*> {};

template <class T>
struct go_list {
  static constexpr rt::kind k = kind::Slice;
  static constexpr void name(type_name& out) {
    out.add("[]");
    out.add_type<std::remove_cv_t<T>>();
  }
};
template <class T, class A>
struct go_type<std::vector<T, A>> : go_list<T> {};
template <class T>
struct go_type<std::span<T>> : go_list<T> {};
template <class T, class A>
struct go_type<std::deque<T, A>> : go_list<T> {};
template <class T, class A>
struct go_type<std::list<T, A>> : go_list<T> {};
template <class T, class... R>
struct go_type<std::set<T, R...>> : go_list<T> {};
template <class T, class... R>
struct go_type<std::unordered_set<T, R...>> : go_list<T> {};
template <class T, size_t N>
struct go_type<std::array<T, N>> {
  static constexpr rt::kind k = kind::Array;
  static constexpr void name(type_name& out) {
    out.add('[');
    out.add_number(N);
    out.add(']');
    out.add_type<T>();
  }
};
template <class T, size_t N>
struct go_type<T[N]> : go_type<std::array<T, N>> {};
template <class K, class V>
struct go_map {
  static constexpr rt::kind k = kind::Map;
  static constexpr void name(type_name& out) {
    out.add("map[");
    out.add_type<K>();
    out.add(']');
    out.add_type<V>();
  }
};
template <class K, class V, class... R>
struct go_type<std::map<K, V, R...>> : go_map<K, V> {};
template <class K, class V, class... R>
struct go_type<std::unordered_map<K, V, R...>> : go_map<K, V> {};
template <>
struct go_type<error> {
  static constexpr rt::kind k = kind::Interface;
  static constexpr void name(type_name& out) { out.add("error"); }
};
template <>
struct go_type<any> {
  static constexpr rt::kind k = kind::Interface;
  static constexpr void name(type_name& out) { out.add("interface {}"); }
};
// A class template of the user's prints as Go's generic types do: main.Pair[int,string].
template <template <class...> class C, class A, class... R>
requires(!callable_type<C<A, R...>> && !string_type<C<A, R...>> &&
         basic_kind<C<A, R...>>() == kind::Invalid) struct go_type<C<A, R...>> {
  using T = C<A, R...>;
  static constexpr rt::kind k = kind::Struct;
  static constexpr void name(type_name& out) {
    add_user_type(out, raw_type_name<T>());
    out.add('[');
    out.add_type<std::remove_cv_t<A>>();
    ((out.add(','), out.add_type<std::remove_cv_t<R>>()), ...);
    out.add(']');
  }
};

template <class T>
constexpr void type_name::add_type() {
  go_type<T>::name(*this);
}

template <class T>
constexpr type_name build_type_name() {
  type_name n;
  n.add_type<T>();
  return n;
}

// type_name_store keeps just the bytes of the name that build_type_name made.
template <class T>
struct type_name_store {
  static constexpr size_t n = build_type_name<T>().n;
  static constexpr std::array<char, n + 1> chars = [] {
    std::array<char, n + 1> a{};
    type_name t = build_type_name<T>();
    for (size_t i = 0; i < n; i++) a[i] = t.s[i];
    return a;
  }();
};

// go_type_name<T>() is the name that Go prints for T, null-terminated.
template <class T>
constexpr std::string_view go_type_name() {
  return {type_name_store<T>::chars.data(), type_name_store<T>::n};
}

}  // namespace rt
}  // namespace gort

#include <gort/type_desc.h>

#endif  // GORT_TYPE_H_
