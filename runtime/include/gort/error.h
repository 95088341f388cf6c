// gort/error.h: nil and error.
//
// An error is a nil-able, reference-counted pointer to an immutable value of any type with `std::string Error() const`,
// as a Go error interface value that holds a pointer. Copies are cheap and share the value; any thread may copy and
// read one.
#ifndef GORT_ERROR_H_
#define GORT_ERROR_H_

#include <optional>

#include <gort/type.h>

namespace gort {

// nil is Go's nil: it converts to error, any, chan, raw and smart pointers and std::function, and compares with them.
struct nil_t {
  constexpr nil_t() = default;
  template <class T>
  constexpr operator T*() const noexcept {
    return nullptr;
  }
  template <class T>
  constexpr operator std::shared_ptr<T>() const noexcept {
    return nullptr;
  }
  template <class T>
  constexpr operator std::unique_ptr<T>() const noexcept {
    return nullptr;
  }
  template <class S>
  operator std::function<S>() const noexcept {
    return nullptr;
  }
  template <class T>
  requires std::is_pointer_v<T> || rt::is_shared_ptr<T> || rt::is_std_function<T>
  friend constexpr bool operator==(const T& p, nil_t) noexcept { return p == nullptr; }
  friend constexpr bool operator==(nil_t, nil_t) noexcept { return true; }
};
inline constexpr nil_t nil{};

namespace rt {
[[noreturn]] void panic_any(any v);  // panic(v); the panic core defines it

// nil_access is what goes through nil: it reads at addr, below 4096, and the fault is Go's nil dereference.
[[noreturn]] void nil_access(uintptr_t addr);
// nil_method calls a method of a nil interface, the method'th by name: Go reads where it is from a table behind 24
// bytes.
[[noreturn]] inline void nil_method(int method) {
  nil_access(24 + 8 * static_cast<uintptr_t>(method));
}
}  // namespace rt

// error is Go's error interface.
//
//   struct NotFound {
//     std::string key;
//     std::string Error() const { return "not found: " + key; }
//   };
//   error find(const std::string& key) {
//     if (key.empty()) return NotFound{key};   // any type with Error() converts
//     return nil;
//   }
//   if (error err = find(""); err != nil) println(err.Error());
//
// Such a type may also have `error Unwrap() const` or `std::vector<error> Unwrap() const`, `bool Is(error) const` and
// `bool As(any) const` (the any holds a T*); errors::Is and errors::As use them. os::IsTimeout and net::Error use
// `bool Timeout() const` and `bool Temporary() const`. A raw or shared pointer to such a type is an error too.
//
// Two errors are equal when they are the same object, or hold equal values of one type that has operator==. The same
// holds of errors in an any, and of those without operator== as keys: none of them is uncomparable.
class error {
 public:
  constexpr error() noexcept = default;
  constexpr error(const nil_t&) noexcept {}  // by reference: g++ 12 crashes on a copied nil_t in a list of these
  constexpr error(std::nullptr_t) noexcept {}
  template <class T>
  requires rt::error_like<std::decay_t<T>> error(T&& v) : o_(rt::make_object<std::decay_t<T>>(std::forward<T>(v))) {
    static_assert(std::is_copy_constructible_v<std::decay_t<T>>, "a gort::error holds only copyable types");
  }
  error(const error& e) noexcept : o_(e.o_) {
    if (o_ != nullptr) rt::object_retain(o_);
  }
  error(error&& e) noexcept : o_(std::exchange(e.o_, nullptr)) {}
  error& operator=(error e) noexcept {
    std::swap(o_, e.o_);
    return *this;
  }
  ~error() {
    if (o_ != nullptr) rt::object_release(o_);
  }

  explicit operator bool() const noexcept { return o_ != nullptr; }

  // Error returns the text; panics with a nil dereference when the error is nil.
  std::string Error() const {
    if (o_ == nullptr) rt::nil_method(0);
    return o_->type->error(o_->value());
  }

  // as returns the value if the error holds a T, else null; as<runtime::Error> finds every runtime error. The pointer
  // is good for as long as this error is. The chain is not searched: that is errors::As.
  template <class T>
  const T* as() const noexcept;
  template <class T>
  bool is() const noexcept {
    return as<T>() != nullptr;
  }

  // must_as is Go's type assertion err.(T): it panics with `interface conversion: error is X, not T`.
  template <class T>
  const T& must_as() const;

