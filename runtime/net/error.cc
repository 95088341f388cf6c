#include <gort/context.h>
#include <gort/net/error.h>

#include "runtime/net/netfd.h"

namespace gort::net {
// timeoutError is what a dial that takes too long gives; canceledError one that is given up. While a socket connects,
// the context's timer and the socket's race in Go, and either's error comes out: this one is both then.
struct timeoutError {
  bool of_socket = false;
  std::string Error() const { return "i/o timeout"; }
  bool Timeout() const { return true; }
  bool Temporary() const { return true; }
  bool Is(const error& target) const {
    return target == context::DeadlineExceeded || (of_socket && target == poll::ErrDeadlineExceeded());
  }
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
error errConnectTimeout() {
  static const error e = timeoutError{.of_socket = true};
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

// What OpError asks of its Err: a SyscallError is looked through.
static error inner(const error& err) {
  const auto* s = err.as<os::SyscallError>();
  return s != nullptr ? s->Err : err;
}

bool OpError::Timeout() const {
  return rt::error_timeout(inner(Err));
}

bool OpError::Temporary() const {
  if (Op == "accept" && (Err == syscall::Errno(ECONNRESET) || Err == syscall::Errno(ECONNABORTED))) return true;
  return rt::error_temporary(inner(Err));
}

error_value::error_value(const error& err) {
  if (!err) return;
  const rt::error_methods* m = err.rt_object()->type->methods;
  if (m->timeout == nullptr || m->temporary == nullptr) return;
  static_cast<error&>(*this) = err;
  timeout_ = rt::error_timeout(err);
  temporary_ = rt::error_temporary(err);
}

}  // namespace gort::net
