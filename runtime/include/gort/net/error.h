// gort/net/error.h: the errors of package net, with Go's texts.
#ifndef GORT_NET_ERROR_H_
#define GORT_NET_ERROR_H_

#include <gort/net/addr.h>
#include <gort/os/error.h>

namespace gort::net {

// ErrClosed: a call on a connection or listener that is closed, or is closed during the call. Text: `use of closed
// network connection`.
//
//   if (errors::Is(err, net::ErrClosed)) return;
extern const error ErrClosed;
// ErrWriteToConnected: WriteTo on a connected socket.
extern const error ErrWriteToConnected;

// OpError is what most functions of the package return. Its text is
// `read tcp 127.0.0.1:4711->127.0.0.1:80: i/o timeout`: Op, Net, Source and Addr, where known, and Err.
struct OpError {
  std::string Op;
  std::string Net;
  net::Addr Source;
  net::Addr Addr;
  error Err;
  std::string Error() const;
  error Unwrap() const { return Err; }
  bool Timeout() const;
  bool Temporary() const;
};

// AddrError is an address that cannot be used: `address 1.2.3.4: missing port in address`.
struct AddrError {
  std::string Err;
  std::string Addr;
  std::string Error() const { return Addr.empty() ? Err : "address " + Addr + ": " + Err; }
  bool Timeout() const { return false; }
  bool Temporary() const { return false; }
};

// ParseError is a text that is no address: `invalid CIDR address: 1.2.3.4`.
struct ParseError {
  std::string Type;
  std::string Text;
  std::string Error() const { return "invalid " + Type + ": " + Text; }
  bool Timeout() const { return false; }
  bool Temporary() const { return false; }
};

// DNSError is a failed look-up: `lookup nosuchhost.example: no such host`.
struct DNSError {
  std::string Err;
  std::string Name;
  std::string Server;
  bool IsTimeout = false;
  bool IsTemporary = false;
  bool IsNotFound = false;
  std::string Error() const;
  bool Timeout() const { return IsTimeout; }
  bool Temporary() const { return IsTimeout || IsTemporary; }
};

// UnknownNetworkError: `unknown network foo`.
struct UnknownNetworkError : named<std::string> {
  using named::named;
  std::string Error() const { return "unknown network " + value; }
  bool Timeout() const { return false; }
  bool Temporary() const { return false; }
};

struct InvalidAddrError : named<std::string> {
  using named::named;
  std::string Error() const { return value; }
  bool Timeout() const { return false; }
  bool Temporary() const { return false; }
};

// Error is Go's interface net.Error: an error that says whether it is a timeout. It is nil for an error of another
// kind.
//
//   if (net::Error ne(err); ne && ne.Timeout()) retry();
//   if (net::Error ne; errors::As(err, &ne) && ne.Timeout()) retry();   // what err wraps, too
//
// An error has it that has both `bool Timeout() const` and `bool Temporary() const`: those of net:: and syscall::,
// context::DeadlineExceeded, os::ErrDeadlineExceeded, and your own. Only err itself is looked at, not what it wraps.
class error_value : public error {
 public:
  error_value() noexcept = default;
  explicit error_value(const error& err);
  bool Timeout() const { return timeout_; }
  bool Temporary() const { return temporary_; }

 private:
  bool timeout_ = false, temporary_ = false;
};
// The class has another name, for in a class named Error no method can be named so.
using Error = error_value;

}  // namespace gort::net

namespace gort::rt {

template <>
struct go_type<net::OpError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*net.OpError"); }
};
template <>
struct go_type<net::AddrError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*net.AddrError"); }
};
template <>
struct go_type<net::ParseError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*net.ParseError"); }
};
template <>
struct go_type<net::DNSError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*net.DNSError"); }
};

}  // namespace gort::rt

#endif  // GORT_NET_ERROR_H_
