// gort/net/lookup.h: names of hosts and services.
//
// The system's resolver (getaddrinfo, with everything that /etc/nsswitch.conf says) is asked on a thread of its own, at
// most 500 at a time: only the goroutine waits. Records that it does not know (MX, TXT, SRV, NS) are not offered.
#ifndef GORT_NET_LOOKUP_H_
#define GORT_NET_LOOKUP_H_

#include <string>
#include <string_view>
#include <vector>

#include <gort/context.h>
#include <gort/net/addr.h>

namespace gort::net {

struct HostAddrs {
  std::vector<std::string> addrs;
  error err;
};
struct IPAddrs {
  std::vector<IPAddr> addrs;
  error err;
};
struct IPs {
  std::vector<IP> ips;
  error err;
};
struct PortNumber {
  int port = 0;
  error err;
};
struct HostNames {
  std::vector<std::string> names;
  error err;
};
struct CanonicalName {
  std::string cname;
  error err;
};

// Resolver looks names up for as long as a context lasts. The errors are DNSErrors, for a look-up that ctx ended too:
// `lookup example.org: operation was canceled`, `lookup example.org: i/o timeout`.
//
//   auto [ctx, cancel] = context::WithTimeout(context::Background(), time::Second);
//   auto [addrs, err] = net::DefaultResolver.LookupHost(ctx, "localhost");
struct Resolver {
  // LookupHost gives a host's addresses as text, LookupIPAddr with the zones of IPv6 ones, LookupIP those of a network:
  // ip, ip4 or ip6. A text that is an address is its own result.
  HostAddrs LookupHost(const context::Context& ctx, std::string_view host) const;
  IPAddrs LookupIPAddr(const context::Context& ctx, std::string_view host) const;
  IPs LookupIP(const context::Context& ctx, std::string_view network, std::string_view host) const;
  // LookupPort turns a service's name into its number (/etc/services); the text of a number is that. It does not wait,
  // but for the first look-up to read the file.
  PortNumber LookupPort(const context::Context& ctx, std::string_view network, std::string_view service) const;
  // LookupAddr gives the names of an address: all that /etc/hosts has, in its order, or else the name server's. One of
  // several parts has a dot at its end: `dns.google.`
  HostNames LookupAddr(const context::Context& ctx, std::string_view addr) const;
  // LookupCNAME gives a host's canonical name, in the same form.
  CanonicalName LookupCNAME(const context::Context& ctx, std::string_view host) const;
};
inline constexpr Resolver DefaultResolver;

// The same without a context.
HostAddrs LookupHost(std::string_view host);
IPAddrs LookupIPAddr(std::string_view host);
IPs LookupIP(std::string_view host);
PortNumber LookupPort(std::string_view network, std::string_view service);
HostNames LookupAddr(std::string_view addr);
CanonicalName LookupCNAME(std::string_view host);

}  // namespace gort::net

#endif  // GORT_NET_LOOKUP_H_
