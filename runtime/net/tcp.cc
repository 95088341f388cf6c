// TCP: connections and listeners.
#include <netinet/tcp.h>

#include "runtime/net/handles.h"

namespace gort::net {

static std::string host_string(const IP& ip, const std::string& zone) {
  std::string s = ip ? ip.String() : "";
  return zone.empty() ? s : s + "%" + zone;
}

std::string TCPAddr::String() const {
  return JoinHostPort(host_string(IP, Zone), std::to_string(Port));
}
std::string UDPAddr::String() const {
  return JoinHostPort(host_string(IP, Zone), std::to_string(Port));
}
std::string IPAddr::String() const {
  return host_string(IP, Zone);
}

static int seconds_up(time::Duration d) {
  return static_cast<int>((d + time::Second - time::Nanosecond).Nanoseconds() / time::Second.Nanoseconds());
}

static error set_period(netFD& fd, time::Duration d) {
  int secs = seconds_up(d);
  if (error err = fd.setsockopt(IPPROTO_TCP, TCP_KEEPINTVL, secs); err) return err;
  return fd.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, secs);
}

void set_tcp_options(netFD& fd, time::Duration keepalive) {
  fd.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
  if (keepalive == 0) keepalive = 15 * time::Second;
  if (keepalive < 0) return;
  fd.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1);
  set_period(fd, keepalive);
}

// ---- TCPConn ----

error TCPConn::CloseRead() const {
  return shutdown_op(rt::socket_of(p_), SHUT_RD);
}
error TCPConn::CloseWrite() const {
  return shutdown_op(rt::socket_of(p_), SHUT_WR);
}
error TCPConn::SetNoDelay(bool noDelay) const {
  return rt::socket_of(p_)->set_option(IPPROTO_TCP, TCP_NODELAY, noDelay);
}
error TCPConn::SetKeepAlive(bool keepalive) const {
  return rt::socket_of(p_)->set_option(SOL_SOCKET, SO_KEEPALIVE, keepalive);
}
error TCPConn::SetReadBuffer(int bytes) const {
  return set_buffer(rt::socket_of(p_), SO_RCVBUF, bytes);
}
error TCPConn::SetWriteBuffer(int bytes) const {
  return set_buffer(rt::socket_of(p_), SO_SNDBUF, bytes);
}

error TCPConn::SetKeepAlivePeriod(time::Duration d) const {
  conn* c = rt::socket_of(p_);
  error err = set_period(c->fd, d);
  return err ? c->op_error("set", std::move(err)) : error();
}

error TCPConn::SetLinger(int sec) const {
  conn* c = rt::socket_of(p_);
  error err = wrapSyscallError("setsockopt", c->fd.pfd.SetsockoptLinger(sec));
  return err ? c->op_error("set", std::move(err)) : error();
}

char access::kind(const AbstractConn* p) {
  auto* c = dynamic_cast<const conn*>(p);
  if (c == nullptr) return 0;
  if (c->fd.family == AF_UNIX) return 'x';
  return c->fd.sotype == SOCK_STREAM ? 't' : 'u';
}

// ---- TCPListener ----

[[gnu::noinline]] TCPListener::Accepted TCPListener::accept() {
  netFD::accepted a = p_->fd.accept();
  if (a.err) return {nil, std::move(a.err)};
  return {access::tcp(std::move(a.c)), nil};
}

[[gnu::noinline]] AcceptResult TCPListener::Accept() {
  if (p_ == nullptr) return {nil, invalid()};
  Accepted a = accept();
  if (a.err) return {nil, p_->local_error("accept", std::move(a.err))};
  return {std::move(a.conn), nil};
}

TCPListener::Accepted TCPListener::AcceptTCP() const {
  if (p_ == nullptr) return {nil, invalid()};
  Accepted a = const_cast<TCPListener*>(this)->accept();
  if (a.err) a.err = p_->local_error("accept", std::move(a.err));
  return a;
}

AcceptResult TCPListener::AcceptContext(const context::Context& ctx) const {
  if (p_ == nullptr) return {nil, invalid()};
  netFD::accepted a = accept_context(p_, ctx);
  if (a.err) return {nil, p_->local_error("accept", std::move(a.err))};
  return {access::tcp(std::move(a.c)), nil};
}

error TCPListener::Close() const {
  if (p_ == nullptr) return invalid();
  error err = p_->fd.Close();
  return err ? p_->local_error("close", std::move(err)) : error();
}

net::Addr TCPListener::Addr() const {
  if (p_ == nullptr) rt::nil_access(0);
  return p_->fd.laddr;
}

error TCPListener::SetDeadline(time::Time t) const {
  return p_ == nullptr ? invalid() : p_->fd.pfd.SetDeadline(t);
}

TCPListener::operator Listener() const {
  return p_ == nullptr ? Listener() : Listener(std::make_shared<rt::listener_of<TCPListener>>(*this));
}

std::optional<TCPListener> access::as_tcp_listener(const AbstractListener* l) {
  return rt::as_listener<TCPListener>(l);
}

}  // namespace gort::net
