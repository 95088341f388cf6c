// gort/net/addr.h: addresses of end points.
#ifndef GORT_NET_ADDR_H_
#define GORT_NET_ADDR_H_

#include <memory>

#include <gort/net/ip.h>

namespace gort::net {

// Addr is the address of an end point, of any type with `std::string Network() const` and `std::string String() const`:
// a shared, immutable value, or nil.
//
//   net::Addr a = conn.RemoteAddr();
//   a.Network(); a.String();                       // tcp, 127.0.0.1:4711
//   if (auto* t = a.as<net::TCPAddr>()) use(t->Port);
class Addr {
 public:
  Addr() = default;
  Addr(nil_t) {}
  template <class T>
  requires(!std::derived_from<std::remove_cvref_t<T>, Addr>) && requires(const T& v) {
    { v.Network() } -> std::convertible_to<std::string>;
    { v.String() } -> std::convertible_to<std::string>;
  }
  Addr(T&& v) : p_(std::make_shared<holder<std::remove_cvref_t<T>>>(std::forward<T>(v))) {}

  // Network is what Dial calls the network: `tcp`, `udp`, `unix`. String is the address as Dial takes it. Both panic on
  // nil, as Go does.
  std::string Network() const { return get(0).Network(); }
  std::string String() const { return get(1).String(); }
  // as returns the address if it is a T, else null.
  template <class T>
  const T* as() const {
    auto* h = dynamic_cast<const holder<T>*>(p_.get());
    return h == nullptr ? nullptr : &h->value;
  }
  explicit operator bool() const { return p_ != nullptr; }
  friend bool operator==(const Addr& a, nil_t) { return a.p_ == nullptr; }
  // Two addresses are equal when network and text are.
  friend bool operator==(const Addr& a, const Addr& b) {
    if (a.p_ == b.p_) return true;
    return a.p_ != nullptr && b.p_ != nullptr && a.Network() == b.Network() && a.String() == b.String();
  }

 private:
  struct base {
    virtual ~base() = default;
    virtual std::string Network() const = 0;
    virtual std::string String() const = 0;
  };
  template <class T>
  struct holder final : base {
    explicit holder(T v) : value(std::move(v)) {}
    std::string Network() const override { return value.Network(); }
    std::string String() const override { return value.String(); }
    T value;
  };
  const base& get(int method) const {
    if (p_ == nullptr) rt::nil_method(method);
    return *p_;
  }
  std::shared_ptr<const base> p_;
};

struct TCPAddr {
  net::IP IP;
  int Port = 0;
  std::string Zone;  // scope of an IPv6 address
  std::string Network() const { return "tcp"; }
  std::string String() const;
  bool operator==(const TCPAddr&) const = default;
};

struct UDPAddr {
  net::IP IP;
  int Port = 0;
  std::string Zone;
  std::string Network() const { return "udp"; }
  std::string String() const;
  bool operator==(const UDPAddr&) const = default;
};

struct IPAddr {
  net::IP IP;
  std::string Zone;
  std::string Network() const { return "ip"; }
  std::string String() const;
  bool operator==(const IPAddr&) const = default;
};

// UnixAddr is a path; one that begins with '@' is in the abstract name space.
struct UnixAddr {
  std::string Name;
  std::string Net;  // unix, unixgram, unixpacket
  std::string Network() const { return Net; }
  std::string String() const { return Name; }
  bool operator==(const UnixAddr&) const = default;
};

template <class A>
struct Resolved {
  A addr;
  error err;
};
// ResolveTCPAddr and ResolveUDPAddr turn `host:port` into an address; network is tcp, tcp4, tcp6 (udp, udp4, udp6). A
// host name is looked up, which may block the goroutine; of its addresses an IPv4 one is preferred. ResolveUnixAddr
// only checks the network. ResolveIPAddr takes ip, ip4, ip6, with or without a protocol behind a colon (`ip4:icmp`).
Resolved<TCPAddr> ResolveTCPAddr(std::string_view network, std::string_view address);
Resolved<UDPAddr> ResolveUDPAddr(std::string_view network, std::string_view address);
Resolved<IPAddr> ResolveIPAddr(std::string_view network, std::string_view address);
Resolved<UnixAddr> ResolveUnixAddr(std::string_view network, std::string_view address);

}  // namespace gort::net

#endif  // GORT_NET_ADDR_H_
