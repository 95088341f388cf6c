#include <gort/context.h>
#include <gort/net/error.h>

#include "runtime/net/netfd.h"

namespace gort::net {
// timeoutError is what a dial that takes too long gives; canceledError one that is given up.
struct timeoutError {
  std::string Error() const { return "i/o timeout"; }
  bool Is(const error& target) const { return target == context::DeadlineExceeded; }
  bool operator==(const timeoutError&) const = default;
};
struct canceledError {
  std::string Error() const { return "operation was canceled"; }
  bool Is(const error& target) const { return target == context::Canceled; }
  bool operator==(const canceledError&) const = default;
};
}  // namespace gort::net

namespace gort::rt {
template <>
struct go_type<net::timeoutError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*net.timeoutError"); }
};
}  // namespace gort::rt

namespace gort::net {

const error ErrClosed = poll::ErrNetClosing();
const error ErrWriteToConnected = errors::New("use of WriteTo with pre-connected connection");

error errMissingAddress() {
  static const error e = errors::New("missing address");
  return e;
}
error errTimeout() {
  static const error e = timeoutError{};
  return e;
}
error errCanceled() {
  static const error e = canceledError{};
  return e;
}

error mapErr(const error& err) {
  if (err == context::Canceled) return errCanceled();
  return err == context::DeadlineExceeded ? errTimeout() : err;
}

std::string OpError::Error() const {
  std::string s = Op;
  if (!Net.empty()) s += " " + Net;
  if (Source) s += " " + Source.String();
  if (Addr) s += (Source ? "->" : " ") + Addr.String();
  return s + ": " + Err.Error();
}

std::string DNSError::Error() const {
  std::string s = "lookup " + Name;
  if (!Server.empty()) s += " on " + Server;
  return s + ": " + Err;
}

namespace {

template <class T>
bool ask(const error& err, bool* timeout, bool* temporary) {
  const T* e = err.as<T>();
  if (e == nullptr) return false;
  *timeout = e->Timeout();
  *temporary = e->Temporary();
  return true;
}

// Whether err itself is a net.Error, and what it says.
bool net_error(const error& err, bool* timeout, bool* temporary) {
  *timeout = *temporary = false;
  if (!err) return false;
  if (err.is<timeoutError>()) {
    *timeout = *temporary = true;
    return true;
  }
  if (ask<OpError>(err, timeout, temporary) || ask<AddrError>(err, timeout, temporary) ||
      ask<ParseError>(err, timeout, temporary) || ask<DNSError>(err, timeout, temporary) ||
      ask<UnknownNetworkError>(err, timeout, temporary) || ask<InvalidAddrError>(err, timeout, temporary) ||
      ask<context::deadlineExceededError>(err, timeout, temporary))
    return true;
  return rt::error_timeout(err, timeout) && rt::error_temporary(err, temporary);
}

// What OpError asks of its Err: a SyscallError is looked through.
const error inner(const error& err) {
  const auto* s = err.as<os::SyscallError>();
  return s != nullptr ? s->Err : err;
}

}  // namespace

bool OpError::Timeout() const {
  bool timeout, temporary;
  net_error(inner(Err), &timeout, &temporary);
  return timeout;
}

bool OpError::Temporary() const {
  if (Op == "accept" && (errors::Is(Err, syscall::Errno(ECONNRESET)) || errors::Is(Err, syscall::Errno(ECONNABORTED))))
    return true;
  bool timeout, temporary;
  net_error(inner(Err), &timeout, &temporary);
  return temporary;
}

Error::Error(const error& err) : error(err) {
  if (!net_error(err, &timeout_, &temporary_)) static_cast<error&>(*this) = nil;
}

}  // namespace gort::net
