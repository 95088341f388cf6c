// What the handles of several kinds of sockets have in common.
//
// Everything stands in gort::rt, so that a trace shows, as in Go, the handle's own method only.
#pragma once
#include "runtime/net/netfd.h"

namespace gort::rt {

// socket_of is the socket behind a handle; a nil handle panics with a nil dereference.
[[gnu::always_inline]] inline net::conn* socket_of(const std::shared_ptr<net::AbstractConn>& p) {
  if (p == nullptr) [[unlikely]]
    nil_access(0);
  return static_cast<net::conn*>(p.get());
}

[[gnu::always_inline]] inline net::RawConn raw_of(const std::shared_ptr<net::AbstractConn>& p) {
  socket_of(p);
  return net::access::raw(std::static_pointer_cast<net::conn>(p));
}

// listener_of is what a Listener made of a TCPListener or UnixListener points to.
template <class L>
class listener_of final : public net::AbstractListener {
 public:
  explicit listener_of(L l) : l(std::move(l)) {}
  net::AcceptResult Accept() override {
    L own = l;
    return own.Accept();
  }
  net::AcceptResult AcceptContext(const context::Context& ctx) override { return l.AcceptContext(ctx); }
  error Close() override { return l.Close(); }
  net::Addr Addr() override { return l.Addr(); }
  L l;
};

template <class L>
std::optional<L> as_listener(const net::AbstractListener* l) {
  auto* x = dynamic_cast<const listener_of<L>*>(l);
  return x == nullptr ? std::nullopt : std::optional(x->l);
}

// packets_of is what a PacketConn made of a UDPConn or UnixConn points to.
template <class C>
class packets_of final : public net::AbstractPacketConn {
 public:
  explicit packets_of(C c) : c(std::move(c)) {}
  net::ReadFromResult ReadFrom(io::Bytes b) override { return c.ReadFrom(b); }
  io::Result WriteTo(io::ConstBytes b, const net::Addr& addr) override { return c.WriteTo(b, addr); }
  error Close() override { return c.Close(); }
  net::Addr LocalAddr() override { return c.LocalAddr(); }
  error SetDeadline(time::Time t) override { return c.SetDeadline(t); }
  error SetReadDeadline(time::Time t) override { return c.SetReadDeadline(t); }
  error SetWriteDeadline(time::Time t) override { return c.SetWriteDeadline(t); }
  C c;
};

template <class C>
std::optional<C> as_packets(const net::AbstractPacketConn* p) {
  auto* x = dynamic_cast<const packets_of<C>*>(p);
  return x == nullptr ? std::nullopt : std::optional(x->c);
}

// Reading a packet: read(b) is the kind's own, whose errors get the connection's addresses. R has n, addr and err.
template <class R, class F>
[[gnu::always_inline]] inline R read_packet(net::conn* c, F&& read) {
  R r = read();
  if (r.err) r.err = c->op_error("read", std::move(r.err));
  return r;
}

// Writing one to an A: write(a) is the kind's own.
template <class A, class F>
[[gnu::always_inline]] inline io::Result write_packet_to(net::conn* c, const A& to, F&& write) {
  io::Result r = write(to);
  if (r.err) r.err = net::op_error("write", c->fd.net, c->fd.laddr, to, std::move(r.err));
  return r;
}
// The same to an address that must be an A.
template <class A, class F>
[[gnu::always_inline]] inline io::Result write_packet(net::conn* c, const net::Addr& to, F&& write) {
  if (const A* a = to.as<A>()) return write_packet_to(c, *a, write);
  return {0, net::op_error("write", c->fd.net, c->fd.laddr, to, net::invalid())};
}

// A message to addr, or on a connected socket to its peer (addr null).
template <class A>
[[gnu::always_inline]] inline net::MsgResult<A> write_message(net::conn* c, io::ConstBytes b, io::ConstBytes oob,
                                                              const A* addr) {
  auto bad = [&](error err) {
    net::Addr to = addr != nullptr ? net::Addr(*addr) : net::Addr();
    return net::MsgResult<A>{0, 0, 0, {}, net::op_error("write", c->fd.net, c->fd.laddr, to, std::move(err))};
  };
  net::rawaddr to;
  if (c->fd.isConnected && addr != nullptr) return bad(net::ErrWriteToConnected);
  if (!c->fd.isConnected && addr == nullptr && c->fd.family != AF_UNIX) return bad(net::errMissingAddress());
  if (addr != nullptr) {
    if (error err = net::endpoint::bare(*addr).to_raw(c->fd.family, &to); err)
      return bad(net::wrapSyscallError("sendmsg", err));
  }
  auto m = c->fd.pfd.WriteMsg(b, oob, to.len == 0 ? nullptr : &to.u.sa, to.len);
  if (m.err) return bad(net::wrapSyscallError("sendmsg", std::move(m.err)));
  return {m.n, m.oobn, 0, {}, nil};
}

template <class A>
[[gnu::always_inline]] inline net::MsgResult<A> read_message(net::conn* c, io::Bytes b, io::Bytes oob) {
  net::rawaddr from;
  from.len = sizeof from.u;
  auto m = c->fd.pfd.ReadMsg(b, oob, c->fd.family == AF_UNIX ? MSG_CMSG_CLOEXEC : 0, &from.u, &from.len);
  net::MsgResult<A> r{m.n, m.oobn, m.flags, {}, nil};
  if (m.err) {
    r.err = m.err == io::EOF ? m.err : c->op_error("read", net::wrapSyscallError("recvmsg", std::move(m.err)));
    return r;
  }
  if (from.len <= sizeof(sa_family_t)) return r;  // a stream, or a sender without a name
  net::Addr a = c->fd.to_addr(from);
  if (const A* known = a.as<A>()) r.addr = *known;
  return r;
}

}  // namespace gort::rt
