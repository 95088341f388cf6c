// UDP sockets.
#include "runtime/net/handles.h"

namespace gort::net {

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
  netFD& fd = rt::socket_of(p_)->fd;
  rawaddr from;
  io::Result r = fd.family == AF_INET ? fd.readFromInet4(b, &from) : fd.readFromInet6(b, &from);
  if (r.err) return {r.n, {}, std::move(r.err)};
  return {r.n, sender(from, fd), nil};
}

[[gnu::noinline]] UDPConn::FromUDP UDPConn::readFromUDP(io::Bytes b) {
  return rt::read_packet<FromUDP>(rt::socket_of(p_), [&] { return readFrom(b); });
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
  netFD& fd = rt::socket_of(p_)->fd;
  if (fd.isConnected) return {0, ErrWriteToConnected};
  rawaddr to;
  if (error err = endpoint::bare(addr).to_raw(fd.family, &to); err) return {0, wrapSyscallError("sendto", err)};
  return fd.writeTo(b, to);
}

io::Result UDPConn::WriteToUDP(io::ConstBytes b, const UDPAddr& addr) const {
  return rt::write_packet_to(rt::socket_of(p_), addr,
                             [&](const UDPAddr& a) { return const_cast<UDPConn*>(this)->writeTo(b, a); });
}

[[gnu::noinline]] io::Result UDPConn::WriteTo(io::ConstBytes b, const Addr& addr) {
  return rt::write_packet<UDPAddr>(rt::socket_of(p_), addr, [&](const UDPAddr& a) { return writeTo(b, a); });
}

MsgResult<UDPAddr> UDPConn::ReadMsgUDP(io::Bytes b, io::Bytes oob) const {
  return rt::read_message<UDPAddr>(rt::socket_of(p_), b, oob);
}
MsgResult<UDPAddr> UDPConn::WriteMsgUDP(io::ConstBytes b, io::ConstBytes oob, const UDPAddr* addr) const {
  return rt::write_message(rt::socket_of(p_), b, oob, addr);
}

error UDPConn::SetReadBuffer(int bytes) const {
  return set_buffer(rt::socket_of(p_), SO_RCVBUF, bytes);
}
error UDPConn::SetWriteBuffer(int bytes) const {
  return set_buffer(rt::socket_of(p_), SO_SNDBUF, bytes);
}

UDPConn::operator PacketConn() const {
  return p_ == nullptr ? PacketConn() : PacketConn(std::make_shared<rt::packets_of<UDPConn>>(*this));
}

std::optional<UDPConn> access::as_udp(const AbstractPacketConn* p) {
  return rt::as_packets<UDPConn>(p);
}

}  // namespace gort::net
