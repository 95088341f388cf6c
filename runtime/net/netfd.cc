// Sockets: making, connecting, accepting, reading and writing them.
#include "runtime/net/netfd.h"

#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <gort/func.h>

#include "runtime/net/sys.h"

namespace gort::net {

namespace sys = rt::sys;

std::string_view known_network(std::string_view network) {
  static constexpr std::string_view kNames[] = {"tcp",  "tcp4", "tcp6",     "udp",       "udp4",
                                                "udp6", "unix", "unixgram", "unixpacket"};
  for (std::string_view n : kNames)
    if (n == network) return n;
  return {};
}

error wrapSyscallError(const char* call, error err) {
  return err.is<syscall::Errno>() ? os::NewSyscallError(call, std::move(err)) : err;
}

static error call_error(const char* call, int r) {
  return os::NewSyscallError(call, syscall::Errno(-r));
}

error op_error(std::string_view op, std::string_view net, Addr source, Addr addr, error err) {
  return OpError{std::string(op), std::string(net), std::move(source), std::move(addr), std::move(err)};
}

// ---- socket addresses ----

static uint32_t zone_index(const std::string& zone) {
  if (zone.empty()) return 0;
  if (uint32_t i = if_nametoindex(zone.c_str()); i != 0) return i;
  detail::decimal d = detail::dtoi(zone);
  return d.ok ? static_cast<uint32_t>(d.n) : 0;
}

static std::string zone_name(uint32_t index) {
  if (index == 0) return "";
  char name[IF_NAMESIZE];
  return if_indextoname(index, name) != nullptr ? std::string(name) : std::to_string(index);
}

int endpoint::family() const {
  if (local) return AF_UNIX;
  return ip.size() <= IPv4len || ip.To4() ? AF_INET : AF_INET6;
}

static error unix_to_raw(const std::string& name, rawaddr* out) {
  auto& un = reinterpret_cast<sockaddr_un&>(out->u);
  if (name.size() > sizeof un.sun_path || (name.size() == sizeof un.sun_path && name[0] != '@'))
    return syscall::Errno(EINVAL);
  un.sun_family = AF_UNIX;
  memcpy(un.sun_path, name.data(), name.size());
  size_t len = offsetof(sockaddr_un, sun_path);
  if (!name.empty()) len += name.size() + 1;  // with the NUL
  if (!name.empty() && (name[0] == '@' || (name[0] == 0 && len > 3))) {
    un.sun_path[0] = 0;
    len--;  // an abstract name has none
  }
  out->len = static_cast<socklen_t>(len);
  return nil;
}

error endpoint::to_raw(int family, rawaddr* out) const {
  if (local) return unix_to_raw(name, out);
  if (family == AF_INET) {
    IP v4 = ip ? ip.To4() : IPv4zero.To4();
    if (!v4) return AddrError{"non-IPv4 address", ip.String()};
    if (port != static_cast<uint16_t>(port)) return syscall::Errno(EINVAL);
    auto& in = reinterpret_cast<sockaddr_in&>(out->u);
    in.sin_family = AF_INET;
    in.sin_port = htons(static_cast<uint16_t>(port));
    memcpy(&in.sin_addr, v4.data(), 4);
    out->len = sizeof in;
    return nil;
  }
  // Either unspecified address means all of both families.
  IP v6 = !ip || ip.Equal(IPv4zero) ? IPv6zero : ip.To16();
  if (!v6) return AddrError{"non-IPv6 address", ip.String()};
  if (port != static_cast<uint16_t>(port)) return syscall::Errno(EINVAL);
  auto& in6 = reinterpret_cast<sockaddr_in6&>(out->u);
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(static_cast<uint16_t>(port));
  in6.sin6_scope_id = zone_index(zone);
  memcpy(&in6.sin6_addr, v6.data(), 16);
  out->len = sizeof in6;
  return nil;
}

static std::string unix_name(const rawaddr& r) {
  const auto& un = reinterpret_cast<const sockaddr_un&>(r.u);
  size_t max = r.len - offsetof(sockaddr_un, sun_path);
  // A socket without a name is `@`, as one in the abstract name space begins.
  if (max == 0) return "@";
  std::string s;
  if (un.sun_path[0] == 0) s = "@";
  for (size_t i = s.size(); i < max && un.sun_path[i] != 0; i++) s += un.sun_path[i];
  return s;
}

Addr netFD::to_addr(const rawaddr& r) const {
  if (r.len < sizeof(sa_family_t)) return nil;
  if (r.u.sa.sa_family == AF_UNIX) return UnixAddr{unix_name(r), std::string(net)};
  IP ip;
  int port = 0;
  std::string zone;
  if (r.u.sa.sa_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(r.u);
    ip = IP(reinterpret_cast<const uint8_t*>(&in.sin_addr), 4);
    port = ntohs(in.sin_port);
  } else if (r.u.sa.sa_family == AF_INET6) {
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(r.u);
    ip = IP(reinterpret_cast<const uint8_t*>(&in6.sin6_addr), 16);
    port = ntohs(in6.sin6_port);
    zone = zone_name(in6.sin6_scope_id);
  } else {
    return nil;
  }
  if (sotype == SOCK_DGRAM) return UDPAddr{ip, port, zone};
  return TCPAddr{ip, port, zone};
}

// ---- dial_scope ----

// A time in the past that is not zero: makes a wait fail at once.
static time::Time long_ago() {
  return time::Unix(1, 0);
}

std::shared_ptr<dial_scope> dial_scope::make(time::Time deadline, const context::Context& ctx) {
  if (auto [limit, has] = ctx.Deadline(); has && (deadline.IsZero() || limit.Before(deadline))) deadline = limit;
  std::shared_ptr<dial_scope> s(new dial_scope(deadline, ctx));
  if (ctx.Done() == nil) return s;
  if (error err = ctx.Err(); err) {
    s->why_ = mapErr(err);
    return s;
  }
  s->stop_ = context::AfterFunc(ctx, [weak = s->weak_from_this(), ctx] {
    if (auto scope = weak.lock()) scope->cancel(mapErr(ctx.Err()));
  });
  return s;
}

dial_scope::~dial_scope() {
  if (stop_) stop_();
}

void dial_scope::cancel(error why) {
  std::lock_guard held(mu_);
  if (!why_) why_ = std::move(why);
  if (fd_ != nullptr) fd_->SetWriteDeadline(long_ago());
}

error dial_scope::canceled() {
  {
    std::lock_guard held(mu_);
    if (why_) return why_;
  }
  return ctx_.Done() == nil ? error() : mapErr(ctx_.Err());  // whose watch may not have come to it yet
}

error dial_scope::enter(poll::FD* fd) {
  std::lock_guard held(mu_);
  if (!why_) fd_ = fd;
  return why_;
}

error dial_scope::leave() {
  std::lock_guard held(mu_);
  fd_ = nullptr;
  return why_;
}

// ---- netFD ----

netFD::netFD(int sysfd, int family, int sotype, std::string_view net)
    : pfd(sysfd, sotype == SOCK_STREAM, sotype != SOCK_DGRAM, false), family(family), sotype(sotype), net(net) {
  pfd.isTCP = sotype == SOCK_STREAM && family != AF_UNIX;
}

[[gnu::noinline]] io::Result netFD::Read(io::Bytes p) {
  io::Result r = pfd.Read(p);
  if (r.err) [[unlikely]]
    r.err = wrapSyscallError("read", std::move(r.err));
  return r;
}

[[gnu::noinline]] io::Result netFD::Write(io::ConstBytes p) {
  io::Result r = pfd.Write(p);
  if (r.err) [[unlikely]]
    r.err = wrapSyscallError("write", std::move(r.err));
  return r;
}

[[gnu::noinline]] io::Result netFD::readFrom(io::Bytes p, rawaddr* from) {
  from->len = sizeof from->u;
  io::Result r = pfd.ReadFrom(p, &from->u, &from->len);
  if (r.err) r.err = wrapSyscallError("recvfrom", std::move(r.err));
  return r;
}
[[gnu::noinline]] io::Result netFD::readFromInet4(io::Bytes p, rawaddr* from) {
  io::Result r = pfd.ReadFromInet4(p, &from->u);
  from->len = sizeof(sockaddr_in);
  if (r.err) r.err = wrapSyscallError("recvfrom", std::move(r.err));
  return r;
}
[[gnu::noinline]] io::Result netFD::readFromInet6(io::Bytes p, rawaddr* from) {
  io::Result r = pfd.ReadFromInet6(p, &from->u);
  from->len = sizeof(sockaddr_in6);
  if (r.err) r.err = wrapSyscallError("recvfrom", std::move(r.err));
  return r;
}
[[gnu::noinline]] io::Result netFD::writeTo(io::ConstBytes p, const rawaddr& to) {
  io::Result r = pfd.WriteTo(p, &to.u.sa, to.len);
  if (r.err) r.err = wrapSyscallError("sendto", std::move(r.err));
  return r;
}

error netFD::shutdown(int how) {
  return wrapSyscallError("shutdown", pfd.Shutdown(how));
}
error netFD::setsockopt(int level, int name, int v) {
  return wrapSyscallError("setsockopt", pfd.SetsockoptInt(level, name, v));
}

error netFD::init() {
  int err = pfd.Init(true);
  return err == 0 ? error() : error(syscall::Errno(err));
}

std::string netFD::ctrlNetwork() const {
  std::string n(net);
  if (family != AF_UNIX && n.back() != '4' && n.back() != '6') n += family == AF_INET ? '4' : '6';
  return n;
}

Addr netFD::local_name() const {
  rawaddr r;
  r.len = sizeof r.u;
  return sys::getsockname(pfd.Sysfd, &r.u.sa, &r.len) == 0 ? to_addr(r) : Addr();
}

[[gnu::noinline]] error netFD::connect(dial_scope* scope, const rawaddr& ra) {
  // Nobody else has this socket yet, so no lock.
  int r = sys::connect(pfd.Sysfd, &ra.u.sa, ra.len);
  if (r < 0 && r != -EISCONN && r != -EINPROGRESS && r != -EALREADY && r != -EINTR) return call_error("connect", r);
  if (error err = init(); err) return err;
  if (r == 0 || r == -EISCONN) return scope != nullptr ? scope->canceled() : error();

  bool deadline = scope != nullptr && !scope->attempt.IsZero();
  if (deadline) pfd.SetWriteDeadline(scope->attempt);
  if (scope != nullptr) {
    if (error err = scope->enter(&pfd); err) return err;
  }
  error result;
  for (;;) {
    if (error err = pfd.WaitWrite(); err) {
      result = err == poll::ErrDeadlineExceeded() ? errConnectTimeout() : err;
      break;
    }
    int v = 0;
    socklen_t n = sizeof v;
    if (int bad = sys::getsockopt(pfd.Sysfd, SOL_SOCKET, SO_ERROR, &v, &n); bad < 0) {
      result = call_error("getsockopt", bad);
      break;
    }
    if (v == EINPROGRESS || v == EALREADY || v == EINTR) continue;
    if (v != 0 && v != EISCONN) {
      result = call_error("connect", -v);
      break;
    }
    rawaddr peer;
    peer.len = sizeof peer.u;
    if (v == EISCONN || sys::getpeername(pfd.Sysfd, &peer.u.sa, &peer.len) == 0) break;
    // A wake-up for another reason: not connected yet.
  }
  if (scope != nullptr) {
    // A cancel that came too late to stop the connect has left a deadline in the past on the socket: it is of no use
    // any more.
    if (error why = scope->leave(); why) return why == errTimeout() ? errConnectTimeout() : why;
  }
  if (deadline) pfd.SetWriteDeadline({});
  return result;
}

[[gnu::noinline]] error netFD::dial(dial_scope* scope, const endpoint* la, const endpoint* ra,
                                    const control_fn* control) {
  if (control != nullptr && *control) {
    std::string addr = ra != nullptr ? ra->addr.String() : la != nullptr ? la->addr.String() : "";
    if (error err = (*control)(ctrlNetwork(), addr, pfd.Sysfd); err) return err;
  }
  if (la != nullptr) {
    rawaddr l;
    if (error err = la->to_raw(family, &l); err) return wrapSyscallError("bind", err);
    if (int r = sys::bind(pfd.Sysfd, &l.u.sa, l.len); r < 0) return call_error("bind", r);
  }
  if (ra != nullptr) {
    rawaddr r;
    if (error err = ra->to_raw(family, &r); err) return wrapSyscallError("connect", err);
    if (error err = connect(scope, r); err) return err;
    isConnected = true;
  } else {
    if (error err = init(); err) return err;
  }
  laddr = local_name();
  rawaddr peer;
  peer.len = sizeof peer.u;
  if (sys::getpeername(pfd.Sysfd, &peer.u.sa, &peer.len) == 0)
    raddr = to_addr(peer);
  else if (ra != nullptr)
    raddr = ra->addr;
  return nil;
}

error netFD::bind(const endpoint& la, const control_fn* control) {
  rawaddr l;
  if (error err = la.to_raw(family, &l); err) return wrapSyscallError("bind", err);
  if (control != nullptr && *control) {
    if (error err = (*control)(ctrlNetwork(), la.addr.String(), pfd.Sysfd); err) return err;
  }
  if (int r = sys::bind(pfd.Sysfd, &l.u.sa, l.len); r < 0) return call_error("bind", r);
  return nil;
}

// The length of the queue of connections to be accepted: the system's limit.
static int listener_backlog() {
  static const int n = [] {
    char buf[32] = {};
    int fd = ::open("/proc/sys/net/core/somaxconn", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return SOMAXCONN;
    ssize_t got = ::read(fd, buf, sizeof buf - 1);
    ::close(fd);
    detail::decimal d = detail::dtoi(std::string_view(buf, got > 0 ? static_cast<size_t>(got) : 0));
    return d.ok && d.n > 0 ? d.n : SOMAXCONN;
  }();
  return n;
}

error netFD::listenStream(const endpoint& la, const control_fn* control) {
  if (int r = sys::setsockopt_int(pfd.Sysfd, SOL_SOCKET, SO_REUSEADDR, 1); r < 0) return call_error("setsockopt", r);
  if (error err = bind(la, control); err) return err;
  if (int r = sys::listen(pfd.Sysfd, listener_backlog()); r < 0) return call_error("listen", r);
  if (error err = init(); err) return err;
  laddr = local_name();
  return nil;
}

error netFD::listenDatagram(const endpoint& la, const control_fn* control) {
  // Several sockets may receive one multicast group on one port, each bound to the unspecified address.
  endpoint any = la;
  if (!la.local && la.ip.IsMulticast()) {
    if (int r = sys::setsockopt_int(pfd.Sysfd, SOL_SOCKET, SO_REUSEADDR, 1); r < 0) return call_error("setsockopt", r);
    any.ip = family == AF_INET ? IPv4zero : IPv6unspecified;
  }
  if (error err = bind(any, control); err) return err;
  if (error err = init(); err) return err;
  laddr = local_name();
  return nil;
}

[[gnu::noinline]] netFD::accepted netFD::accept() {
  return adopt(pfd.Accept());
}
[[gnu::noinline]] netFD::accepted netFD::acceptUnless(const std::atomic<bool>* abandoned) {
  return adopt(pfd.AcceptUnless(abandoned));
}

netFD::accepted netFD::adopt(poll::FD::accepted a) {
  if (a.fd < 0 && !a.err) return {};
  if (a.err) return {nullptr, a.call[0] != 0 ? wrapSyscallError(a.call, std::move(a.err)) : std::move(a.err)};
  auto c = std::make_shared<conn>(a.fd, family, sotype, net);
  if (error err = c->fd.init(); err) return {nullptr, err};
  c->fd.isConnected = true;
  c->fd.raddr = to_addr({a.from, a.fromlen});
  // On a listener with a specific address the connection's is the same; on one for all addresses the system must be
  // asked.
  const TCPAddr* own = laddr.as<TCPAddr>();
  c->fd.laddr = own != nullptr && !own->IP.IsUnspecified() ? laddr : c->fd.local_name();
  return {std::move(c), nil};
}

namespace {

// A context that may end while an Accept waits. Whichever of the two is over first takes the state with it.
struct accept_watch {
  explicit accept_watch(std::shared_ptr<conn> l) : listener(std::move(l)) {}
  enum : int { kWaiting, kEnded, kOver };
  std::atomic<int> state{kWaiting};
  std::atomic<bool> abandoned{false};
  const std::shared_ptr<conn> listener;
};

}  // namespace

netFD::accepted accept_context(const std::shared_ptr<conn>& l, const context::Context& ctx) {
  if (ctx == nil) panic("nil context");
  if (error why = ctx.Err(); why) return {nullptr, mapErr(why)};
  if (ctx.Done() == nil) return l->fd.accept();
  auto watch = std::make_shared<accept_watch>(l);
  auto stop = context::AfterFunc(ctx, [watch] {
    if (watch->state.exchange(accept_watch::kEnded) == accept_watch::kWaiting)
      watch->listener->fd.pfd.begin_abandon(&watch->abandoned);
  });
  netFD::accepted a = l->fd.acceptUnless(&watch->abandoned);
  stop();
  if (watch->state.exchange(accept_watch::kOver) == accept_watch::kEnded) l->fd.pfd.end_abandon();
  if (a.c == nullptr && !a.err) a.err = mapErr(ctx.Err());
  return a;
}

AcceptResult AbstractListener::AcceptContext(const context::Context& ctx) {
  if (ctx == nil) panic("nil context");
  if (error why = ctx.Err(); why) return {nil, op_error("accept", Addr().Network(), nil, Addr(), mapErr(why))};
  return Accept();
}

// ---- making sockets ----

static error default_options(int s, int family, int sotype, bool ipv6only) {
  if (family == AF_INET6) sys::setsockopt_int(s, IPPROTO_IPV6, IPV6_V6ONLY, ipv6only);
  if (sotype == SOCK_DGRAM && family != AF_UNIX) {
    if (int r = sys::setsockopt_int(s, SOL_SOCKET, SO_BROADCAST, 1); r < 0) return call_error("setsockopt", r);
  }
  return nil;
}

[[gnu::noinline]] static Socket socket(dial_scope* scope, std::string_view net, int family, int sotype, bool ipv6only,
                                       const endpoint* laddr, const endpoint* raddr, const control_fn* control) {
  int s = sys::socket(family, sotype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (s < 0) return {nullptr, call_error("socket", s)};
  auto c = std::make_shared<conn>(s, family, sotype, net);  // closes s when it goes
  if (error err = default_options(s, family, sotype, ipv6only); err) return {nullptr, err};
  error err;
  if (laddr != nullptr && raddr == nullptr)
    err = sotype == SOCK_DGRAM ? c->fd.listenDatagram(*laddr, control) : c->fd.listenStream(*laddr, control);
  else
    err = c->fd.dial(scope, laddr, raddr, control);
  if (err) return {nullptr, err};
  return {std::move(c), nil};
}

// What the system's IP stack can do, found out once.
struct ip_stack {
  bool v4 = false, v6 = false, v4_in_v6 = false;
};

static const ip_stack& stack() {
  static const ip_stack caps = [] {
    ip_stack r;
    if (int s = sys::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP); s >= 0) {
      r.v4 = true;
      sys::close(s);
    }
    const IP probes[] = {IPv6loopback, IPv4(127, 0, 0, 1)};
    for (int i = 0; i < 2; i++) {
      int s = sys::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
      if (s < 0) continue;
      sys::setsockopt_int(s, IPPROTO_IPV6, IPV6_V6ONLY, i == 0);
      endpoint e;
      e.ip = probes[i];
      rawaddr a;
      if (!e.to_raw(AF_INET6, &a) && sys::bind(s, &a.u.sa, a.len) == 0) (i == 0 ? r.v6 : r.v4_in_v6) = true;
      sys::close(s);
    }
    return r;
  }();
  return caps;
}

// The address family for a socket. Listening on the unspecified address of network tcp or udp means both families, by
// one IPv6 socket.
static int favorite_family(std::string_view net, const endpoint* laddr, const endpoint* raddr, bool dial,
                           bool* ipv6only) {
  *ipv6only = net.back() == '6';
  if (net.back() == '4') return AF_INET;
  if (net.back() == '6') return AF_INET6;
  if (!dial && (laddr == nullptr || laddr->isWildcard())) {
    if (stack().v4_in_v6 || !stack().v4) return AF_INET6;
    return laddr == nullptr ? AF_INET : laddr->family();
  }
  bool v4 = (laddr == nullptr || laddr->family() == AF_INET) && (raddr == nullptr || raddr->family() == AF_INET);
  return v4 ? AF_INET : AF_INET6;
}

[[gnu::noinline]] Socket internetSocket(dial_scope* scope, std::string_view net, const endpoint* laddr,
                                        const endpoint* raddr, int sotype, bool dial, const control_fn* control) {
  bool ipv6only;
  int family = favorite_family(net, laddr, raddr, dial, &ipv6only);
  return socket(scope, net, family, sotype, ipv6only, laddr, raddr, control);
}

[[gnu::noinline]] Socket unixSocket(dial_scope* scope, std::string_view net, const endpoint* laddr,
                                    const endpoint* raddr, bool dial, const control_fn* control) {
  int sotype = net == "unix" ? SOCK_STREAM : net == "unixgram" ? SOCK_DGRAM : SOCK_SEQPACKET;
  if (dial) {
    if (laddr != nullptr && laddr->isWildcard()) laddr = nullptr;
    if (raddr != nullptr && raddr->isWildcard()) raddr = nullptr;
    if (raddr == nullptr && (sotype != SOCK_DGRAM || laddr == nullptr)) return {nullptr, errMissingAddress()};
  }
  return socket(scope, net, AF_UNIX, sotype, false, laddr, raddr, control);
}

// ---- conn ----

error conn::op_error(const char* op, error err) const {
  return net::op_error(op, fd.net, fd.laddr, fd.raddr, std::move(err));
}
error conn::local_error(const char* op, error err) const {
  return net::op_error(op, fd.net, nil, fd.laddr, std::move(err));
}

[[gnu::noinline]] io::Result conn::Read(io::Bytes b) {
  io::Result r = fd.Read(b);
  if (r.err && r.err != io::EOF) [[unlikely]]
    r.err = op_error("read", std::move(r.err));
  return r;
}

[[gnu::noinline]] io::Result conn::Write(io::ConstBytes b) {
  io::Result r = fd.Write(b);
  if (r.err) [[unlikely]]
    r.err = op_error("write", std::move(r.err));
  return r;
}

[[gnu::noinline]] error conn::Close() {
  error err = fd.Close();
  return err ? op_error("close", std::move(err)) : error();
}

conn::~conn() {
  unlink_path();
}

void conn::unlink_path() {
  if (!unlink.exchange(false)) return;
  const UnixAddr* a = fd.laddr.as<UnixAddr>();
  if (a != nullptr && !a->Name.empty() && a->Name[0] != '@') ::unlink(a->Name.c_str());
}

error conn::SetDeadline(time::Time t) {
  error err = fd.pfd.SetDeadline(t);
  return err ? local_error("set", std::move(err)) : error();
}
error conn::SetReadDeadline(time::Time t) {
  error err = fd.pfd.SetReadDeadline(t);
  return err ? local_error("set", std::move(err)) : error();
}
error conn::SetWriteDeadline(time::Time t) {
  error err = fd.pfd.SetWriteDeadline(t);
  return err ? local_error("set", std::move(err)) : error();
}

error invalid() {
  return syscall::Errno(EINVAL);
}

error shutdown_op(conn* c, int how) {
  error err = c->fd.shutdown(how);
  return err ? c->op_error("close", std::move(err)) : error();
}

error set_buffer(conn* c, int name, int bytes) {
  error err = c->fd.setsockopt(SOL_SOCKET, name, bytes);
  return err ? c->local_error("set", std::move(err)) : error();
}

error conn::set_option(int level, int name, int v) {
  error err = fd.setsockopt(level, name, v);
  return err ? op_error("set", std::move(err)) : error();
}

}  // namespace gort::net
