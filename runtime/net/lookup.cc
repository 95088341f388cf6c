// Names and services. The system's resolver blocks its caller and wants more stack than a goroutine may have, so each
// look-up runs on a thread of its own, at most 500 at a time, while the goroutine waits on a channel, at most until the
// dial's deadline.
#include <algorithm>
#include <fstream>
#include <map>
#include <netdb.h>
#include <signal.h>
#include <sstream>
#include <thread>

#include <gort/chan.h>
#include <gort/runtime.h>
#include <gort/select.h>
#include <gort/sync/once.h>
#include <gort/time/sleep.h>

#include "runtime/net/netfd.h"
#include "sched/proc.h"

namespace gort::net {
namespace {

constexpr int kMaxThreads = 500;

struct query {
  std::string name;
  int family;
  chan<IPAddrs> done = make_chan<IPAddrs>(1);
};

chan<bool> thread_limit() {
  static const chan<bool> limit = make_chan<bool>(kMaxThreads);
  return limit;
}

IPAddr address_of(const sockaddr* sa) {
  netFD any(-1, sa->sa_family, SOCK_STREAM, "tcp");
  rawaddr r;
  r.len = sa->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  memcpy(&r.u, sa, r.len);
  Addr a = any.to_addr(r);
  const TCPAddr* t = a.as<TCPAddr>();
  return {t->IP, t->Zone};
}

// The server that the resolver asks first, as Go's errors name it; empty where none is configured.
std::string name_server() {
  std::ifstream f("/etc/resolv.conf");
  for (std::string line; std::getline(f, line);) {
    std::istringstream fields(line);
    std::string key, value;
    if (fields >> key >> value && key == "nameserver") return JoinHostPort(value, "53");
  }
  return "";
}

error lookup_error(const query& q, int code, int err) {
  DNSError e;
  e.Name = q.name;
  e.Server = name_server();
  switch (code) {
    case EAI_NONAME:
    case EAI_NODATA:
      e.Err = "no such host";
      e.IsNotFound = true;
      break;
    case EAI_SYSTEM:
      e.Err = syscall::Errno(err != 0 ? err : EMFILE).Error();
      break;
    default:
      e.Err = gai_strerror(code);
      e.IsTemporary = code == EAI_AGAIN;
  }
  return e;
}

void resolve(const std::shared_ptr<query>& q) {
  addrinfo hints{};
  hints.ai_family = q->family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_CANONNAME | AI_V4MAPPED | AI_ALL;
  addrinfo* list = nullptr;
  IPAddrs result;
  int code = getaddrinfo(q->name.c_str(), nullptr, &hints, &list);
  if (code != 0) {
    result.err = lookup_error(*q, code, errno);
  } else {
    for (addrinfo* a = list; a != nullptr; a = a->ai_next)
      if (a->ai_family == AF_INET || a->ai_family == AF_INET6) result.addrs.push_back(address_of(a->ai_addr));
    freeaddrinfo(list);
  }
  q->done.send(std::move(result));
  thread_limit().recv();
}

// The thread takes no signals: those are for the threads that run goroutines.
error start_resolver(const std::shared_ptr<query>& q) {
  thread_limit().send(true);
  rt::hold_deadlock.fetch_add(1);  // the program is not dead while a resolver is at work
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  error err;
  try {
    std::thread([q] {
      resolve(q);
      rt::hold_deadlock.fetch_sub(1);
    }).detach();
  } catch (const std::system_error& e) {
    rt::hold_deadlock.fetch_sub(1);
    thread_limit().recv();
    err = DNSError{syscall::Errno(e.code().value()).Error(), q->name, "", false, true, false};
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return err;
}

IPAddrs timed_out(const std::string& name) {
  return {{}, DNSError{"i/o timeout", name, "", true, false, false}};
}

// lookupIPAddr is an address's text, or a name.
IPAddrs lookupIPAddr(dial_scope* scope, std::string_view net, std::string_view host) {
  if (host.empty()) return {{}, DNSError{"no such host", "", "", false, false, true}};
  if (detail::zoned_ip a = detail::parse_addr(host); a.ok) return {{{a.ip.To16(), a.zone}}, nil};
  auto q = std::make_shared<query>();
  q->name = host;
  q->family = net.back() == '4' ? AF_INET : net.back() == '6' ? AF_INET6 : AF_UNSPEC;
  if (host.find('\0') != std::string_view::npos)
    return {{}, DNSError{"invalid argument", q->name, "", false, false, false}};
  if (scope != nullptr && !scope->deadline.IsZero() && time::Until(scope->deadline) <= 0) return timed_out(q->name);
  if (error err = start_resolver(q); err) return {{}, err};
  if (scope == nullptr || scope->deadline.IsZero()) return q->done.recv();
  auto timer = time::NewTimer(time::Until(scope->deadline));
  IPAddrs result;
  if (select(recv(q->done, [&](IPAddrs r) { result = std::move(r); }), recv(timer->C)) == 1) return timed_out(q->name);
  timer->Stop();
  return result;
}

// ---- services ----

using service_map = std::map<std::string, int, std::less<>>;

const std::map<std::string, service_map, std::less<>>& services() {
  static const auto* all = [] {
    auto* m = new std::map<std::string, service_map, std::less<>>{{"udp", {{"domain", 53}}},
                                                                  {"tcp",
                                                                   {{"ftp", 21},
                                                                    {"ssh", 22},
                                                                    {"telnet", 23},
                                                                    {"smtp", 25},
                                                                    {"gopher", 70},
                                                                    {"http", 80},
                                                                    {"pop3", 110},
                                                                    {"imap2", 143},
                                                                    {"imap3", 220},
                                                                    {"https", 443},
                                                                    {"submissions", 465},
                                                                    {"ftps", 990},
                                                                    {"imaps", 993},
                                                                    {"pop3s", 995}}}};
    runtime::blocking([&] {
      std::ifstream f("/etc/services");
      for (std::string line; std::getline(f, line);) {
        std::istringstream fields(line.substr(0, line.find('#')));
        std::string name, port;
        if (!(fields >> name >> port)) continue;
        detail::decimal d = detail::dtoi(port);
        if (!d.ok || d.n == 0 || d.len + 1 >= port.size() || port[d.len] != '/') continue;
        service_map& of = (*m)[port.substr(d.len + 1)];
        for (; !name.empty(); name.clear(), fields >> name) of[name] = d.n;
      }
    });
    return m;
  }();
  return *all;
}

// A decimal number with a sign, limited to 2^30; false: a name.
bool parse_port(std::string_view s, int* port) {
  bool neg = false;
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) {
    neg = s[0] == '-';
    s.remove_prefix(1);
  }
  constexpr int64_t kCutoff = int64_t{1} << 30;
  int64_t n = 0;
  for (char c : s) {
    if (c < '0' || c > '9') return false;
    n = std::min(n * 10 + (c - '0'), kCutoff);
  }
  *port = static_cast<int>(neg ? -n : std::min(n, kCutoff - 1));
  return true;
}

}  // namespace

PortNumber LookupPort(std::string_view network, std::string_view service) {
  int port = 0;
  if (!parse_port(service, &port)) {
    std::string_view kind = network.substr(0, 3);
    if (network != "ip" && known_network(network).empty())
      return {0, AddrError{"unknown network", std::string(network)}};
    if (network == "ip") kind = "tcp";
    std::string lower(service);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    auto of = services().find(kind);
    auto it = of != services().end() ? of->second.find(lower) : service_map::const_iterator();
    if (of == services().end() || it == of->second.end())
      return {0, DNSError{"unknown port", std::string(network) + "/" + std::string(service), "", false, false, true}};
    port = it->second;
  }
  if (port < 0 || port > 65535) return {0, AddrError{"invalid port", std::string(service)}};
  return {port, nil};
}

IPAddrs LookupIPAddr(std::string_view host) {
  return lookupIPAddr(nullptr, "ip", host);
}

HostAddrs LookupHost(std::string_view host) {
  IPAddrs ips = lookupIPAddr(nullptr, "ip", host);
  HostAddrs r;
  r.err = std::move(ips.err);
  for (const IPAddr& a : ips.addrs) r.addrs.push_back(a.String());
  return r;
}

// ---- addresses of end points ----

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
  AddrList list = internetAddrList(nullptr, net, address);
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

Resolved<IPAddr> ResolveIPAddr(std::string_view network, std::string_view address) {
  if (network.empty()) network = "ip";
  if (network != "ip" && network != "ip4" && network != "ip6") return {{}, UnknownNetworkError(std::string(network))};
  if (address.empty()) return {};
  IPAddrs ips = lookupIPAddr(nullptr, network, address);
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
