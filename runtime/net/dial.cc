// Dial and Listen in all forms.
#include <algorithm>

#include <gort/chan.h>
#include <gort/func.h>
#include <gort/go.h>
#include <gort/net/dial.h>
#include <gort/select.h>
#include <gort/time/sleep.h>

#include "runtime/net/netfd.h"
#include "runtime/net/sys.h"

namespace gort::net {

// The deadline for one of several addresses: an equal share of what is left, but not less than two seconds while there
// is that much.
time::Time partial_deadline(time::Time now, time::Time deadline, size_t addresses) {
  time::Duration left = deadline.Sub(now);
  time::Duration each =
      std::max(left / static_cast<int64_t>(addresses), std::min<time::Duration>(left, 2 * time::Second));
  return now.Add(each);
}

namespace {

struct Dialed {
  Conn conn;
  error err;
};

// sysDialer is one dial: options, network and address.
struct sysDialer {
  Dialer d;
  context::Context ctx;
  std::string_view network;  // a literal

  Dialed dialParallel(time::Time deadline, std::vector<endpoint> primaries, std::vector<endpoint> fallbacks);
  Dialed dialSerial(dial_scope* scope, const std::vector<endpoint>& ras);
  Dialed dialSingle(dial_scope* scope, const endpoint& ra);
  Dialed dialTCP(dial_scope* scope, const endpoint* la, const endpoint& ra);
  Dialed dialUDP(dial_scope* scope, const endpoint* la, const endpoint& ra);
  Dialed dialUnix(dial_scope* scope, const endpoint* la, const endpoint& ra);
};

error fail(const sysDialer& sd, const Addr& source, const Addr& addr, error err) {
  return op_error("dial", sd.network, source, addr, std::move(err));
}

time::Time earlier(time::Time a, time::Time b) {
  if (a.IsZero()) return b;
  return b.IsZero() || a.Before(b) ? a : b;
}

// The kernel may pick the very port as source that is dialed, and connect the socket to itself.
bool self_connect(const Socket& s) {
  if (s.err) return false;
  const TCPAddr* l = s.c->fd.laddr.as<TCPAddr>();
  const TCPAddr* r = s.c->fd.raddr.as<TCPAddr>();
  return l == nullptr || r == nullptr || (l->Port == r->Port && l->IP.Equal(r->IP));
}

[[gnu::noinline]] Dialed sysDialer::dialTCP(dial_scope* scope, const endpoint* la, const endpoint& ra) {
  Socket s = internetSocket(scope, network, la, &ra, SOCK_STREAM, true, &d.Control);
  for (int i = 0; i < 2 && (la == nullptr || la->port == 0) &&
                  (self_connect(s) || errors::Is(s.err, syscall::Errno(EADDRNOTAVAIL)));
       i++)
    s = internetSocket(scope, network, la, &ra, SOCK_STREAM, true, &d.Control);
  if (s.err) return {nil, s.err};
  set_tcp_options(s.c->fd, d.KeepAlive);
  return {access::tcp(std::move(s.c)), nil};
}

[[gnu::noinline]] Dialed sysDialer::dialUDP(dial_scope* scope, const endpoint* la, const endpoint& ra) {
  Socket s = internetSocket(scope, network, la, &ra, SOCK_DGRAM, true, &d.Control);
  if (s.err) return {nil, s.err};
  return {access::udp(std::move(s.c)), nil};
}

[[gnu::noinline]] Dialed sysDialer::dialUnix(dial_scope* scope, const endpoint* la, const endpoint& ra) {
  Socket s = unixSocket(scope, network, la, &ra, true, &d.Control);
  if (s.err) return {nil, s.err};
  return {access::unix_(std::move(s.c)), nil};
}

[[gnu::noinline]] Dialed sysDialer::dialSingle(dial_scope* scope, const endpoint& ra) {
  std::optional<endpoint> la;
  if (auto* t = d.LocalAddr.as<TCPAddr>()) la = endpoint::of(*t);
  if (auto* u = d.LocalAddr.as<UDPAddr>()) la = endpoint::of(*u);
  if (auto* x = d.LocalAddr.as<UnixAddr>()) la = endpoint::of(*x);
  const endpoint* l = la ? &*la : nullptr;
  Dialed r = ra.local ? dialUnix(scope, l, ra) : network[0] == 't' ? dialTCP(scope, l, ra) : dialUDP(scope, l, ra);
  if (r.err) r.err = fail(*this, d.LocalAddr, ra.addr, std::move(r.err));
  return r;
}

// One address after the other; the first one's error is the one to tell.
[[gnu::noinline]] Dialed sysDialer::dialSerial(dial_scope* scope, const std::vector<endpoint>& ras) {
  error first;
  for (size_t i = 0; i < ras.size(); i++) {
    if (error why = scope->canceled(); why) return {nil, fail(*this, d.LocalAddr, ras[i].addr, why)};
    time::Time now = time::Now();
    time::Time deadline = scope->deadline;
    if (!deadline.IsZero() && !now.Before(deadline)) {
      if (!first) first = fail(*this, d.LocalAddr, ras[i].addr, errTimeout());
      break;
    }
    scope->attempt = deadline.IsZero() ? deadline : partial_deadline(now, deadline, ras.size() - i);
    Dialed r = dialSingle(scope, ras[i]);
    if (!r.err) return r;
    if (!first) first = std::move(r.err);
  }
  return {nil, first ? first : fail(*this, nil, nil, errMissingAddress())};
}

// Two lists side by side: the second starts after a delay, or when the first has failed. The loser's connection is
// closed when its handle goes.
[[gnu::noinline]] Dialed sysDialer::dialParallel(time::Time deadline, std::vector<endpoint> primaries,
                                                 std::vector<endpoint> fallbacks) {
  if (fallbacks.empty()) return dialSerial(dial_scope::make(deadline, ctx).get(), primaries);

  struct result {
    Dialed r;
    bool primary;
  };
  auto results = make_chan<result>(2);
  auto race = [&](std::vector<endpoint> ras, bool primary) {
    auto mine = dial_scope::make(deadline, ctx);
    go([sd = *this, ras = std::move(ras), primary, results, mine]() mutable {
      Dialed r = sd.dialSerial(mine.get(), ras);
      results.send({std::move(r), primary});
    });
    return mine;
  };
  std::shared_ptr<dial_scope> racers[2] = {race(std::move(primaries), true), nullptr};
  auto timer = time::NewTimer(d.FallbackDelay > 0 ? d.FallbackDelay : 300 * time::Millisecond);
  error primary_err;
  int failed = 0;
  for (;;) {
    result got;
    int which = select(recv(timer->C), recv(results, [&](result r) { got = std::move(r); }));
    if (which == 0) {
      racers[1] = race(std::move(fallbacks), false);
      continue;
    }
    if (!got.r.err) {
      timer->Stop();
      const auto& loser = racers[got.primary ? 1 : 0];
      if (loser != nullptr) loser->cancel(errCanceled());
      return std::move(got.r);
    }
    if (got.primary) primary_err = std::move(got.r.err);
    if (++failed == 2) return {nil, primary_err};
    if (got.primary && timer->Stop()) racers[1] = race(std::move(fallbacks), false);
  }
}

std::string_view kind_of(std::string_view net) {
  return net.substr(0, net.substr(0, 4) == "unix" ? 4 : 3);
}

}  // namespace

// ---- Dial ----

[[gnu::noinline]] DialResult Dialer::DialContext(const context::Context& ctx, std::string_view network,
                                                 std::string_view address) const {
  if (ctx == nil) panic("nil context");
  time::Time deadline = Deadline;
  if (Timeout != 0) deadline = earlier(deadline, time::Now().Add(Timeout));
  AddrList list = resolveAddrList(dial_scope::make(deadline, ctx).get(), true, network, address, LocalAddr);
  if (list.err) return {nil, op_error("dial", network, nil, nil, std::move(list.err))};
  sysDialer sd{*this, ctx, known_network(network)};
  if (ControlContext)
    sd.d.Control = [ctx, control = ControlContext](std::string_view network, std::string_view address, int fd) {
      return control(ctx, network, address, fd);
    };
  std::vector<endpoint> primaries, fallbacks;
  bool both = FallbackDelay >= 0 && network == "tcp";
  for (endpoint& e : list.addrs) {
    bool second =
        both && !primaries.empty() && static_cast<bool>(e.ip.To4()) != static_cast<bool>(primaries[0].ip.To4());
    (second ? fallbacks : primaries).push_back(std::move(e));
  }
  Dialed r = sd.dialParallel(deadline, std::move(primaries), std::move(fallbacks));
  return {std::move(r.conn), std::move(r.err)};
}

[[gnu::noinline]] DialResult Dialer::Dial(std::string_view network, std::string_view address) {
  return DialContext(context::Background(), network, address);
}

DialResult Dial(std::string_view network, std::string_view address) {
  return Dialer().Dial(network, address);
}

DialResult DialTimeout(std::string_view network, std::string_view address, time::Duration timeout) {
  Dialer d;
  d.Timeout = timeout;
  return d.Dial(network, address);
}

template <class A>
static Addr addr_or_nil(const A* a) {
  return a != nullptr ? Addr(*a) : Addr();
}

// What DialTCP, DialUDP and DialUnix have in common.
template <class A>
static Socket dial_kind(std::string_view kind, std::string_view network, const A* laddr, const A* raddr, int sotype) {
  std::string_view net = known_network(network);
  Addr source = addr_or_nil(laddr), addr = addr_or_nil(raddr);
  auto bad = [&](error err) { return Socket{nullptr, op_error("dial", network, source, addr, std::move(err))}; };
  if (net.empty() || kind_of(net) != kind) return bad(UnknownNetworkError(std::string(network)));
  if (raddr == nullptr && kind != "unix") return bad(errMissingAddress());
  std::optional<endpoint> la, ra;
  if (laddr != nullptr) la = endpoint::of(*laddr);
  if (raddr != nullptr) ra = endpoint::of(*raddr);
  auto scope = dial_scope::make(time::Time());
  const endpoint* l = la ? &*la : nullptr;
  const endpoint* r = ra ? &*ra : nullptr;
  Socket s = kind == "unix" ? unixSocket(scope.get(), net, l, r, true, nullptr)
                            : internetSocket(scope.get(), net, l, r, sotype, true, nullptr);
  return s.err ? bad(std::move(s.err)) : s;
}

Opened<TCPConn> DialTCP(std::string_view network, const TCPAddr* laddr, const TCPAddr* raddr) {
  Socket s = dial_kind("tcp", network, laddr, raddr, SOCK_STREAM);
  if (s.err) return {nil, std::move(s.err)};
  set_tcp_options(s.c->fd, 0);
  return {access::tcp(std::move(s.c)), nil};
}
Opened<UDPConn> DialUDP(std::string_view network, const UDPAddr* laddr, const UDPAddr* raddr) {
  Socket s = dial_kind("udp", network, laddr, raddr, SOCK_DGRAM);
  if (s.err) return {nil, std::move(s.err)};
  return {access::udp(std::move(s.c)), nil};
}
Opened<UnixConn> DialUnix(std::string_view network, const UnixAddr* laddr, const UnixAddr* raddr) {
  Socket s = dial_kind("unix", network, laddr, raddr, 0);
  if (s.err) return {nil, std::move(s.err)};
  return {access::unix_(std::move(s.c)), nil};
}

// ---- Listen ----

// Makes the listening socket, with its options. err is bare.
static Socket announce(std::string_view net, const endpoint& la, const ListenConfig& lc) {
  if (la.local) return unixSocket(nullptr, net, &la, nullptr, false, &lc.Control);
  bool udp = net[0] == 'u';
  Socket s = internetSocket(nullptr, net, &la, nullptr, udp ? SOCK_DGRAM : SOCK_STREAM, false, &lc.Control);
  // Accepted sockets inherit these, which saves four system calls on each.
  if (!s.err && !udp) set_tcp_options(s.c->fd, lc.KeepAlive);
  return s;
}

// Resolves the address to listen on: an IPv4 one if there is. err is an OpError.
static std::pair<endpoint, error> resolve_listen(const context::Context& ctx, std::string_view network,
                                                 std::string_view address) {
  AddrList list = resolveAddrList(dial_scope::make(time::Time(), ctx).get(), false, network, address, nil);
  if (list.err) return {{}, op_error("listen", network, nil, nil, std::move(list.err))};
  for (endpoint& e : list.addrs)
    if (!e.local && e.ip.To4()) return {std::move(e), nil};
  return {std::move(list.addrs[0]), nil};
}

static error unexpected_type(std::string_view network, const endpoint& la, std::string_view address) {
  return op_error("listen", network, nil, la.addr, AddrError{"unexpected address type", std::string(address)});
}

ListenResult ListenConfig::Listen(const context::Context& ctx, std::string_view network,
                                  std::string_view address) const {
  auto [la, err] = resolve_listen(ctx, network, address);
  if (err) return {nil, err};
  std::string_view net = known_network(network);
  if (net[0] == 'u' && net[1] == 'd') return {nil, unexpected_type(network, la, address)};
  Socket s = announce(net, la, *this);
  if (s.err) return {nil, op_error("listen", network, nil, la.addr, std::move(s.err))};
  if (la.local) {
    s.c->unlink.store(true);  // a listener takes its file along
    return {access::unix_listener(std::move(s.c)), nil};
  }
  return {access::tcp_listener(std::move(s.c)), nil};
}

ListenPacketResult ListenConfig::ListenPacket(const context::Context& ctx, std::string_view network,
                                              std::string_view address) const {
  auto [la, err] = resolve_listen(ctx, network, address);
  if (err) return {nil, err};
  std::string_view net = known_network(network);
  if (net[0] == 't') return {nil, unexpected_type(network, la, address)};
  Socket s = announce(net, la, *this);
  if (s.err) return {nil, op_error("listen", network, nil, la.addr, std::move(s.err))};
  if (la.local) return {access::unix_(std::move(s.c)), nil};
  return {access::udp(std::move(s.c)), nil};
}

ListenResult ListenConfig::Listen(std::string_view network, std::string_view address) const {
  return Listen(context::Background(), network, address);
}
ListenPacketResult ListenConfig::ListenPacket(std::string_view network, std::string_view address) const {
  return ListenPacket(context::Background(), network, address);
}

ListenResult Listen(std::string_view network, std::string_view address) {
  return ListenConfig().Listen(network, address);
}
ListenPacketResult ListenPacket(std::string_view network, std::string_view address) {
  return ListenConfig().ListenPacket(network, address);
}

template <class A>
static Socket listen_kind(std::initializer_list<std::string_view> networks, std::string_view network, const A* laddr) {
  auto bad = [&](error err) {
    return Socket{nullptr, op_error("listen", network, nil, addr_or_nil(laddr), std::move(err))};
  };
  if (std::find(networks.begin(), networks.end(), network) == networks.end())
    return bad(UnknownNetworkError(std::string(network)));
  if (laddr == nullptr && network.substr(0, 4) == "unix") return bad(errMissingAddress());
  Socket s = announce(known_network(network), endpoint::of(laddr != nullptr ? *laddr : A()), ListenConfig());
  return s.err ? bad(std::move(s.err)) : s;
}

Announced<TCPListener> ListenTCP(std::string_view network, const TCPAddr* laddr) {
  Socket s = listen_kind({"tcp", "tcp4", "tcp6"}, network, laddr);
  if (s.err) return {nil, std::move(s.err)};
  return {access::tcp_listener(std::move(s.c)), nil};
}
Announced<UnixListener> ListenUnix(std::string_view network, const UnixAddr* laddr) {
  Socket s = listen_kind({"unix", "unixpacket"}, network, laddr);
  if (s.err) return {nil, std::move(s.err)};
  s.c->unlink.store(true);
  return {access::unix_listener(std::move(s.c)), nil};
}
Opened<UDPConn> ListenUDP(std::string_view network, const UDPAddr* laddr) {
  Socket s = listen_kind({"udp", "udp4", "udp6"}, network, laddr);
  if (s.err) return {nil, std::move(s.err)};
  return {access::udp(std::move(s.c)), nil};
}
Opened<UnixConn> ListenUnixgram(std::string_view network, const UnixAddr* laddr) {
  Socket s = listen_kind({"unixgram"}, network, laddr);
  if (s.err) return {nil, std::move(s.err)};
  return {access::unix_(std::move(s.c)), nil};
}

}  // namespace gort::net
