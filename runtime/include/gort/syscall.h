// gort/syscall.h: package syscall: Errno.
#ifndef GORT_SYSCALL_H_
#define GORT_SYSCALL_H_

#include <cerrno>

#include <gort/errors.h>

namespace gort::syscall {

// Errno is an error number of the system as an error, with Go's texts: `connection refused`. Errors of net:: and os::
// wrap one.
//
//   if (errors::Is(err, syscall::Errno(ECONNREFUSED))) retry();
//
// errors::Is also matches os::ErrNotExist, os::ErrExist, os::ErrPermission and errors::ErrUnsupported; errors::ToCode
// gives a std::error_code.
class Errno {
 public:
  using go_underlying = uint64_t;
  constexpr explicit Errno(int e) : e_(static_cast<uint64_t>(e)) {}
  constexpr explicit operator const uint64_t&() const { return e_; }
  constexpr int value() const { return static_cast<int>(e_); }

  std::string Error() const;
  bool Is(const error& target) const;
  bool As(const any& target) const;
  // Timeout: EAGAIN, ETIMEDOUT. Temporary: those, EINTR, EMFILE, ENFILE.
  bool Timeout() const { return e_ == EAGAIN || e_ == ETIMEDOUT; }
  bool Temporary() const { return e_ == EINTR || e_ == EMFILE || e_ == ENFILE || Timeout(); }
  friend constexpr bool operator==(Errno a, Errno b) { return a.e_ == b.e_; }

 private:
  uint64_t e_;
};

}  // namespace gort::syscall

#endif  // GORT_SYSCALL_H_
