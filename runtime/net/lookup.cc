// Names and services. The system's resolver blocks its caller and wants more stack than a goroutine may have, so each
// look-up runs on a thread of its own, at most 500 at a time, while the goroutine waits on a channel, at most until its
// deadline or context ends. The thread then goes on alone: nothing stops getaddrinfo.
#include <algorithm>
#include <fstream>
#include <map>
#include <netdb.h>
#include <signal.h>
#include <sstream>
#include <strings.h>
#include <thread>

#include <gort/chan.h>
#include <gort/runtime.h>
#include <gort/select.h>
#include <gort/sync/once.h>
#include <gort/time/sleep.h>

#include "runtime/net/netfd.h"
#include "sched/proc.h"

namespace gort::net {

const char* hosts_file = "/etc/hosts";
IPAddrs (*test_lookup)(const std::string& name, int family) = nullptr;

bool isDomainName(std::string_view name) {
  if (name == ".") return true;  // the root
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  if (name.size() > 253) return false;
  bool numeric = true;
  for (size_t at = 0;;) {
    size_t dot = std::min(name.find('.', at), name.size());
    std::string_view label = name.substr(at, dot - at);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    for (char c : label) {
      bool digit = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!digit && !letter && c != '-' && c != '_') return false;
      numeric = numeric && digit;
    }
    if (dot == name.size()) return !numeric;
    at = dot + 1;
  }
}

