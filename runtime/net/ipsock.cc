// Addresses of end points: from the texts that Dial, Listen and Resolve take.
#include <netdb.h>

#include "runtime/net/netfd.h"

namespace gort::net {

static endpoint make_endpoint(bool udp, const IPAddr& a, int port) {
  if (udp) return endpoint::of(UDPAddr{a.IP, port, a.Zone});
  return endpoint::of(TCPAddr{a.IP, port, a.Zone});
}

AddrList internetAddrList(dial_scope* scope, std::string_view net, std::string_view addr) {
  bool udp = net.substr(0, 3) == "udp";
  HostPort hp;
  PortNumber port;
  if (!addr.empty()) {
    hp = SplitHostPort(addr);
    if (hp.err) return {{}, hp.err};
    port = LookupPort(net, hp.port);
    if (port.err) return {{}, port.err};
  }
  if (hp.host.empty()) return {{make_endpoint(udp, {}, port.port)}, nil};
  IPAddrs ips = lookupIPAddr(scope, net, hp.host);
  if (ips.err) return {{}, ips.err};
  // A machine with half an IPv6 set-up can bind `::` and not connect to it.
  if (ips.addrs.size() == 1 && ips.addrs[0].IP.Equal(IPv6unspecified)) ips.addrs.push_back({IPv4zero, ""});
  AddrList r;
  for (const IPAddr& a : ips.addrs) {
    bool v4 = static_cast<bool>(a.IP.To4());
    if ((net.back() == '4' && !v4) || (net.back() == '6' && v4)) continue;
    r.addrs.push_back(make_endpoint(udp, a, port.port));
  }
  if (r.addrs.empty()) r.err = AddrError{"no suitable address found", hp.host};
  return r;
}

// Whether a dial from the local address hint to ip is of one family.
static bool same_family(const IP& ip, const IP& hint) {
  return (ip.To4() && hint.To4()) || (ip.To16() && !ip.To4() && hint.To16() && !hint.To4());
}

AddrList resolveAddrList(dial_scope* scope, bool dial, std::string_view network, std::string_view addr,
                         const Addr& hint) {
  std::string_view net = known_network(network);
  if (net.empty()) return {{}, UnknownNetworkError(std::string(network))};
  if (dial && addr.empty()) return {{}, errMissingAddress()};
  auto mismatch = [&] { return AddrError{"mismatched local address type", hint.String()}; };
  if (net.substr(0, 4) == "unix") {
    UnixAddr a{std::string(addr), std::string(net)};
    if (dial && hint && a.Net != hint.Network()) return {{}, mismatch()};
    return {{endpoint::of(a)}, nil};
  }
  AddrList r = internetAddrList(scope, net, addr);
  if (r.err || !dial || !hint) return r;
  const TCPAddr* tcp = hint.as<TCPAddr>();
  const UDPAddr* udp = hint.as<UDPAddr>();
  IP from = tcp != nullptr ? tcp->IP : udp != nullptr ? udp->IP : IP();
  bool wildcard = !from || from.IsUnspecified();
  std::vector<endpoint> fitting;
  for (endpoint& e : r.addrs) {
    if (e.addr.Network() != hint.Network()) return {{}, mismatch()};
    if (wildcard || e.isWildcard() || same_family(e.ip, from)) fitting.push_back(std::move(e));
  }
  if (fitting.empty()) return {{}, AddrError{"no suitable address found", hint.String()}};
  return {std::move(fitting), nil};
}

// Of several addresses: an IPv4 one, unless the text has an IPv6 address in it.
static const endpoint& for_resolve(const AddrList& list, bool want6) {
  for (const endpoint& e : list.addrs)
    if (static_cast<bool>(e.ip.To4()) != want6) return e;
  return list.addrs[0];
}

template <class A>
static Resolved<A> resolve_as(std::string_view kind, std::string_view network, std::string_view address) {
  if (network.empty()) network = kind;
  std::string_view net = known_network(network);
  if (net.substr(0, 3) != kind) return {{}, UnknownNetworkError(std::string(network))};
  AddrList list = internetAddrList(dial_scope::make(time::Time()).get(), net, address);
  if (list.err) return {{}, list.err};
  const endpoint& e = for_resolve(list, net == kind && address.find('[') != std::string_view::npos);
  return {A{e.ip, e.port, e.zone}, nil};
}

Resolved<TCPAddr> ResolveTCPAddr(std::string_view network, std::string_view address) {
  return resolve_as<TCPAddr>("tcp", network, address);
}
Resolved<UDPAddr> ResolveUDPAddr(std::string_view network, std::string_view address) {
  return resolve_as<UDPAddr>("udp", network, address);
}

// check_protocol looks at what stands behind the colon of `ip4:icmp`: a protocol's name or number.
static error check_protocol(std::string_view protocol) {
  const detail::decimal number = detail::dtoi(protocol);
  if (number.ok && number.len == protocol.size()) return nil;
  for (std::string_view known : {"icmp", "igmp", "tcp", "udp", "ipv6-icmp"})  // the file may be missing
    if (protocol == known) return nil;
  std::string name(protocol);
  protoent entry, *found = nullptr;
  char buf[4096];
  if (getprotobyname_r(name.c_str(), &entry, buf, sizeof buf, &found) == 0 && found != nullptr) return nil;
  return AddrError{"unknown IP protocol specified", name};
}

Resolved<IPAddr> ResolveIPAddr(std::string_view network, std::string_view address) {
  if (network.empty()) network = "ip";
  const size_t colon = network.rfind(':');
  const std::string_view family = network.substr(0, colon);
  if (family != "ip" && family != "ip4" && family != "ip6") return {{}, UnknownNetworkError(std::string(network))};
  if (colon != network.npos)
    if (error err = check_protocol(network.substr(colon + 1))) return {{}, err};
  network = family;
  if (address.empty()) return {};
  IPAddrs ips = lookupIPAddr(dial_scope::make(time::Time()).get(), network, address);
  if (ips.err) return {{}, ips.err};
  std::erase_if(ips.addrs, [&](const IPAddr& a) {
    bool v4 = static_cast<bool>(a.IP.To4());
    return (network == "ip4" && !v4) || (network == "ip6" && v4);
  });
  if (ips.addrs.empty()) return {{}, AddrError{"no suitable address found", std::string(address)}};
  bool want6 = network == "ip" && address.find(':') != std::string_view::npos;
  for (const IPAddr& a : ips.addrs)
    if (static_cast<bool>(a.IP.To4()) != want6) return {a, nil};
  return {ips.addrs[0], nil};
}

Resolved<UnixAddr> ResolveUnixAddr(std::string_view network, std::string_view address) {
  if (known_network(network).substr(0, 4) != "unix") return {{}, UnknownNetworkError(std::string(network))};
  return {{std::string(address), std::string(network)}, nil};
}

}  // namespace gort::net
