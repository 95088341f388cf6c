// gort/any.h: any, Go's interface value `interface {}`.
//
// An any is a type descriptor and two words. Trivially copyable values of up to 16 bytes stand in the words; everything
// else, and every error, stands in a reference-counted, immutable box that copies share. Moving one copies three words.
#ifndef GORT_ANY_H_
#define GORT_ANY_H_

#include <gort/error.h>

namespace gort {
namespace rt {

// held_as<T> is the type that an any keeps for a T: text becomes std::string, the two 64-bit integer types of C++ are
// one, an element of a std::vector<bool> is a bool.
template <class T>
struct held_as {
  using type = T;
};
template <>
struct held_as<const char*> {
  using type = std::string;
};
template <>
struct held_as<char*> {
  using type = std::string;
};
template <>
struct held_as<std::string_view> {
  using type = std::string;
};
template <>
struct held_as<long long> {
  using type = long;
};
template <>
struct held_as<unsigned long long> {
  using type = unsigned long;
};
template <>
struct held_as<long double> {
  using type = double;
};
template <>
struct held_as<std::vector<bool>::reference> {
  using type = bool;
};
template <class T>
using held = typename held_as<std::decay_t<T>>::type;

}  // namespace rt

// any holds any copyable value, or nil.
//
//   any v = 42;                       // any(nil), any("text"), any(err), any(MyType{...})
//   if (v) ...                        // not nil
//   if (v.is<int>()) ...
//   if (const int* p = v.as<int>()) use(*p);
//   int n = v.must_as<int>();         // panics: interface conversion: interface {} is string, not int
//
// String literals and views are held as std::string. An error is held as the value in it:
// any(errors::New("x")).as<error>() is that error, a nil error makes a nil any. as<error>() finds every type with
// Error().
//
// a == b compares by Go's rules: values of different types differ, slices, maps and functions panic with
// `runtime error: comparing uncomparable type T`, and so do types of yours that have no operator==, unless their bytes
// are their value. A type with Error() and without operator== stands for a Go error behind a pointer: it is compared,
// and hashed as a key, by the object, so that an any equals the error that it was made from and its own copies, and
// another any made of an equal value does not.
class any {
 public:
  constexpr any() noexcept = default;
  constexpr any(const nil_t&) noexcept {}  // by reference: g++ 12 crashes on a copied nil_t in a list of these
  constexpr any(std::nullptr_t) noexcept {}
  template <class E>
  requires std::derived_from<std::remove_cvref_t<E>, error> any(E&& e)
  noexcept {
    error held(std::forward<E>(e));
    if (held) set_box(held.rt_release());
  }
  template <class T>
  requires(!std::derived_from<std::remove_cvref_t<T>, any> && !std::derived_from<std::remove_cvref_t<T>, error> &&
           !std::same_as<std::remove_cvref_t<T>, nil_t> && !std::same_as<std::remove_cvref_t<T>, std::nullptr_t> &&
           !std::derived_from<std::remove_cvref_t<T>, rt::initializer>) any(T&& v) {
    using H = rt::held<T>;
    static_assert(std::is_copy_constructible_v<H>,
                  "gort::any holds only copyable types: wrap a move-only one in std::shared_ptr");
    if constexpr (rt::fits_inline<H>) {
      // By way of words of their own, so that whole words are stored: see word().
      const H h(std::forward<T>(v));
      uintptr_t words[2] = {0, 0};
      std::memcpy(words, &h, sizeof(H));
      word_[0] = words[0];
      word_[1] = words[1];
      type_ = &rt::desc_of<H>;
    } else if constexpr (std::is_pointer_v<std::remove_cvref_t<T>> && std::is_same_v<H, std::string>) {
      const char* text = v;  // a literal is no pointer: compared as one, it would be warned of
      set_box(rt::make_object<H>(text == nullptr ? "" : text));
    } else {
      set_box(rt::make_object<H>(std::forward<T>(v)));
    }
  }
  any(const any& o) noexcept : type_(o.type_), word_{o.word(0), o.word(1)} {
    if (boxed()) rt::object_retain(box());
  }
  any(any&& o) noexcept : type_(std::exchange(o.type_, nullptr)), word_{o.word(0), o.word(1)} {}
  any& operator=(any o) noexcept {
    swap(o);
    return *this;
  }
  ~any() {
    if (boxed()) rt::object_release(box());
  }