namespace {

constexpr int kMaxThreads = 500;

chan<bool> thread_limit() {
  static const chan<bool> limit = make_chan<bool>(kMaxThreads);
  return limit;
}

// query is one question: ask blocks, and runs on the resolver's thread.
template <class R>
struct query {
  std::string name;
  std::function<R()> ask;
  chan<R> done = make_chan<R>(1);
};

template <class R>
R failed(error err) {
  R r;
  r.err = std::move(err);
  return r;
}

// The thread takes no signals: those are for the threads that run goroutines.
template <class R>
error start_resolver(const std::shared_ptr<query<R>>& q) {
  thread_limit().send(true);
  rt::hold_deadlock.fetch_add(1);  // the program is not dead while a resolver is at work
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  error err;
  try {
    std::thread([q] {
      q->done.send(q->ask());
      thread_limit().recv();
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

// The error of a look-up that its context or deadline ended.
error ended(const std::string& name, const error& why) {
  return DNSError{why.Error(), name, "", why == errTimeout(), false, false};
}

// on_resolver has a question answered, for as long as scope lasts.
template <class R>
R on_resolver(dial_scope* scope, std::string name, std::function<R()> ask) {
  if (error why = scope->canceled(); why) return failed<R>(ended(name, why));
  bool limited = !scope->deadline.IsZero();
  if (limited && time::Until(scope->deadline) <= 0) return failed<R>(ended(name, errTimeout()));
  auto q = std::make_shared<query<R>>();
  q->name = std::move(name);
  q->ask = std::move(ask);
  if (error err = start_resolver(q); err) return failed<R>(err);
  R result;
  time::TimerPtr timer;
  recv_chan<time::Time> late;
  if (limited) {
    timer = time::NewTimer(time::Until(scope->deadline));
    late = timer->C;
  }
  int which = select(recv(q->done, [&](R r) { result = std::move(r); }), recv(late), recv(scope->done()));
  if (limited) timer->Stop();
  if (which == 0) return result;
  return failed<R>(ended(q->name, which == 1 ? errTimeout() : scope->canceled()));
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

error lookup_error(const std::string& name, int code, int err) {
  DNSError e;
  e.Name = name;
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

// ---- what runs on the resolver's thread ----

error no_such_host(std::string_view name) {
  return DNSError{"no such host", std::string(name), "", false, false, true};
}

// each_host calls f(address, names) for every line of the hosts file.
template <class F>
void each_host(F f) {
  std::ifstream file(hosts_file);
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line.substr(0, line.find('#')));
    std::string addr;
    if (!(fields >> addr)) continue;
    std::vector<std::string> names;
    for (std::string name; fields >> name;) names.push_back(name);
    f(addr, names);
  }
}

// The hosts file may have names that are none for a name server.
bool in_hosts_file(const std::string& name) {
  bool found = false;
  each_host([&](const std::string&, const std::vector<std::string>& names) {
    for (const std::string& n : names) found |= n.size() == name.size() && strcasecmp(n.c_str(), name.c_str()) == 0;
  });
  return found;
}

struct addrinfo_list {
  addrinfo* first = nullptr;
  error err;
  addrinfo_list(const std::string& name, int family) {
    if (!isDomainName(name) && !in_hosts_file(name)) {
      err = no_such_host(name);
      return;
    }
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_CANONNAME | AI_V4MAPPED | AI_ALL;
    int code = getaddrinfo(name.c_str(), nullptr, &hints, &first);
    if (code != 0) err = lookup_error(name, code, errno);
  }
  ~addrinfo_list() {
    if (first != nullptr) freeaddrinfo(first);
  }
  addrinfo_list(const addrinfo_list&) = delete;
  addrinfo_list& operator=(const addrinfo_list&) = delete;
};

IPAddrs ask_addresses(const std::string& name, int family) {
  if (test_lookup != nullptr) return test_lookup(name, family);
  addrinfo_list list(name, family);
  IPAddrs r;
  r.err = list.err;
  for (addrinfo* a = list.first; a != nullptr; a = a->ai_next)
    if (a->ai_family == AF_INET || a->ai_family == AF_INET6) r.addrs.push_back(address_of(a->ai_addr));
  return r;
}

// A name of several parts is shown as the full one that it is.
std::string full_name(std::string name) {
  if (name.find('.') != std::string::npos && name.back() != '.') name += '.';
  return name;
}

CanonicalName ask_canonical(const std::string& name) {
  addrinfo_list list(name, AF_UNSPEC);
  if (list.err) return {"", list.err};
  const char* canon = list.first != nullptr ? list.first->ai_canonname : nullptr;
  return {full_name(canon != nullptr ? canon : name), nil};
}

// The names that the hosts file has for an address, in its order; Go asks it before the name servers.
std::vector<std::string> names_in_hosts_file(const detail::zoned_ip& addr) {
  std::vector<std::string> found;
  each_host([&](const std::string& host, const std::vector<std::string>& names) {
    const detail::zoned_ip a = detail::parse_addr(host);
    if (!a.ok || a.ip != addr.ip || a.zone != addr.zone) return;
    for (const std::string& n : names) found.push_back(full_name(n));
  });
  return found;
}

HostNames ask_names(const std::string& addr, const rawaddr& raw) {
  if (auto names = names_in_hosts_file(detail::parse_addr(addr)); !names.empty()) return {std::move(names), nil};
  char host[NI_MAXHOST];
  int code = getnameinfo(&raw.u.sa, raw.len, host, sizeof host, nullptr, 0, NI_NAMEREQD);
  if (code != 0) return {{}, lookup_error(addr, code, errno)};
  return {{full_name(host)}, nil};
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

const int* find_service(std::string_view kind, const std::string& name) {
  auto of = services().find(kind);
  if (of == services().end()) return nullptr;
  auto it = of->second.find(name);
  return it == of->second.end() ? nullptr : &it->second;
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
    if (network.empty()) network = "ip";
    std::string_view kind = network.substr(0, 3);
    if (network != "ip" && (known_network(network).empty() || kind == "uni"))
      return {0, AddrError{"unknown network", std::string(network)}};
    std::string lower(service);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const int* found = network == "ip" ? find_service("tcp", lower) : find_service(kind, lower);
    if (found == nullptr && network == "ip") found = find_service("udp", lower);
    if (found == nullptr)
      return {0, DNSError{"unknown port", std::string(network) + "/" + std::string(service), "", false, false, true}};
    port = *found;
  }
  if (port < 0 || port > 65535) return {0, AddrError{"invalid port", std::string(service)}};
  return {port, nil};
}

// ---- hosts ----

IPAddrs lookupIPAddr(dial_scope* scope, std::string_view net, std::string_view host) {
  if (host.empty()) return {{}, no_such_host("")};
  if (detail::zoned_ip a = detail::parse_addr(host); a.ok) return {{{a.ip.To16(), a.zone}}, nil};
  int family = net.back() == '4' ? AF_INET : net.back() == '6' ? AF_INET6 : AF_UNSPEC;
  return on_resolver<IPAddrs>(scope, std::string(host),
                              [name = std::string(host), family] { return ask_addresses(name, family); });
}

// A scope that only ctx limits.
static std::shared_ptr<dial_scope> scope_of(const context::Context& ctx) {
  return dial_scope::make(time::Time(), ctx);
}

IPAddrs Resolver::LookupIPAddr(const context::Context& ctx, std::string_view host) const {
  return lookupIPAddr(scope_of(ctx).get(), "ip", host);
}

HostAddrs Resolver::LookupHost(const context::Context& ctx, std::string_view host) const {
  IPAddrs ips = LookupIPAddr(ctx, host);
  HostAddrs r;
  r.err = std::move(ips.err);
  for (const IPAddr& a : ips.addrs) r.addrs.push_back(a.String());
  return r;
}

IPs Resolver::LookupIP(const context::Context& ctx, std::string_view network, std::string_view host) const {
  if (network != "ip" && network != "ip4" && network != "ip6") return {{}, UnknownNetworkError(std::string(network))};
  IPAddrs found = lookupIPAddr(scope_of(ctx).get(), network, host);
  if (found.err) return {{}, found.err};
  IPs r;
  for (const IPAddr& a : found.addrs) {
    bool v4 = static_cast<bool>(a.IP.To4());
    if (network == "ip" || (network == "ip4") == v4) r.ips.push_back(a.IP);
  }
  if (r.ips.empty()) r.err = AddrError{"no suitable address found", std::string(host)};
  return r;
}

PortNumber Resolver::LookupPort(const context::Context&, std::string_view network, std::string_view service) const {
  return net::LookupPort(network, service);
}

HostNames Resolver::LookupAddr(const context::Context& ctx, std::string_view addr) const {
  detail::zoned_ip a = detail::parse_addr(addr);
  if (!a.ok) return {{}, DNSError{"unrecognized address", std::string(addr), "", false, false, false}};
  endpoint e = endpoint::of(TCPAddr{a.ip, 0, a.zone});
  rawaddr raw;
  if (error err = e.to_raw(e.family(), &raw); err) return {{}, err};
  return on_resolver<HostNames>(scope_of(ctx).get(), std::string(addr),
                                [name = std::string(addr), raw] { return ask_names(name, raw); });
}

CanonicalName Resolver::LookupCNAME(const context::Context& ctx, std::string_view host) const {
  if (host.empty()) return {"", no_such_host("")};
  return on_resolver<CanonicalName>(scope_of(ctx).get(), std::string(host),
                                    [name = std::string(host)] { return ask_canonical(name); });
}

HostAddrs LookupHost(std::string_view host) {
  return DefaultResolver.LookupHost(context::Background(), host);
}
IPAddrs LookupIPAddr(std::string_view host) {
  return DefaultResolver.LookupIPAddr(context::Background(), host);
}
IPs LookupIP(std::string_view host) {
  return DefaultResolver.LookupIP(context::Background(), "ip", host);
}
HostNames LookupAddr(std::string_view addr) {
  return DefaultResolver.LookupAddr(context::Background(), addr);
}
CanonicalName LookupCNAME(std::string_view host) {
  return DefaultResolver.LookupCNAME(context::Background(), host);
}

}  // namespace gort::net
