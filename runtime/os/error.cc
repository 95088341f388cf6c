#include <gort/os/error.h>

#include "runtime/net/poll.h"

namespace gort::os {

namespace poll = ::gort::internal::poll;

const error ErrInvalid = errors::New("invalid argument");
const error ErrPermission = errors::New("permission denied");
const error ErrExist = errors::New("file already exists");
const error ErrNotExist = errors::New("file does not exist");
const error ErrClosed = errors::New("file already closed");
const error ErrNoDeadline = poll::ErrNoDeadline();
const error ErrDeadlineExceeded = poll::ErrDeadlineExceeded();

error NewSyscallError(std::string_view syscall, error err) {
  return err ? error(SyscallError{std::string(syscall), std::move(err)}) : error();
}

bool SyscallError::Timeout() const {
  return rt::error_timeout(Err);
}

bool PathError::Timeout() const {
  return rt::error_timeout(Err);
}

// The error of the system inside the errors of this package.
static error underlying(const error& err) {
  if (const auto* p = err.as<PathError>()) return p->Err;
  if (const auto* s = err.as<SyscallError>()) return s->Err;
  return err;
}

static bool underlying_is(const error& err, const error& target) {
  error u = underlying(err);
  if (u == target) return true;
  const auto* e = u.as<syscall::Errno>();
  return e != nullptr && e->Is(target);
}

bool IsExist(const error& err) {
  return underlying_is(err, ErrExist);
}
bool IsNotExist(const error& err) {
  return underlying_is(err, ErrNotExist);
}
bool IsPermission(const error& err) {
  return underlying_is(err, ErrPermission);
}
bool IsTimeout(const error& err) {
  return rt::error_timeout(underlying(err));
}

}  // namespace gort::os

namespace gort::rt {

static bool ask(const error& err, bool (*error_methods::*method)(const void*)) {
  if (!err) return false;
  const object* o = err.rt_object();
  auto* f = o->type->methods->*method;
  return f != nullptr && f(o->value());
}

bool error_timeout(const error& err) {
  return ask(err, &error_methods::timeout);
}
bool error_temporary(const error& err) {
  return ask(err, &error_methods::temporary);
}

}  // namespace gort::rt