  void swap(any& o) noexcept {
    const rt::type_desc* const type = o.type_;
    const uintptr_t w0 = o.word(0), w1 = o.word(1);
    o.set(type_, word(0), word(1));
    set(type, w0, w1);
  }

  // True unless nil. (Go: v != nil.)
  explicit operator bool() const noexcept { return type_ != nullptr; }

  // as returns the value if it is a T, else null; good for as long as this any holds the value.
  template <class T>
  const T* as() const noexcept {
    static_assert(!std::is_reference_v<T> && !std::is_const_v<T>, "ask for a plain type");
    if constexpr (std::is_same_v<rt::held<T>, int64_t> || std::is_same_v<rt::held<T>, uint64_t>)
      return reinterpret_cast<const T*>(rt::view_as<rt::held<T>>(type_, data(), word_));  // long long
    else
      return rt::view_as<T>(type_, data(), word_);
  }
  template <class T>
  bool is() const noexcept {
    return as<T>() != nullptr;
  }

  // must_as is Go's type assertion v.(T): it panics where the value is not a T.
  template <class T>
  const T& must_as() const;

  // type_name is the Go name of the type, `int`, `main.T`; `<nil>` for nil.
  std::string_view type_name() const noexcept { return type_ == nullptr ? std::string_view("<nil>") : type_->name; }

  friend bool operator==(const any& a, const any& b) { return equal(a, b); }
  friend bool operator==(const any& a, nil_t) noexcept { return a.type_ == nullptr; }
  friend bool operator==(const any& a, std::nullptr_t) noexcept { return a.type_ == nullptr; }

  // For the runtime: the descriptor (null for nil) and the address of the value.
  const rt::type_desc* rt_type() const noexcept { return type_; }
  const void* rt_data() const noexcept { return data(); }

 private:
  bool boxed() const noexcept { return type_ != nullptr && (type_->flags & rt::tf_boxed) != 0; }
  rt::object* box() const noexcept { return reinterpret_cast<rt::object*>(word_[0]); }
  // word reads one word. Atomic to the compiler only, a plain load to the machine: two loads merged into one of 16
  // bytes would wait for the two stores that made the value to reach the cache, which triples the cost of moving an any
  // (8.2 against 2.7 ns).
  uintptr_t word(int i) const noexcept { return __atomic_load_n(&word_[i], __ATOMIC_RELAXED); }
  void set(const rt::type_desc* type, uintptr_t w0, uintptr_t w1) noexcept {
    type_ = type;
    word_[0] = w0;
    word_[1] = w1;
  }
  void set_box(rt::object* o) noexcept {
    word_[0] = reinterpret_cast<uintptr_t>(o);
    type_ = o->type;
  }
  const void* data() const noexcept { return boxed() ? box()->value() : word_; }
  static bool equal(const any& a, const any& b);

  const rt::type_desc* type_ = nullptr;
  uintptr_t word_[2] = {0, 0};
};
static_assert(sizeof(any) == 24);

template <class T>
const T& any::must_as() const {
  const T* p = as<T>();
  if (p == nullptr) {
    if constexpr (std::is_same_v<T, error>)
      rt::panicdottypeI(type_, "error", "Error");
    else if constexpr (std::is_same_v<T, runtime::Error>)
      rt::panicdottypeI(type_, "runtime.Error",
                        is<error>() ? "RuntimeError" : "Error");  // Go names the first one missing
    else
      rt::panicdottypeE(type_, &rt::desc_of<rt::held<T>>, &rt::desc_of<any>);
  }
  return *p;
}

namespace rt {

// hash_any is what a Go map would hash v by; panics with `runtime error: hash of unhashable type T`.
size_t hash_any(const any& v);

}  // namespace rt
}  // namespace gort

template <>
struct std::hash<gort::any> {
  size_t operator()(const gort::any& v) const { return gort::rt::hash_any(v); }
};

#endif  // GORT_ANY_H_
