// gort/type_desc.h: the builder of descriptors, desc_of<T>, and of boxed values, make_object<T>. Part of gort/type.h.
#ifndef GORT_TYPE_DESC_H_
#define GORT_TYPE_DESC_H_

#include <tuple>

#include <gort/fields.h>
#include <gort/type.h>

namespace gort::rt {

// fits_inline: an any holds T in its own two words. Only trivially copyable types, so that copying an any is copying
// words.
template <class T>
inline constexpr bool fits_inline = std::is_trivially_copyable_v<T> && sizeof(T) <= 16 && alignof(T) <= 8 &&
                                    !error_like<T> && !string_type<T>;

template <class T>
inline constexpr bool has_hash = requires(const T& v) {
  { std::hash<T>{}(v) } -> std::convertible_to<size_t>;
};
template <class T>
inline constexpr bool bytes_are_value = std::is_trivially_copyable_v<T>&& std::has_unique_object_representations_v<T>;

size_t hash_bytes(const void* p, size_t n) noexcept;

template <class T>
inline constexpr bool is_complex = false;
template <class F>
inline constexpr bool is_complex<std::complex<F>> = true;

// has_equality: == compiles. The library's containers, pairs, tuples and variants declare it for whatever is in them.
template <class T>
struct equality;
template <class T>
inline constexpr bool has_equality = equality<T>::value;

template <class T>
struct equality {
  static constexpr bool ask() {
    constexpr kind k = go_type<T>::k;
    if constexpr (!std::equality_comparable<T>)
      return false;
    else if constexpr ((k == kind::Slice || k == kind::Array || k == kind::Map) && requires { typename T::value_type; })
      return has_equality<typename T::value_type>;
    else
      return true;
  }
  static constexpr bool value = ask();
};
template <template <class...> class C, class... A>
requires(std::is_same_v<C<A...>, std::tuple<A...>> || raw_type_name<C<A...>>().starts_with("std::pair<") ||
         raw_type_name<C<A...>>().starts_with("std::variant<")) struct equality<C<A...>> {
  static constexpr bool value = (has_equality<A> && ...);
};

template <class T>
constexpr bool hashable() {
  if constexpr (named_basic<T>)
    return hashable<typename T::go_underlying>();
  else
    return has_hash<T> || string_type<T> || is_complex<T> || bytes_are_value<T>;
}

template <class T>
size_t hash_of(const T& v) {
  if constexpr (has_hash<T>)
    return std::hash<T>{}(v);
  else if constexpr (string_type<T>)
    return std::hash<std::string_view>{}(std::string_view(v));
  else if constexpr (named_basic<T>)
    return hash_of(static_cast<const typename T::go_underlying&>(v));
  else if constexpr (is_complex<T>)
    return hash_of(v.real()) * 31 + hash_of(v.imag());
  else
    return hash_bytes(&v, sizeof(T));
}

// type_ops<T> holds the functions that a descriptor points to.
template <class T>
struct type_ops {
  static const T& ref(const void* v) { return *static_cast<const T*>(v); }

  static void destroy(void* v) { std::destroy_at(static_cast<T*>(v)); }

  static bool equal(const void* a, const void* b) {
    if constexpr (has_equality<T>)
      return ref(a) == ref(b);
    else
      return std::memcmp(a, b, sizeof(T)) == 0;
  }
  static size_t hash(const void* v) { return hash_of(ref(v)); }
  static std::string error_text(const void* v) {
    if constexpr (error_pointer<T>)
      return ref(v)->Error();
    else
      return ref(v).Error();
  }
  static std::string string_text(const void* v) {
    if constexpr (string_pointer<T>)
      return ref(v)->String();
    else
      return ref(v).String();
  }
  static std::string_view text(const void* v) {
    if constexpr (named_basic<T>)
      return static_cast<const typename T::go_underlying&>(ref(v));
    else if constexpr (std::is_pointer_v<T>)
      return ref(v) == nullptr ? std::string_view() : std::string_view(ref(v));
    else
      return ref(v);
  }
  static size_t length(const void* v) { return std::size(ref(v)); }

