// gort/os/error.h: the errors of package os.
#ifndef GORT_OS_ERROR_H_
#define GORT_OS_ERROR_H_

#include <gort/syscall.h>

namespace gort::os {

// Errors to be tested for with errors::Is.
//
//   if (errors::Is(err, os::ErrNotExist)) retry();
extern const error ErrInvalid;           // invalid argument
extern const error ErrPermission;        // permission denied
extern const error ErrExist;             // file already exists
extern const error ErrNotExist;          // file does not exist
extern const error ErrClosed;            // file already closed
extern const error ErrNoDeadline;        // file type does not support deadline
extern const error ErrDeadlineExceeded;  // i/o timeout: what a read or write past its deadline gives, in os:: and net::

// SyscallError is an error of a named system call: `connect: connection refused`.
struct SyscallError {
  std::string Syscall;
  error Err;
  std::string Error() const { return Syscall + ": " + Err.Error(); }
  error Unwrap() const { return Err; }
  bool Timeout() const;
};
// NewSyscallError wraps err; nil stays nil.
//
//   err = os::NewSyscallError("connect", err);
error NewSyscallError(std::string_view syscall, error err);

// PathError is an error of an operation on a file: `open /x: no such file or directory`.
struct PathError {
  std::string Op;
  std::string Path;
  error Err;
  std::string Error() const { return Op + " " + Path + ": " + Err.Error(); }
  error Unwrap() const { return Err; }
  bool Timeout() const;
};

// These look through PathError and SyscallError at the error of the system. IsTimeout asks it for its Timeout().
//
//   if (os::IsNotExist(err) || os::IsPermission(err)) log("no file");
//   if (os::IsExist(err) || os::IsTimeout(err)) retry();
bool IsExist(const error& err);
bool IsNotExist(const error& err);
bool IsPermission(const error& err);
bool IsTimeout(const error& err);

}  // namespace gort::os

namespace gort::rt {

template <>
struct go_type<os::SyscallError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*os.SyscallError"); }
};
template <>
struct go_type<os::PathError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*fs.PathError"); }
};

// error_timeout and error_temporary ask the error itself (not what it wraps) for Timeout() and Temporary(); false where
// it is nil or has no such method.
bool error_timeout(const error& err);
bool error_temporary(const error& err);

}  // namespace gort::rt

#endif  // GORT_OS_ERROR_H_
