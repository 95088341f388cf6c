// Unix domain sockets.
#include "runtime/net/handles.h"

namespace gort::net {

// ---- UnixConn ----

[[gnu::noinline]] UnixConn::FromUnix UnixConn::readFrom(io::Bytes b) {
  netFD& fd = rt::socket_of(p_)->fd;
  rawaddr from;
  io::Result r = fd.readFrom(b, &from);
  FromUnix result{r.n, std::nullopt, std::move(r.err)};
  // A sender without a name, or a stream, gives none.
  if (result.err || from.len <= offsetof(sockaddr_un, sun_path) || from.u.sa.sa_family != AF_UNIX) return result;
  Addr a = fd.to_addr(from);
  result.addr = *a.as<UnixAddr>();
  return result;
}

[[gnu::noinline]] ReadFromResult UnixConn::ReadFrom(io::Bytes b) {
  auto r = rt::read_packet<FromUnix>(rt::socket_of(p_), [&] { return readFrom(b); });
  return {r.n, r.addr ? Addr(*r.addr) : Addr(), std::move(r.err)};
}

UnixConn::FromUnix UnixConn::ReadFromUnix(io::Bytes b) const {
  return rt::read_packet<FromUnix>(rt::socket_of(p_), [&] { return const_cast<UnixConn*>(this)->readFrom(b); });
}

[[gnu::noinline]] io::Result UnixConn::writeTo(io::ConstBytes b, const UnixAddr& addr) {
  netFD& fd = rt::socket_of(p_)->fd;
  if (fd.isConnected) return {0, ErrWriteToConnected};
  if (addr.Net != fd.net) return {0, syscall::Errno(EAFNOSUPPORT)};
  rawaddr to;
  if (error err = endpoint::bare(addr).to_raw(AF_UNIX, &to); err) return {0, wrapSyscallError("sendto", err)};
  return fd.writeTo(b, to);
}

[[gnu::noinline]] io::Result UnixConn::WriteTo(io::ConstBytes b, const Addr& addr) {
  return rt::write_packet<UnixAddr>(rt::socket_of(p_), addr, [&](const UnixAddr& a) { return writeTo(b, a); });
}

io::Result UnixConn::WriteToUnix(io::ConstBytes b, const UnixAddr& addr) const {
  return rt::write_packet_to(rt::socket_of(p_), addr,
                             [&](const UnixAddr& a) { return const_cast<UnixConn*>(this)->writeTo(b, a); });
}

MsgResult<UnixAddr> UnixConn::ReadMsgUnix(io::Bytes b, io::Bytes oob) const {
  return rt::read_message<UnixAddr>(rt::socket_of(p_), b, oob);
}
MsgResult<UnixAddr> UnixConn::WriteMsgUnix(io::ConstBytes b, io::ConstBytes oob, const UnixAddr* addr) const {
  return rt::write_message(rt::socket_of(p_), b, oob, addr);
}

error UnixConn::CloseRead() const {
  return shutdown_op(rt::socket_of(p_), SHUT_RD);
}
error UnixConn::CloseWrite() const {
  return shutdown_op(rt::socket_of(p_), SHUT_WR);
}

error UnixConn::SetReadBuffer(int bytes) const {
  return set_buffer(rt::socket_of(p_), SO_RCVBUF, bytes);
}
error UnixConn::SetWriteBuffer(int bytes) const {
  return set_buffer(rt::socket_of(p_), SO_SNDBUF, bytes);
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

AcceptResult UnixListener::AcceptContext(const context::Context& ctx) const {
  if (p_ == nullptr) return {nil, invalid()};
  netFD::accepted a = accept_context(p_, ctx);
  if (a.err) return {nil, p_->local_error("accept", std::move(a.err))};
  return {access::unix_(std::move(a.c)), nil};
}

error UnixListener::Close() const {
  if (p_ == nullptr) return invalid();
  // First the name, then the socket: somebody who listens anew on the same path keeps his file.
  p_->unlink_path();
  error err = p_->fd.Close();
  return err ? p_->local_error("close", std::move(err)) : error();
}

net::Addr UnixListener::Addr() const {
  if (p_ == nullptr) rt::nil_access(0);
  return p_->fd.laddr;
}

error UnixListener::SetDeadline(time::Time t) const {
  return p_ == nullptr ? invalid() : p_->fd.pfd.SetDeadline(t);
}

void UnixListener::SetUnlinkOnClose(bool unlink) const {
  if (p_ != nullptr) p_->unlink.store(unlink);
}

UnixListener::operator Listener() const {
  return p_ == nullptr ? Listener() : Listener(std::make_shared<rt::listener_of<UnixListener>>(*this));
}
UnixConn::operator PacketConn() const {
  return p_ == nullptr ? PacketConn() : PacketConn(std::make_shared<rt::packets_of<UnixConn>>(*this));
}

std::optional<UnixListener> access::as_unix_listener(const AbstractListener* l) {
  return rt::as_listener<UnixListener>(l);
}
std::optional<UnixConn> access::as_unix(const AbstractPacketConn* p) {
  return rt::as_packets<UnixConn>(p);
}

}  // namespace gort::net
