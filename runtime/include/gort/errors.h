// gort/errors.h: Go's package errors, and bridges between gort::error, std::error_code and C++ exceptions.
//
// Nothing here blocks; every function may be called from any thread. fmt::Errorf (gort/fmt.h) wraps with a formatted
// text.
#ifndef GORT_ERRORS_H_
#define GORT_ERRORS_H_

#include <exception>
#include <system_error>

#include <gort/any.h>

namespace gort::errors {

// New returns an error with that text. Each call makes a distinct error, whatever the text:
//
//   const error ErrClosed = errors::New("closed");   // compare with == or errors::Is
error New(std::string text);

// Unwrap returns what err's `error Unwrap() const` returns, nil where it has none (an error made by Join has another
// Unwrap).
//
//   for (error e = err; e != nil; e = errors::Unwrap(e)) println(e.Error());
error Unwrap(const error& err);

// Is reports whether err or an error that it wraps equals target, or says so by its `bool Is(error) const`. The tree is
// walked depth first through both forms of Unwrap.
//
//   error err = fmt::Errorf("read: %w", ErrClosed);
//   errors::Is(err, ErrClosed);   // true
bool Is(const error& err, const error& target);

// As finds the first error in err's tree that holds a T (or whose `bool As(any) const`, given a T*, sets one) and
// copies it out; an interface such as net::Error or runtime::Error finds the first error that has it. Panics with
// `errors: target must be a non-nil pointer` where target is null.
//
//   NotFound nf;
//   if (errors::As(err, &nf)) use(nf.key);
//   if (auto e = errors::As<NotFound>(err)) use(e->key);
template <class T>
bool As(const error& err, T* target);
template <class T>
std::optional<T> As(const error& err);

// Join returns an error that wraps those of errs that are not nil, nil if there is none. Its text is theirs, one a
// line.
//
//   err = errors::Join(err, conn.Close());
error Join(const std::vector<error>& errs);
template <class... E>
requires(std::convertible_to<const E&, error>&&...) error Join(const E&... errs) {
  return Join(std::vector<error>{error(errs)...});
}

// ErrUnsupported says that an operation is not supported; its text is `unsupported operation`.
extern const error ErrUnsupported;

// FromCode returns an error for a code, nil for a code that means success. Errors of equal codes are equal;
// As<std::error_code> gets it back.
//
//   error err = errors::FromCode(std::make_error_code(std::errc::timed_out));
error FromCode(std::error_code code);

// ToCode returns the first std::error_code in err's tree; a code without a value where there is none.
//
//   if (errors::ToCode(err) == std::errc::timed_out) retry();
std::error_code ToCode(const error& err);

// FromException returns an error for a C++ exception: its text is what(), the string or the name of the type that was
// thrown. A thrown gort::error and an errors::Exception give the error inside; a null pointer gives nil.
// As<std::error_code> finds a std::system_error's code.
//
//   try {
//     work();
//   } catch (const std::exception&) {
//     err = errors::FromException(std::current_exception());
//   }
error FromException(std::exception_ptr e);

// AsException returns the exception that FromException made err (or an error in its tree) from, null where there is
// none.
//
//   if (auto e = errors::AsException(err)) std::rethrow_exception(e);
std::exception_ptr AsException(const error& err);

// Exception carries an error through C++ code.
//
//   try {
//     throw errors::Exception(err);
//   } catch (const errors::Exception& e) {
//     println(e.what(), e.Err() == err);
//   }
class Exception : public std::exception {
 public:
  explicit Exception(error err) : err_(std::move(err)), text_(err_ ? err_.Error() : "nil error") {}
  const char* what() const noexcept override { return text_.c_str(); }
  const error& Err() const noexcept { return err_; }

 private:
  error err_;
  std::string text_;
};

// ToException returns err as an exception: the one it was made from, or an errors::Exception; null for nil.
//
//   if (err != nil) std::rethrow_exception(errors::ToException(err));
std::exception_ptr ToException(const error& err);

}  // namespace gort::errors

namespace gort {
namespace rt {

// errorString is the type behind errors::New.
struct errors_errorString {
  std::string text;
  std::string Error() const { return text; }
  auto Fields() const { return std::tie(text); }
};
struct errors_joinError {
  std::vector<error> errs;
  std::string Error() const;
  std::vector<error> Unwrap() const { return errs; }
  auto Fields() const { return std::tie(errs); }
};
template <>
struct go_type<errors_errorString> {
  static constexpr rt::kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*errors.errorString"); }
};
template <>
struct go_type<errors_joinError> {
  static constexpr rt::kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*errors.joinError"); }
};

// errors_as walks err's tree; match takes the value it wants from an error, target (an any of T*) is what the errors'
// own As methods get.
bool errors_as(const error& err, const any& target, void* ctx, bool (*match)(void* ctx, const error& e));

}  // namespace rt

namespace errors {

template <class T>
bool As(const error& err, T* target) {
  if (!err) return false;
  if (target == nullptr) rt::panic_any("errors: target must be a non-nil pointer");
  return rt::errors_as(err, any(target), target, [](void* ctx, const error& e) {
    if constexpr (rt::error_view<T>) {
      T found(e);
      if (!found) return false;
      *static_cast<T*>(ctx) = std::move(found);
      return true;
    } else {
      const T* found = e.as<T>();
      if (found != nullptr) *static_cast<T*>(ctx) = *found;
      return found != nullptr;
    }
  });
}

template <class T>
std::optional<T> As(const error& err) {
  if constexpr (std::default_initializable<T>) {
    T target{};
    return As(err, &target) ? std::optional<T>(std::move(target)) : std::nullopt;
  } else {
    // A T cannot be set through a pointer that has none yet, so the errors' own As methods are not asked.
    std::optional<T> target;
    if (err) {
      rt::errors_as(err, nil, &target, [](void* ctx, const error& e) {
        const T* found = e.as<T>();
        if (found != nullptr) static_cast<std::optional<T>*>(ctx)->emplace(*found);
        return found != nullptr;
      });
    }
    return target;
  }
}

}  // namespace errors
}  // namespace gort

#endif  // GORT_ERRORS_H_