  // type_name is the Go name of the type inside, `*errors.errorString`; `<nil>` for nil.
  std::string_view type_name() const noexcept { return o_ == nullptr ? std::string_view("<nil>") : o_->type->name; }

  friend bool operator==(const error& a, const error& b) { return a.o_ == b.o_ || equal(a.o_, b.o_); }
  friend bool operator==(const error& e, nil_t) noexcept { return e.o_ == nullptr; }
  friend bool operator==(const error& e, std::nullptr_t) noexcept { return e.o_ == nullptr; }

  // For the runtime: the box, and an error made from one (the reference passes to it).
  rt::object* rt_object() const noexcept { return o_; }
  rt::object* rt_release() noexcept { return std::exchange(o_, nullptr); }
  static error rt_adopt(rt::object* o) noexcept {
    error e;
    e.o_ = o;
    return e;
  }

 private:
  static bool equal(const rt::object* a, const rt::object* b);

  rt::object* o_ = nullptr;
};
static_assert(sizeof(error) == sizeof(void*));

namespace runtime {

// Error is what run-time errors are (index out of range, nil dereference, division by zero, ...), and any type of yours
// with both `std::string Error() const` and `void RuntimeError() const`. Found with e.as<runtime::Error>().
class error_value : public error {
 public:
  error_value() noexcept = default;
  // Conversion from an error takes run-time errors only; another error gives nil.
  explicit error_value(const error& e) noexcept
      : error(e && (e.rt_object()->type->flags & rt::tf_runtime_error) != 0 ? e : error()) {}
  void RuntimeError() const noexcept {}

  // Addr is the address of the fault, for a fault with an address (debug::SetPanicOnFault).
  std::optional<uintptr_t> Addr() const;
};
// The class has another name, for in a class named Error no method can be named so.
using Error = error_value;
static_assert(sizeof(Error) == sizeof(error));

}  // namespace runtime

namespace rt {

[[noreturn]] void panicdottypeE(const type_desc* have, const type_desc* want,
                                const type_desc* iface);  // x.(T) for a concrete T
[[noreturn]] void panicdottypeI(const type_desc* have, std::string_view iface,
                                std::string_view method);  // x.(I): a missing method

// error_view: a class for errors of several types, which is made from any error and nil for those of others.
template <class T>
concept error_view =
    std::derived_from<T, error> && !std::is_same_v<T, error> && std::is_constructible_v<T, const error&>;

// view_as is as<T>() on an interface value: type and address of what it holds, and the address of the word that points
// to its box.
template <class T>
const T* view_as(const type_desc* type, const void* value, const void* box_word) noexcept {
  if constexpr (std::is_same_v<T, error>) {
    return type != nullptr && (type->flags & tf_error) != 0 ? static_cast<const T*>(box_word) : nullptr;
  } else if constexpr (std::is_same_v<T, runtime::Error>) {
    return type != nullptr && (type->flags & tf_runtime_error) != 0 ? static_cast<const T*>(box_word) : nullptr;
  } else {
    static_assert(!std::is_same_v<T, const char*> && !std::is_same_v<T, char*> &&
                      !std::is_same_v<T, std::string_view> && !std::is_array_v<T>,
                  "string literals and views are held as std::string: ask for std::string");
    static_assert(!error_view<T>, "an interface is made from an error: net::Error(err)");
    static_assert(!std::is_same_v<T, long double>, "a long double is held as double: ask for double");
    return same_type(type, &desc_of<T>) ? static_cast<const T*>(value) : nullptr;
  }
}

}  // namespace rt

template <class T>
const T* error::as() const noexcept {
  return o_ == nullptr ? nullptr : rt::view_as<T>(o_->type, o_->value(), this);
}

template <class T>
const T& error::must_as() const {
  const T* p = as<T>();
  if (p == nullptr) {
    const rt::type_desc* have = o_ == nullptr ? nullptr : o_->type;
    if constexpr (std::is_same_v<T, runtime::Error>)
      rt::panicdottypeI(have, "runtime.Error", "RuntimeError");
    else
      rt::panicdottypeE(have, &rt::desc_of<T>, &rt::desc_of<error>);
  }
  return *p;
}

}  // namespace gort

template <>
struct std::hash<gort::error> {
  size_t operator()(const gort::error& e) const;  // panics where the value inside cannot be hashed
};

#endif  // GORT_ERROR_H_
