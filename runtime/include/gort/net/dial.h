// gort/net/dial.h: making connections and listeners.
//
// Networks: tcp, tcp4, tcp6, udp, udp4, udp6 (an address is `host:port`, `[ipv6]:port`, `:port`; the port may be a
// service's name), unix, unixgram, unixpacket (a path; `@name` is in the abstract name space).
#ifndef GORT_NET_DIAL_H_
#define GORT_NET_DIAL_H_

#include <functional>

#include <gort/context.h>
#include <gort/net/conn.h>

namespace gort::net {

struct DialResult {
  Conn conn;
  error err;
};
struct ListenResult {
  Listener listener;
  error err;
};
struct ListenPacketResult {
  PacketConn conn;
  error err;
};

// Dial connects. Of a name with several addresses each is tried in turn until one accepts; for network tcp, IPv4 and
// IPv6 addresses are tried side by side, the second family 300 ms later or when the first has failed. The goroutine
// waits; the thread does not.
//
//   auto [c, err] = net::Dial("tcp", "127.0.0.1:80");
//   if (err) println(err.Error());   // dial tcp 127.0.0.1:80: connect: connection refused
DialResult Dial(std::string_view network, std::string_view address);
// DialTimeout gives up after the time, name look-up included: `dial tcp 192.0.2.1:80: i/o timeout`.
DialResult DialTimeout(std::string_view network, std::string_view address, time::Duration timeout);

// Dialer is Dial with options. It may be used by several goroutines at once.
struct Dialer {
  // Timeout and Deadline limit the whole call; the earlier one counts. Of several addresses each gets its share, at
  // least 2 seconds.
  time::Duration Timeout = 0;
  time::Time Deadline;
  // LocalAddr is the address to connect from.
  Addr LocalAddr;
  // FallbackDelay is the head start of the first address family; negative: no second one is tried.
  time::Duration FallbackDelay = 0;
  // KeepAlive is the period of keep-alive probes: 0 is 15 seconds, negative none.
  time::Duration KeepAlive = 0;
  // Control, if set, is called with each socket before it is bound or connected; ControlContext, if set, instead of it,
  // with the context of DialContext.
  std::function<error(std::string_view network, std::string_view address, int fd)> Control;
  std::function<error(const context::Context& ctx, std::string_view network, std::string_view address, int fd)>
      ControlContext;

  // DialContext is Dial that ends with ctx: `dial tcp 192.0.2.1:80: operation was canceled`, or `i/o timeout` when its
  // deadline passes; errors::Is finds context::Canceled and context::DeadlineExceeded in them. What ctx does after
  // DialContext has returned does not touch the connection. On a nil Context it panics with `nil context`.
  DialResult DialContext(const context::Context& ctx, std::string_view network, std::string_view address) const;
  // Dial is net::Dial with these options.
  DialResult Dial(std::string_view network, std::string_view address);
  DialResult Dial(std::string_view network, std::string_view address) const {
    return Dialer(*this).Dial(network, address);
  }
};

// Listen announces on a local address: tcp, tcp4, tcp6, unix, unixpacket. `:0` picks a port; the listener's Addr tells
// which. An empty or unspecified host is all addresses, IPv4 and IPv6 (only one with tcp4 or tcp6).
ListenResult Listen(std::string_view network, std::string_view address);
// ListenPacket is Listen for udp, udp4, udp6 and unixgram.
ListenPacketResult ListenPacket(std::string_view network, std::string_view address);

// ListenConfig is Listen with options. A context limits the look-up of the address's name, and nothing else.
struct ListenConfig {
  // KeepAlive is the period of keep-alive probes on accepted connections: 0 is 15 seconds, negative none.
  time::Duration KeepAlive = 0;
  // Control, if set, is called with the socket before it is bound: for options such as SO_REUSEPORT.
  std::function<error(std::string_view network, std::string_view address, int fd)> Control;

  ListenResult Listen(std::string_view network, std::string_view address) const;
  ListenPacketResult ListenPacket(std::string_view network, std::string_view address) const;
  ListenResult Listen(const context::Context& ctx, std::string_view network, std::string_view address) const;
  ListenPacketResult ListenPacket(const context::Context& ctx, std::string_view network,
                                  std::string_view address) const;
};

template <class C>
struct Opened {
  C conn;
  error err;
};
template <class L>
struct Announced {
  L listener;
  error err;
};
// The same for one kind of network, by address; a null laddr is any.
Opened<TCPConn> DialTCP(std::string_view network, const TCPAddr* laddr, const TCPAddr* raddr);
Opened<UDPConn> DialUDP(std::string_view network, const UDPAddr* laddr, const UDPAddr* raddr);
Opened<UnixConn> DialUnix(std::string_view network, const UnixAddr* laddr, const UnixAddr* raddr);
Announced<TCPListener> ListenTCP(std::string_view network, const TCPAddr* laddr);
Announced<UnixListener> ListenUnix(std::string_view network, const UnixAddr* laddr);
Opened<UDPConn> ListenUDP(std::string_view network, const UDPAddr* laddr);
Opened<UnixConn> ListenUnixgram(std::string_view network, const UnixAddr* laddr);

// Pipe makes two ends of a connection in memory: a Write on one waits for Reads on the other, which get its bytes
// without a buffer between.
struct PipeEnds {
  Conn a, b;
};
PipeEnds Pipe();

}  // namespace gort::net

#endif  // GORT_NET_DIAL_H_
