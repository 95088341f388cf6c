// Unix domain sockets.
#include "runtime/net/netfd.h"

namespace gort::net {

// ---- UnixConn ----

conn* UnixConn::socket() const {
  return static_cast<conn*>(p_.get());
}

[[gnu::noinline]] ReadFromResult UnixConn::readFrom(io::Bytes b) {
  netFD& fd = socket()->fd;
  rawaddr from;
  io::Result r = fd.readFrom(b, &from);
  // A sender without a name, or a stream, gives none.
  bool named = !r.err && from.len > offsetof(sockaddr_un, sun_path) && from.u.sa.sa_family == AF_UNIX;
  return {r.n, named ? fd.to_addr(from) : Addr(), std::move(r.err)};
}

[[gnu::noinline]] ReadFromResult UnixConn::ReadFrom(io::Bytes b) {
  conn* c = socket();
  if (c == nullptr) return {0, nil, invalid()};
  ReadFromResult r = readFrom(b);
  if (r.err) r.err = c->op_error("read", std::move(r.err));
  return r;
}

[[gnu::noinline]] io::Result UnixConn::writeTo(io::ConstBytes b, const UnixAddr& addr) {
  netFD& fd = socket()->fd;
  if (fd.isConnected) return {0, ErrWriteToConnected};
  if (addr.Net != fd.net) return {0, syscall::Errno(EAFNOSUPPORT)};
  rawaddr to;
  endpoint e;
  e.local = true;
  e.name = addr.Name;
  if (error err = e.to_raw(AF_UNIX, &to); err) return {0, wrapSyscallError("sendto", err)};
  return fd.writeTo(b, to);
}

[[gnu::noinline]] io::Result UnixConn::WriteTo(io::ConstBytes b, const Addr& addr) {
  conn* c = socket();
  if (c == nullptr) return {0, invalid()};
  const UnixAddr* a = addr.as<UnixAddr>();
  if (a == nullptr) return {0, op_error("write", c->fd.net, c->fd.laddr, addr, invalid())};
  io::Result r = writeTo(b, *a);
  if (r.err) r.err = op_error("write", c->fd.net, c->fd.laddr, addr, std::move(r.err));
  return r;
}

error UnixConn::CloseRead() const {
  return shutdown_op(socket(), SHUT_RD);
}
error UnixConn::CloseWrite() const {
  return shutdown_op(socket(), SHUT_WR);
}

error UnixConn::SetReadBuffer(int bytes) const {
  return set_buffer(socket(), SO_RCVBUF, bytes);
}
error UnixConn::SetWriteBuffer(int bytes) const {
  return set_buffer(socket(), SO_SNDBUF, bytes);
}

// ---- UnixListener ----

[[gnu::noinline]] UnixListener::Accepted UnixListener::accept() {
  netFD::accepted a = p_->fd.accept();
  if (a.err) return {nil, std::move(a.err)};
  return {access::unix_(std::move(a.c)), nil};
}

[[gnu::noinline]] AcceptResult UnixListener::Accept() {
  if (p_ == nullptr) return {nil, invalid()};
  Accepted a = accept();
  if (a.err) return {nil, p_->local_error("accept", std::move(a.err))};
  return {std::move(a.conn), nil};
}

UnixListener::Accepted UnixListener::AcceptUnix() const {
  if (p_ == nullptr) return {nil, invalid()};
  Accepted a = const_cast<UnixListener*>(this)->accept();
  if (a.err) a.err = p_->local_error("accept", std::move(a.err));
  return a;
}

error UnixListener::Close() const {
  if (p_ == nullptr) return invalid();
  // First the name, then the socket: somebody who listens anew on the same path keeps his file.
  p_->unlink_path();
  error err = p_->fd.Close();
  return err ? p_->local_error("close", std::move(err)) : error();
}

net::Addr UnixListener::Addr() const {
  if (p_ == nullptr) rt::panicmem();
  return p_->fd.laddr;
}

error UnixListener::SetDeadline(time::Time t) const {
  return p_ == nullptr ? invalid() : p_->fd.pfd.SetDeadline(t);
}

void UnixListener::SetUnlinkOnClose(bool unlink) const {
  if (p_ != nullptr) p_->unlink.store(unlink);
}

}  // namespace gort::net

namespace gort::rt {

class unix_listener final : public net::AbstractListener {
 public:
  explicit unix_listener(net::UnixListener l) : l(std::move(l)) {}
  net::AcceptResult Accept() override {
    net::UnixListener own = l;
    return own.Accept();
  }
  error Close() override { return l.Close(); }
  net::Addr Addr() override { return l.Addr(); }
  net::UnixListener l;
};

class unix_packets final : public net::AbstractPacketConn {
 public:
  explicit unix_packets(net::UnixConn c) : c(std::move(c)) {}
  net::ReadFromResult ReadFrom(io::Bytes b) override { return c.ReadFrom(b); }
  io::Result WriteTo(io::ConstBytes b, const net::Addr& addr) override { return c.WriteTo(b, addr); }
  error Close() override { return c.Close(); }
  net::Addr LocalAddr() override { return c.LocalAddr(); }
  error SetDeadline(time::Time t) override { return c.SetDeadline(t); }
  error SetReadDeadline(time::Time t) override { return c.SetReadDeadline(t); }
  error SetWriteDeadline(time::Time t) override { return c.SetWriteDeadline(t); }
  net::UnixConn c;
};

}  // namespace gort::rt

namespace gort::net {

UnixListener::operator Listener() const {
  return p_ == nullptr ? Listener() : Listener(std::make_shared<rt::unix_listener>(*this));
}
UnixConn::operator PacketConn() const {
  return p_ == nullptr ? PacketConn() : PacketConn(std::make_shared<rt::unix_packets>(*this));
}

std::optional<UnixListener> access::as_unix_listener(const AbstractListener* l) {
  auto* u = dynamic_cast<const rt::unix_listener*>(l);
  return u == nullptr ? std::nullopt : std::optional(u->l);
}
std::optional<UnixConn> access::as_unix(const AbstractPacketConn* p) {
  auto* u = dynamic_cast<const rt::unix_packets*>(p);
  return u == nullptr ? std::nullopt : std::optional(u->c);
}

}  // namespace gort::net
