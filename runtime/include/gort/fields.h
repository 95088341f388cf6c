// gort/fields.h: the fields of plain structs, for fmt. Part of gort/type.h.
//
// C++ does not list a struct's fields, but an aggregate can be taken apart by a structured binding of as many names as
// it has fields, and takes as many initializers. What cannot be told apart so has no fields here: more than 16 of them,
// a base class, a union among them, one that {} does not initialise. Such a struct can have Fields().
#ifndef GORT_FIELDS_H_
#define GORT_FIELDS_H_

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace gort::rt {

// Initializers that fit fields of certain types only. They cannot be copied: what holds values of any type takes none
// of them.
struct initializer {
  initializer() = default;
  initializer(const initializer&) = delete;
};
struct any_initializer : initializer {
  template <class U>
  operator U() const;
};
struct union_initializer : initializer {
  template <class U>
  requires std::is_union_v<U>
  operator U() const;
};
template <class T>
struct base_initializer : initializer {
  template <class U>
  requires(std::is_base_of_v<U, T> && !std::is_same_v<U, T>) operator U() const;
};

#define GORT_NONE_1 \
  {}
#define GORT_NONE_2 \
  GORT_NONE_1, {}
#define GORT_NONE_3 \
  GORT_NONE_2, {}
#define GORT_NONE_4 \
  GORT_NONE_3, {}
#define GORT_NONE_5 \
  GORT_NONE_4, {}
#define GORT_NONE_6 \
  GORT_NONE_5, {}
#define GORT_NONE_7 \
  GORT_NONE_6, {}
#define GORT_NONE_8 \
  GORT_NONE_7, {}
#define GORT_NONE_9 \
  GORT_NONE_8, {}
#define GORT_NONE_10 \
  GORT_NONE_9, {}
#define GORT_NONE_11 \
  GORT_NONE_10, {}
#define GORT_NONE_12 \
  GORT_NONE_11, {}
#define GORT_NONE_13 \
  GORT_NONE_12, {}
#define GORT_NONE_14 \
  GORT_NONE_13, {}
#define GORT_NONE_15 \
  GORT_NONE_14, {}
#define GORT_NONE_16 \
  GORT_NONE_15, {}
#define GORT_NONE_17 \
  GORT_NONE_16, {}

#define GORT_EACH_COUNT(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16)

// count_fields is 0 for what has no fields that could be told.
template <class T>
constexpr size_t count_fields() {
  if constexpr (
      !requires { T{}; } || requires { T{base_initializer<T>{}}; } || requires { T{union_initializer{}}; })
    return 0;
  else if constexpr (requires { T{GORT_NONE_17}; })
    return 0;
  else {
    size_t n = 0;
    bool simple = true;
#define GORT_COUNT(k)                                                                  \
  if constexpr (requires { T{GORT_NONE_##k}; }) {                                      \
    n = k;                                                                             \
    if constexpr (requires { T{GORT_NONE_##k, union_initializer{}}; }) simple = false; \
    simple = simple && (                                                               \
                           requires {                                                  \
                             T{GORT_NONE_##k, {}};                                     \
                           } ||                                                        \
                           !requires {                                                 \
                             T{GORT_NONE_##k, any_initializer{}};                      \
                           });                                                         \
  }
    GORT_EACH_COUNT(GORT_COUNT)
#undef GORT_COUNT
    return simple ? n : 0;
  }
}

#undef GORT_EACH_COUNT
#undef GORT_NONE_1
#undef GORT_NONE_2
#undef GORT_NONE_3
#undef GORT_NONE_4
#undef GORT_NONE_5
#undef GORT_NONE_6
#undef GORT_NONE_7
#undef GORT_NONE_8
#undef GORT_NONE_9
#undef GORT_NONE_10
#undef GORT_NONE_11
#undef GORT_NONE_12
#undef GORT_NONE_13
#undef GORT_NONE_14
#undef GORT_NONE_15
#undef GORT_NONE_16
#undef GORT_NONE_17

// with_fields calls f with the N fields of v.
template <size_t N, class T, class F>
constexpr decltype(auto) with_fields(const T& v, F f) {
#define GORT_FIELDS(k, ...)        \
  if constexpr (N == k) {          \
    const auto& [__VA_ARGS__] = v; \
    return f(__VA_ARGS__);         \
  }
  GORT_FIELDS(1, a)
  GORT_FIELDS(2, a, b)
  GORT_FIELDS(3, a, b, c)
  GORT_FIELDS(4, a, b, c, d)
  GORT_FIELDS(5, a, b, c, d, e)
  GORT_FIELDS(6, a, b, c, d, e, g)
  GORT_FIELDS(7, a, b, c, d, e, g, h)
  GORT_FIELDS(8, a, b, c, d, e, g, h, i)
  GORT_FIELDS(9, a, b, c, d, e, g, h, i, j)
  GORT_FIELDS(10, a, b, c, d, e, g, h, i, j, k)
  GORT_FIELDS(11, a, b, c, d, e, g, h, i, j, k, l)
  GORT_FIELDS(12, a, b, c, d, e, g, h, i, j, k, l, m)
  GORT_FIELDS(13, a, b, c, d, e, g, h, i, j, k, l, m, n)
  GORT_FIELDS(14, a, b, c, d, e, g, h, i, j, k, l, m, n, o)
  GORT_FIELDS(15, a, b, c, d, e, g, h, i, j, k, l, m, n, o, p)
  GORT_FIELDS(16, a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q)
#undef GORT_FIELDS
}

// The names of a plain struct's fields, which the compiler writes where it prints the address of one: "[with auto P =
// (& specimen<A>.holder<A>::value.A::x)]". Only addresses in the specimen are used. Clang knows them from version 18
// on.
#if defined(__clang__) && __clang_major__ < 18
template <class T, size_t I>
constexpr std::string_view field_name() {
  return {};
}
#else
template <class T>
union holder {
  char none;
  T value;
  constexpr holder() : none() {}
  constexpr ~holder() {}
};
template <class T>
inline constexpr holder<T> specimen{};

template <class T, size_t I>
constexpr auto field_address() {
  return with_fields<count_fields<T>()>(
      specimen<T>.value, [](const auto&... f) { return std::get<I>(std::tuple<decltype(&f)...>(&f...)); });
}
template <auto P>
constexpr const char* address_text() {
  return __PRETTY_FUNCTION__;
}
template <auto P>
constexpr std::string_view name_in_address() {
  std::string_view t = address_text<P>();
  while (t.ends_with(']') || t.ends_with(')')) t.remove_suffix(1);
  return t.substr(t.find_last_of(".:>&( ") + 1);
}
// A bit-field has no address: a struct with one has no names.
template <class T, size_t I>
constexpr std::string_view field_name() {
  if constexpr (requires { typename std::integral_constant<size_t, name_in_address<field_address<T, I>()>().size()>; })
    return name_in_address<field_address<T, I>()>();
  else
    return {};
}
#endif

// field_names<T> is each name and a blank.
template <class T, size_t... I>
constexpr auto join_field_names(std::index_sequence<I...>) {
  std::array<char, (field_name<T, I>().size() + ... + sizeof...(I))> all{};
  size_t at = 0;
  for (std::string_view name : {field_name<T, I>()...}) {
    for (char c : name) all[at++] = c;
    all[at++] = ' ';
  }
  return all;
}
template <class T>
inline constexpr auto field_names = join_field_names<T>(std::make_index_sequence<count_fields<T>()>());

// next_field_name takes the first name off.
constexpr std::string_view next_field_name(std::string_view& names) {
  const size_t n = names.find(' ');
  const std::string_view name = names.substr(0, n);
  names.remove_prefix(n + 1);
  return name;
}

}  // namespace gort::rt

#endif  // GORT_FIELDS_H_
