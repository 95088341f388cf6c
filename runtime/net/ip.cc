// IP addresses and their texts.
#include <gort/net/ip.h>

#include <algorithm>
#include <charconv>

#include <gort/net/error.h>

namespace gort::net {
namespace {

constexpr uint8_t kV4InV6[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_mapped(const uint8_t* p) {
  return std::equal(kV4InV6, kV4InV6 + 12, p);
}

std::string hex_string(const uint8_t* p, size_t n) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string s;
  for (size_t i = 0; i < n; i++) {
    s += kDigits[p[i] >> 4];
    s += kDigits[p[i] & 15];
  }
  return s;
}

std::string v4_string(const uint8_t* p) {
  return std::to_string(p[0]) + "." + std::to_string(p[1]) + "." + std::to_string(p[2]) + "." + std::to_string(p[3]);
}

// RFC 5952: groups without leading zeros; the longest run of at least two zero groups, the first of equals, becomes
// `::`.
std::string v6_string(const uint8_t* p) {
  int zero_at = -1, zero_end = -1;
  for (int i = 0; i < 16; i += 2) {
    int j = i;
    while (j < 16 && p[j] == 0 && p[j + 1] == 0) j += 2;
    if (j > i + 2 && j - i > zero_end - zero_at) {
      zero_at = i;
      zero_end = j;
    }
  }
  std::string s;
  for (int i = 0; i < 16; i += 2) {
    if (i == zero_at) {
      s += "::";
      i = zero_end;
      if (i >= 16) break;
    } else if (i > 0) {
      s += ':';
    }
    char buf[8];
    auto end = std::to_chars(buf, buf + sizeof buf, unsigned(p[i]) << 8 | p[i + 1], 16).ptr;
    s.append(buf, end);
  }
  return s;
}

// Number of leading one bits, -1 where a one follows a zero.
int simple_mask_length(const IPMask& m) {
  int n = 0;
  size_t i = 0;
  while (i < m.size() && m[i] == 0xff) {
    n += 8;
    i++;
  }
  if (i == m.size()) return n;
  uint8_t v = m[i];
  while ((v & 0x80) != 0) {
    n++;
    v = static_cast<uint8_t>(v << 1);
  }
  if (v != 0) return -1;
  for (i++; i < m.size(); i++)
    if (m[i] != 0) return -1;
  return n;
}

// Four decimal fields without leading zeros.
bool parse_v4(std::string_view s, uint8_t* out) {
  int field = 0, digits = 0;
  unsigned value = 0;
  for (size_t i = 0; i <= s.size(); i++) {
    if (i == s.size() || s[i] == '.') {
      if (digits == 0 || field == 4) return false;
      out[field++] = static_cast<uint8_t>(value);
      digits = 0;
      value = 0;
      continue;
    }
    if (s[i] < '0' || s[i] > '9' || (digits == 1 && value == 0)) return false;
    value = value * 10 + static_cast<unsigned>(s[i] - '0');
    digits++;
    if (value > 255) return false;
  }
  return field == 4;
}

// One group of hexadecimal digits below 0x10000; returns how many characters, 0 if it is none.
size_t parse_group(std::string_view s, unsigned* value) {
  size_t n = 0;
  *value = 0;
  for (; n < s.size(); n++) {
    char c = s[n];
    unsigned d;
    if (c >= '0' && c <= '9')
      d = static_cast<unsigned>(c - '0');
    else if (c >= 'a' && c <= 'f')
      d = static_cast<unsigned>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
      d = static_cast<unsigned>(c - 'A' + 10);
    else
      break;
    *value = *value << 4 | d;
    if (*value > 0xffff) return 0;
  }
  return n;
}

bool parse_v6(std::string_view s, uint8_t* out) {
  int ellipsis = -1, at = 0;
  if (s.substr(0, 2) == "::") {
    ellipsis = 0;
    s.remove_prefix(2);
  }
  while (!s.empty() && at < 16) {
    unsigned group;
    size_t n = parse_group(s, &group);
    if (n == 0) return false;
    if (n < s.size() && s[n] == '.') {  // the last four bytes in dotted form
      if ((ellipsis < 0 && at != 12) || at + 4 > 16 || !parse_v4(s, out + at)) return false;
      s = {};
      at += 4;
      break;
    }
    out[at] = static_cast<uint8_t>(group >> 8);
    out[at + 1] = static_cast<uint8_t>(group);
    at += 2;
    s.remove_prefix(n);
    if (s.empty()) break;
    if (s[0] != ':' || s.size() == 1) return false;
    s.remove_prefix(1);
    if (s[0] == ':') {
      if (ellipsis >= 0) return false;
      ellipsis = at;
      s.remove_prefix(1);
    }
  }
  if (!s.empty()) return false;
  if (at == 16) return ellipsis < 0;
  if (ellipsis < 0) return false;
  std::copy_backward(out + ellipsis, out + at, out + 16);
  std::fill(out + ellipsis, out + 16 - (at - ellipsis), 0);
  return true;
}

}  // namespace

namespace detail {

zoned_ip parse_addr(std::string_view s) {
  zoned_ip r;
  uint8_t b[16];
  for (char c : s) {
    if (c == '.') {
      if (parse_v4(s, b)) {
        r.ip = IP(b, 4);
        r.ok = true;
      }
      return r;
    }
    if (c == '%') return r;
    if (c == ':') break;
  }
  size_t pct = s.find('%');
  if (pct != std::string_view::npos) {
    if (pct + 1 == s.size()) return r;
    r.zone = s.substr(pct + 1);
    s = s.substr(0, pct);
  }
  if (!parse_v6(s, b)) return {};
  r.ip = IP(b, 16);
  r.ok = true;
  return r;
}

decimal dtoi(std::string_view s) {
  constexpr int kBig = 0xFFFFFF;
  int n = 0;
  size_t i = 0;
  for (; i < s.size() && s[i] >= '0' && s[i] <= '9'; i++) {
    n = n * 10 + (s[i] - '0');
    if (n >= kBig) return {kBig, i, false};
  }
  return {n, i, i > 0};
}

}  // namespace detail

std::pair<int, int> IPMask::Size() const {
  int ones = simple_mask_length(*this);
  return ones < 0 ? std::pair(0, 0) : std::pair(ones, static_cast<int>(size() * 8));
}

std::string IPMask::String() const {
  return size() == 0 ? "<nil>" : hex_string(data(), size());
}

std::string IP::String() const {
  if (size() == 0) return "<nil>";
  if (IP v4 = To4(); v4) return v4_string(v4.data());
  if (size() != IPv6len) return "?" + hex_string(data(), size());
  return v6_string(data());
}

bool IP::Equal(const IP& x) const {
  if (size() == x.size()) return *this == x;
  const IP& small = size() < x.size() ? *this : x;
  const IP& big = size() < x.size() ? x : *this;
  return small.size() == IPv4len && big.size() == IPv6len && is_mapped(big.data()) &&
         std::equal(small.begin(), small.end(), big.data() + 12);
}

IP IP::To4() const {
  if (size() == IPv4len) return *this;
  if (size() == IPv6len && is_mapped(data())) return IP(data() + 12, 4);
  return nil;
}

IP IP::To16() const {
  if (size() == IPv4len) return IPv4((*this)[0], (*this)[1], (*this)[2], (*this)[3]);
  if (size() == IPv6len) return *this;
  return nil;
}

IP IP::Mask(const IPMask& mask) const {
  const uint8_t* m = mask.data();
  const uint8_t* p = data();
  size_t n = size(), mn = mask.size();
  if (mn == IPv6len && n == IPv4len && std::all_of(m, m + 12, [](uint8_t b) { return b == 0xff; })) {
    m += 12;
    mn = 4;
  }
  if (mn == IPv4len && n == IPv6len && is_mapped(p)) {
    p += 12;
    n = 4;
  }
  if (n != mn) return nil;
  uint8_t out[16];
  for (size_t i = 0; i < n; i++) out[i] = p[i] & m[i];
  return IP(out, n);
}

IPMask IP::DefaultMask() const {
  IP v4 = To4();
  if (!v4) return nil;
  if (v4[0] < 0x80) return IPv4Mask(0xff, 0, 0, 0);
  if (v4[0] < 0xc0) return IPv4Mask(0xff, 0xff, 0, 0);
  return IPv4Mask(0xff, 0xff, 0xff, 0);
}

bool IP::IsUnspecified() const {
  return Equal(IPv4zero) || Equal(IPv6unspecified);
}
bool IP::IsLoopback() const {
  if (IP v4 = To4(); v4) return v4[0] == 127;
  return Equal(IPv6loopback);
}
bool IP::IsPrivate() const {
  if (IP v4 = To4(); v4) return v4[0] == 10 || (v4[0] == 172 && (v4[1] & 0xf0) == 16) || (v4[0] == 192 && v4[1] == 168);
  return size() == IPv6len && ((*this)[0] & 0xfe) == 0xfc;
}
bool IP::IsMulticast() const {
  if (IP v4 = To4(); v4) return (v4[0] & 0xf0) == 0xe0;
  return size() == IPv6len && (*this)[0] == 0xff;
}
bool IP::IsInterfaceLocalMulticast() const {
  return size() == IPv6len && (*this)[0] == 0xff && ((*this)[1] & 0x0f) == 1;
}
bool IP::IsLinkLocalMulticast() const {
  if (IP v4 = To4(); v4) return v4[0] == 224 && v4[1] == 0 && v4[2] == 0;
  return size() == IPv6len && (*this)[0] == 0xff && ((*this)[1] & 0x0f) == 2;
}
bool IP::IsLinkLocalUnicast() const {
  if (IP v4 = To4(); v4) return v4[0] == 169 && v4[1] == 254;
  return size() == IPv6len && (*this)[0] == 0xfe && ((*this)[1] & 0xc0) == 0x80;
}
bool IP::IsGlobalUnicast() const {
  return (size() == IPv4len || size() == IPv6len) && !Equal(IPv4bcast) && !IsUnspecified() && !IsLoopback() &&
         !IsMulticast() && !IsLinkLocalUnicast();
}

IP IPv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
  return IP{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
}
IPMask IPv4Mask(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
  return IPMask{a, b, c, d};
}

IPMask CIDRMask(int ones, int bits) {
  if ((bits != 32 && bits != 128) || ones < 0 || ones > bits) return nil;
  uint8_t m[16];
  for (int i = 0; i < bits / 8; i++) {
    int here = std::clamp(ones - i * 8, 0, 8);
    m[i] = static_cast<uint8_t>(0xff00 >> here);
  }
  return IPMask(m, static_cast<size_t>(bits / 8));
}

IP ParseIP(std::string_view s) {
  detail::zoned_ip a = detail::parse_addr(s);
  return a.ok && a.zone.empty() ? a.ip.To16() : IP();
}

// The network's number and mask in the same length; nil where they do not fit together.
static std::pair<IP, IPMask> number_and_mask(const IPNet& n) {
  IP ip = n.IP.To4();
  if (!ip) {
    ip = n.IP;
    if (ip.size() != IPv6len) return {};
  }
  if (n.Mask.size() == IPv4len) return ip.size() == IPv4len ? std::pair(ip, n.Mask) : std::pair(IP(), IPMask());
  if (n.Mask.size() != IPv6len) return {};
  return {ip, ip.size() == IPv4len ? IPMask(n.Mask.data() + 12, 4) : n.Mask};
}

bool IPNet::Contains(const net::IP& ip) const {
  auto [number, mask] = number_and_mask(*this);
  net::IP v4 = ip.To4();
  const net::IP& x = v4 ? v4 : ip;
  if (x.size() != number.size()) return false;
  for (size_t i = 0; i < x.size(); i++)
    if ((number[i] & mask[i]) != (x[i] & mask[i])) return false;
  return true;
}

std::string IPNet::String() const {
  auto [number, mask] = number_and_mask(*this);
  if (!number || !mask) return "<nil>";
  int ones = simple_mask_length(mask);
  return number.String() + "/" + (ones < 0 ? mask.String() : std::to_string(ones));
}

CIDR ParseCIDR(std::string_view s) {
  auto bad = [&] { return CIDR{{}, {}, ParseError{"CIDR address", std::string(s)}}; };
  size_t slash = s.find('/');
  if (slash == std::string_view::npos) return bad();
  detail::zoned_ip a = detail::parse_addr(s.substr(0, slash));
  std::string_view digits = s.substr(slash + 1);
  detail::decimal ones = detail::dtoi(digits);
  if (!a.ok || !a.zone.empty() || !ones.ok || ones.len != digits.size() || ones.n > static_cast<int>(a.ip.size() * 8))
    return bad();
  IPMask m = CIDRMask(ones.n, static_cast<int>(a.ip.size() * 8));
  IP full = a.ip.To16();
  return {full, {full.Mask(m), m}, nil};
}

HostPort SplitHostPort(std::string_view hostport) {
  static constexpr const char* kMissingPort = "missing port in address";
  static constexpr const char* kTooManyColons = "too many colons in address";
  auto bad = [&](const char* why) { return HostPort{"", "", AddrError{why, std::string(hostport)}}; };
  size_t colon = hostport.rfind(':');
  if (colon == std::string_view::npos) return bad(kMissingPort);
  std::string_view host;
  size_t open_from = 0, close_from = 0;  // where a stray bracket may begin
  if (hostport[0] == '[') {
    size_t end = hostport.find(']');
    if (end == std::string_view::npos) return bad("missing ']' in address");
    if (end + 1 == hostport.size()) return bad(kMissingPort);
    if (end + 1 != colon) return bad(hostport[end + 1] == ':' ? kTooManyColons : kMissingPort);
    host = hostport.substr(1, end - 1);
    open_from = 1;
    close_from = end + 1;
  } else {
    host = hostport.substr(0, colon);
    if (host.find(':') != std::string_view::npos) return bad(kTooManyColons);
  }
  if (hostport.find('[', open_from) != std::string_view::npos) return bad("unexpected '[' in address");
  if (hostport.find(']', close_from) != std::string_view::npos) return bad("unexpected ']' in address");
  return {std::string(host), std::string(hostport.substr(colon + 1)), nil};
}

std::string JoinHostPort(std::string_view host, std::string_view port) {
  std::string s;
  if (host.find(':') != std::string_view::npos) {
    s.append("[").append(host).append("]");
  } else {
    s = host;
  }
  return s.append(":").append(port);
}

}  // namespace gort::net