  template <class As, class E>
  static void visit_one(void* ctx, visit_fn f, const volatile E& e, std::string_view name = {});
  static void visit(const void* v, void* ctx, visit_fn f);
  static object* clone(const void* v);
  static const void* deref(const void* v) {
    if constexpr (is_std_function<T>)
      return ref(v) ? v : nullptr;
    else
      return &*ref(v);
  }

  // The methods of an error; U is T, a parameter only so that gort::error may still be incomplete here.
  template <class E>
  static void unwrap(const void* v, E* out) {
    if constexpr (error_pointer<T>)
      *out = ref(v)->Unwrap();
    else
      *out = ref(v).Unwrap();
  }
  template <class E>
  static bool is(const void* v, const E& target) {
    if constexpr (error_pointer<T>)
      return ref(v)->Is(target);
    else
      return ref(v).Is(target);
  }
  template <class A>
  static bool as(const void* v, const A& target) {
    if constexpr (error_pointer<T>)
      return ref(v)->As(target);
    else
      return ref(v).As(target);
  }
  static bool timeout(const void* v) {
    if constexpr (error_pointer<T>)
      return ref(v)->Timeout();
    else
      return ref(v).Timeout();
  }
  static bool temporary(const void* v) {
    if constexpr (error_pointer<T>)
      return ref(v)->Temporary();
    else
      return ref(v).Temporary();
  }
};

// method_holder<T> is the type whose methods T answers with: T, or what it points to.
template <class T>
struct method_holder_of {
  using type = T;
};
template <class T>
struct method_holder_of<T*> {
  using type = std::remove_cv_t<T>;
};
template <class T>
struct method_holder_of<std::shared_ptr<T>> {
  using type = std::remove_cv_t<T>;
};

template <class T, class E = error, class A = any>
constexpr error_methods make_error_methods() {
  using H = typename method_holder_of<T>::type;
  error_methods m{};
  if constexpr (requires(const H& v) {
                  { v.Unwrap() } -> std::same_as<std::vector<E>>;
                }) {
    m.unwrap_many = &type_ops<T>::template unwrap<std::vector<E>>;
  } else if constexpr (requires(const H& v) {
                         { v.Unwrap() } -> std::convertible_to<E>;
                       }) {
    m.unwrap = &type_ops<T>::template unwrap<E>;
  }
  if constexpr (requires(const H& v, const E& e) {
                  { v.Is(e) } -> std::same_as<bool>;
                })
    m.is = &type_ops<T>::template is<E>;
  if constexpr (requires(const H& v, const A& a) {
                  { v.As(a) } -> std::same_as<bool>;
                })
    m.as = &type_ops<T>::template as<A>;
  if constexpr (requires(const H& v) {
                  { v.Timeout() } -> std::same_as<bool>;
                })
    m.timeout = &type_ops<T>::timeout;
  if constexpr (requires(const H& v) {
                  { v.Temporary() } -> std::same_as<bool>;
                })
    m.temporary = &type_ops<T>::temporary;
  return m;
}
template <class T>
inline constexpr error_methods error_methods_of = make_error_methods<T>();

template <class T>
struct elem_of {
  using type = void;
};
template <class T>
requires(go_type<T>::k == kind::Slice || go_type<T>::k == kind::Array) && requires(const T& v) {
  *std::begin(v);
}
struct elem_of<T> {
  using type = std::remove_cvref_t<decltype(*std::begin(std::declval<const T&>()))>;
};
template <class A>
struct elem_of<std::vector<bool, A>> {
  using type = bool;
};

// is_container: Slice, Array and Map kinds whose elements can be visited.
template <class T>
inline constexpr bool is_container = (go_type<T>::k == kind::Slice || go_type<T>::k == kind::Array ||
                                      go_type<T>::k == kind::Map) &&
                                     requires(const T& v) {
  std::begin(v), std::size(v);
};

// has_fields: a struct that fmt prints field by field, `{1 2}`: it has `auto Fields() const { return std::tie(a, b);
// }`.
template <class T>
concept has_fields = std::is_class_v<T> && requires(const T& v) {
  std::apply([](const auto&...) {}, v.Fields());
};

// is_tuple: printed so too.
template <class T>
inline constexpr bool is_tuple = false;
template <class A, class B>
inline constexpr bool is_tuple<std::pair<A, B>> = true;
template <class... A>
inline constexpr bool is_tuple<std::tuple<A...>> = true;

// plain_fields: the number of fields of another struct, printed so too; 0 where they cannot be told.
template <class T>
constexpr size_t count_plain_fields() {
  if constexpr (!std::is_class_v<T> || !requires { sizeof(T); })
    return 0;
  else if constexpr (!std::is_aggregate_v<T> || go_type<T>::k != kind::Struct || has_fields<T> || is_tuple<T>)
    return 0;
  else
    return count_fields<T>();
}
template <class T>
inline constexpr size_t plain_fields = count_plain_fields<T>();

template <class T>
inline constexpr bool printed_by_fields = has_fields<T> || is_tuple<T> || plain_fields<T> != 0;

// Pointers that fmt follows (`&[1 2]`): to containers and structs. Where a struct is not complete, its address is
// printed.
template <class T>
inline constexpr bool follows_pointer = false;
template <class T>
requires(std::is_class_v<T>&& requires { sizeof(T); }) inline constexpr bool follows_pointer<T*> =
    is_container<std::remove_cv_t<T>> || has_fields<std::remove_cv_t<T>> || plain_fields<std::remove_cv_t<T>> != 0;
template <class T>
inline constexpr bool follows_pointer<std::shared_ptr<T>> = follows_pointer<T*>;

template <class T>
constexpr const type_desc* desc_address();  // &desc_of<T>, which make_type_desc needs before it is declared

template <class T>
constexpr uint32_t flags_of() {
  uint32_t f = 0;
  if (!fits_inline<T>) f |= tf_boxed;
  if constexpr (error_like<T>) {
    f |= tf_error;
    if constexpr (has_runtime_error_method<typename method_holder_of<T>::type>) f |= tf_runtime_error;
    if constexpr (!has_equality<T>) f |= tf_identity;
  }
  if (std::is_enum_v<T> || named_basic<T> ||
      (string_type<T> && !std::is_same_v<T, std::string> && !std::is_same_v<T, std::string_view>))
    f |= tf_named;
  constexpr kind k = go_type<T>::k;
  if (std::is_empty_v<T>) f |= tf_empty;
  if (std::is_pointer_v<T> || is_shared_ptr<T> || k == kind::Chan) f |= tf_pointer_word;
  return f;
}

template <class T>
constexpr type_desc make_type_desc() {
  using ops = type_ops<T>;
  constexpr kind k = go_type<T>::k;
  constexpr size_t align = alignof(T) > 8 ? alignof(T) : 8;
  type_desc d{};
  d.flags = flags_of<T>();
  d.size = sizeof(T);
  d.offset = static_cast<uint32_t>((sizeof(object) + align - 1) / align * align);
  d.kind = k;
  d.name = go_type_name<T>();
#ifdef __cpp_rtti
  d.rtti = &typeid(T);
#endif
  if constexpr (!std::is_trivially_destructible_v<T>) d.destroy = &ops::destroy;
  if constexpr (k != kind::Slice && k != kind::Map && k != kind::Func && k != kind::Interface) {
    if constexpr (!std::is_array_v<T> && (has_equality<T> || bytes_are_value<T>)) d.equal = &ops::equal;
    if constexpr (hashable<T>()) d.hash = &ops::hash;
  }
  if constexpr (error_like<T>) {
    d.error = &ops::error_text;
    d.methods = &error_methods_of<T>;
    if constexpr (std::is_copy_constructible_v<T>) d.clone = &ops::clone;
  }
  if constexpr (k != kind::Interface && (has_string_method<T> || string_pointer<T>)) d.stringer = &ops::string_text;
  if constexpr (k == kind::String) d.text = &ops::text;
  if constexpr (is_container<T>) {
    d.length = &ops::length;
    d.visit = &ops::visit;
    if constexpr (!std::is_void_v<typename elem_of<T>::type>) d.elem = desc_address<typename elem_of<T>::type>();
  }
  if constexpr (printed_by_fields<T> && (k == kind::Struct || k == kind::Pointer)) d.visit = &ops::visit;
  if constexpr (is_std_function<T>) d.deref = &ops::deref;
  if constexpr (follows_pointer<T>) {
    d.deref = &ops::deref;
    d.elem = desc_address<std::remove_cvref_t<decltype(*std::declval<T>())>>();
  }
  return d;
}

template <class T>
inline constexpr type_desc desc_of = make_type_desc<T>();

template <class T>
constexpr const type_desc* desc_address() {
  return &desc_of<T>;
}

template <class T>
template <class As, class E>
void type_ops<T>::visit_one(void* ctx, visit_fn f, const volatile E& e, std::string_view name) {
  const bool named = !name.empty();
  f(ctx, named ? &desc_of<std::string_view> : nullptr, named ? &name : nullptr, &desc_of<As>,
    const_cast<const E*>(std::addressof(e)));
}

// A char* that is a struct's field may be a text with a length beside it, or not be set: it is printed as an address.
template <class E>
using field_as = std::conditional_t<std::is_same_v<E, char*> || std::is_same_v<E, const char*>, const void*, E>;

template <class T>
void type_ops<T>::visit(const void* v, void* ctx, visit_fn f) {
  [[maybe_unused]] auto each = [&](const auto&... field) {
    (visit_one<std::remove_cvref_t<decltype(field)>>(ctx, f, field), ...);
  };
  if constexpr (go_type<T>::k == kind::Map) {
    for (const auto& [key, elem] : ref(v)) {
      f(ctx, &desc_of<std::remove_cvref_t<decltype(key)>>, &key, &desc_of<std::remove_cvref_t<decltype(elem)>>, &elem);
    }
  } else if constexpr (is_tuple<T>) {
    std::apply(each, ref(v));
  } else if constexpr (has_fields<T>) {
    std::apply(each, ref(v).Fields());
  } else if constexpr (plain_fields<T> != 0) {
    std::string_view names(field_names<T>.data(), field_names<T>.size());
    with_fields<plain_fields<T>>(ref(v), [&](const auto&... field) {
      (visit_one<field_as<std::remove_cvref_t<decltype(field)>>>(ctx, f, field, next_field_name(names)), ...);
    });
  } else {
    using E = typename elem_of<T>::type;  // of a vector<bool> it is no reference to one
    for (const E& e : ref(v)) visit_one<E>(ctx, f, e);
  }
}

// make_object boxes a T made from args; the caller owns the one reference.
template <class T, class... Args>
object* make_object(Args&&... args) {
  constexpr uint32_t offset = desc_of<T>.offset;
  void* m = nullptr;
  if constexpr (offset > sizeof(object))
    m = ::operator new(offset + sizeof(T), std::align_val_t(offset));
  else
    m = ::operator new(offset + sizeof(T));
  auto* o = ::new (m) object{{1}, &desc_of<T>};
  try {
    ::new (static_cast<char*>(m) + offset) T(std::forward<Args>(args)...);
  } catch (...) {
    if constexpr (offset > sizeof(object))
      ::operator delete(m, std::align_val_t(offset));
    else
      ::operator delete(m);
    throw;
  }
  return o;
}

template <class T>
object* type_ops<T>::clone(const void* v) {
  return make_object<T>(ref(v));
}

}  // namespace gort::rt

#endif  // GORT_TYPE_DESC_H_
