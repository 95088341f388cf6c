// UDP sockets.
#include "runtime/net/netfd.h"

namespace gort::net {

conn* UDPConn::socket() const {
  return static_cast<conn*>(p_.get());
}

static UDPAddr sender(const rawaddr& from, const netFD& fd) {
  if (fd.family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(from.u);
    return {IP(reinterpret_cast<const uint8_t*>(&in.sin_addr), 4), ntohs(in.sin_port), ""};
  }
  Addr a = fd.to_addr(from);
  const UDPAddr* u = a.as<UDPAddr>();
  return u != nullptr ? *u : UDPAddr();
}

[[gnu::noinline]] UDPConn::FromUDP UDPConn::readFrom(io::Bytes b) {
  netFD& fd = socket()->fd;
  rawaddr from;
  io::Result r = fd.family == AF_INET ? fd.readFromInet4(b, &from) : fd.readFromInet6(b, &from);
  if (r.err) return {r.n, {}, std::move(r.err)};
  return {r.n, sender(from, fd), nil};
}

[[gnu::noinline]] UDPConn::FromUDP UDPConn::readFromUDP(io::Bytes b) {
  conn* c = socket();
  if (c == nullptr) return {0, {}, invalid()};
  FromUDP r = readFrom(b);
  if (r.err) r.err = c->op_error("read", std::move(r.err));
  return r;
}

[[gnu::noinline]] ReadFromResult UDPConn::ReadFrom(io::Bytes b) {
  FromUDP r = readFromUDP(b);
  if (r.err) return {r.n, nil, std::move(r.err)};
  return {r.n, std::move(r.addr), nil};
}

UDPConn::FromUDP UDPConn::ReadFromUDP(io::Bytes b) const {
  return const_cast<UDPConn*>(this)->readFromUDP(b);
}

[[gnu::noinline]] io::Result UDPConn::writeTo(io::ConstBytes b, const UDPAddr& addr) {
  netFD& fd = socket()->fd;
  if (fd.isConnected) return {0, ErrWriteToConnected};
  rawaddr to;
  endpoint e;
  e.ip = addr.IP;
  e.port = addr.Port;
  e.zone = addr.Zone;
  if (error err = e.to_raw(fd.family, &to); err) return {0, err};
  return fd.writeTo(b, to);
}

io::Result UDPConn::WriteToUDP(io::ConstBytes b, const UDPAddr& addr) const {
  conn* c = socket();
  if (c == nullptr) return {0, invalid()};
  io::Result r = const_cast<UDPConn*>(this)->writeTo(b, addr);
  if (r.err) r.err = op_error("write", c->fd.net, c->fd.laddr, addr, std::move(r.err));
  return r;
}

[[gnu::noinline]] io::Result UDPConn::WriteTo(io::ConstBytes b, const Addr& addr) {
  conn* c = socket();
  if (c == nullptr) return {0, invalid()};
  const UDPAddr* a = addr.as<UDPAddr>();
  if (a == nullptr) return {0, op_error("write", c->fd.net, c->fd.laddr, addr, invalid())};
  io::Result r = writeTo(b, *a);
  if (r.err) r.err = op_error("write", c->fd.net, c->fd.laddr, addr, std::move(r.err));
  return r;
}

error UDPConn::SetReadBuffer(int bytes) const {
  return set_buffer(socket(), SO_RCVBUF, bytes);
}
error UDPConn::SetWriteBuffer(int bytes) const {
  return set_buffer(socket(), SO_SNDBUF, bytes);
}

}  // namespace gort::net

namespace gort::rt {

class udp_packets final : public net::AbstractPacketConn {
 public:
  explicit udp_packets(net::UDPConn c) : c(std::move(c)) {}
  net::ReadFromResult ReadFrom(io::Bytes b) override { return c.ReadFrom(b); }
  io::Result WriteTo(io::ConstBytes b, const net::Addr& addr) override { return c.WriteTo(b, addr); }
  error Close() override { return c.Close(); }
  net::Addr LocalAddr() override { return c.LocalAddr(); }
  error SetDeadline(time::Time t) override { return c.SetDeadline(t); }
  error SetReadDeadline(time::Time t) override { return c.SetReadDeadline(t); }
  error SetWriteDeadline(time::Time t) override { return c.SetWriteDeadline(t); }
  net::UDPConn c;
};

}  // namespace gort::rt

namespace gort::net {

UDPConn::operator PacketConn() const {
  return p_ == nullptr ? PacketConn() : PacketConn(std::make_shared<rt::udp_packets>(*this));
}

std::optional<UDPConn> access::as_udp(const AbstractPacketConn* p) {
  auto* u = dynamic_cast<const rt::udp_packets*>(p);
  return u == nullptr ? std::nullopt : std::optional(u->c);
}

}  // namespace gort::net
