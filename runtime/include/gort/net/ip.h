// gort/net/ip.h: IP addresses, masks and networks; host:port texts.
#ifndef GORT_NET_IP_H_
#define GORT_NET_IP_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <tuple>

#include <gort/errors.h>

namespace gort::net {

inline constexpr size_t IPv4len = 4, IPv6len = 16;

namespace detail {

// octets is up to 16 bytes; none of them is Go's nil slice.
class octets {
 public:
  constexpr octets() = default;
  constexpr octets(nil_t) {}
  constexpr octets(std::initializer_list<uint8_t> b) { assign(b.begin(), b.size()); }
  constexpr octets(const uint8_t* p, size_t n) { assign(p, n); }

  constexpr size_t size() const { return n_; }
  constexpr const uint8_t* data() const { return b_; }
  constexpr uint8_t operator[](size_t i) const { return b_[i]; }
  constexpr uint8_t& operator[](size_t i) { return b_[i]; }
  constexpr const uint8_t* begin() const { return b_; }
  constexpr const uint8_t* end() const { return b_ + n_; }
  friend constexpr bool operator==(const octets& a, const octets& b) {
    if (a.n_ != b.n_) return false;
    for (size_t i = 0; i < a.n_; i++)
      if (a.b_[i] != b.b_[i]) return false;
    return true;
  }
  friend constexpr bool operator==(const octets& a, nil_t) { return a.n_ == 0; }
  explicit constexpr operator bool() const { return n_ != 0; }

 private:
  constexpr void assign(const uint8_t* p, size_t n) {
    n_ = static_cast<uint8_t>(n < sizeof b_ ? n : sizeof b_);
    for (size_t i = 0; i < n_; i++) b_[i] = p[i];
  }
  uint8_t b_[16] = {};
  uint8_t n_ = 0;
};

}  // namespace detail

// IPMask is a mask of 4 or 16 bytes.
class IPMask : public detail::octets {
 public:
  using octets::octets;
  // Size is the number of leading ones and of all bits; {0, 0} where the ones are not all in front.
  std::pair<int, int> Size() const;
  // String is the bytes in hexadecimal, `ffffff00`.
  std::string String() const;
};

// IP is an address: 4 or 16 bytes, or none (nil). An IPv4 address may have either length: Equal takes them for the
// same, == does not.
//
//   net::IP ip = net::ParseIP("192.0.2.1");
//   if (ip == nil) ...
//   ip.String();             // 192.0.2.1
//   net::IP{127, 0, 0, 1}.IsLoopback();
class IP : public detail::octets {
 public:
  using octets::octets;

  // String is `192.0.2.1`, the form of RFC 5952 for IPv6, `<nil>` for nil, and `?` with the bytes in hexadecimal for
  // another length.
  std::string String() const;
  bool Equal(const IP& x) const;
  // To4 is the 4-byte form, nil where there is none; To16 the 16-byte form.
  IP To4() const;
  IP To16() const;
  IP Mask(const IPMask& mask) const;
  IPMask DefaultMask() const;

  bool IsUnspecified() const;
  bool IsLoopback() const;
  bool IsPrivate() const;
  bool IsMulticast() const;
  bool IsInterfaceLocalMulticast() const;
  bool IsLinkLocalMulticast() const;
  bool IsLinkLocalUnicast() const;
  bool IsGlobalUnicast() const;
};

// IPv4 is the address a.b.c.d in its 16-byte form.
IP IPv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d);
IPMask IPv4Mask(uint8_t a, uint8_t b, uint8_t c, uint8_t d);
// CIDRMask is a mask of `bits` bits (32 or 128), the first `ones` of which are set; nil for other numbers.
IPMask CIDRMask(int ones, int bits);

inline constexpr IP IPv4bcast{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 255, 255, 255, 255},
    IPv4allsys{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 224, 0, 0, 1},
    IPv4allrouter{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 224, 0, 0, 2},
    IPv4zero{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0},
    IPv6zero{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    IPv6unspecified = IPv6zero, IPv6loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

// ParseIP reads `192.0.2.1`, `2001:db8::68` or `::ffff:192.0.2.1`; nil for anything else. The result has 16 bytes.
IP ParseIP(std::string_view s);

// IPNet is a network: `192.0.2.0/24`.
struct IPNet {
  net::IP IP;
  IPMask Mask;
  bool Contains(const net::IP& ip) const;
  std::string Network() const { return "ip+net"; }
  std::string String() const;
};

struct CIDR {
  net::IP ip;
  IPNet net;
  error err;
};
// ParseCIDR reads `192.0.2.1/24`: the address 192.0.2.1 and the network 192.0.2.0/24.
CIDR ParseCIDR(std::string_view s);

struct HostPort {
  std::string host;
  std::string port;
  error err;
};
// SplitHostPort splits `host:port`, `[host]:port` or `[host%zone]:port`. The error is an AddrError.
HostPort SplitHostPort(std::string_view hostport);
// JoinHostPort is the reverse; a host with a colon gets brackets.
std::string JoinHostPort(std::string_view host, std::string_view port);

namespace detail {
// An address with a zone: what an IPv6 literal may be. ok: it is one.
struct zoned_ip {
  IP ip;  // 4 bytes for an IPv4 literal
  std::string zone;
  bool ok = false;
};
zoned_ip parse_addr(std::string_view s);
// dtoi reads decimal digits at the start of s: the number, how many characters, and whether there was one below
// 0xFFFFFF.
struct decimal {
  int n;
  size_t len;
  bool ok;
};
decimal dtoi(std::string_view s);
}  // namespace detail

}  // namespace gort::net

namespace gort::rt {

template <>
struct go_type<net::IP> {
  static constexpr kind k = kind::Slice;
  static constexpr void name(type_name& out) { out.add("net.IP"); }
};
template <>
struct go_type<net::IPMask> {
  static constexpr kind k = kind::Slice;
  static constexpr void name(type_name& out) { out.add("net.IPMask"); }
};

}  // namespace gort::rt

#endif  // GORT_NET_IP_H_
