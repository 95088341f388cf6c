// gort/net/conn.h: connections and listeners: Conn, PacketConn, Listener and the types of each network.
//
// All of these are handles: cheap to copy, copies share one connection, a default-constructed one is nil. A connection
// that is not closed is closed when its last handle goes. Goroutines and ordinary threads may use one connection
// together: reads exclude each other, and so do writes; Close may come at any time and makes the operations in progress
// fail with ErrClosed. A goroutine that waits shows as `IO wait`.
#ifndef GORT_NET_CONN_H_
#define GORT_NET_CONN_H_

#include <functional>
#include <memory>
#include <optional>

#include <gort/io.h>
#include <gort/net/error.h>
#include <gort/os/file.h>
#include <gort/time/time.h>

namespace gort::context {
class Context;
}

namespace gort::net {

class conn;  // a socket (runtime/net)
class Conn;
class PacketConn;
class TCPConn;
class UDPConn;
class UnixConn;
class TCPListener;
class UnixListener;

// AbstractConn is what a Conn of one's own implements: `net::Conn c(std::make_shared<MyConn>())`.
class AbstractConn {
 public:
  virtual ~AbstractConn() = default;
  virtual io::Result Read(io::Bytes b) = 0;
  virtual io::Result Write(io::ConstBytes b) = 0;
  virtual error Close() = 0;
  virtual Addr LocalAddr() = 0;
  virtual Addr RemoteAddr() = 0;
  virtual error SetDeadline(time::Time t) = 0;
  virtual error SetReadDeadline(time::Time t) = 0;
  virtual error SetWriteDeadline(time::Time t) = 0;
};

// MsgResult is what ReadMsgUDP, WriteMsgUnix and their like return: bytes of the message and of the ancillary data, the
// system's flags (MSG_TRUNC, MSG_CTRUNC), the sender.
template <class A>
struct MsgResult {
  size_t n = 0, oobn = 0;
  int flags = 0;
  A addr;
  error err;
};

// RawConn gives access to the descriptor of a connection or listener, for what has no method here: socket options,
// other libraries. A default-constructed one is nil; its methods give `invalid argument`.
//
//   c.SyscallConn().Control([](int fd) { setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl); });
class RawConn {
 public:
  RawConn() = default;
  // Control calls f with the descriptor, which stays open and the same while f runs.
  error Control(const std::function<void(int fd)>& f) const;
  // Read calls f until it returns true; while it returns false (its read gave EAGAIN) the goroutine waits until the
  // descriptor may be readable, the deadline passes or the connection is closed. Write is the same for writing.
  error Read(const std::function<bool(int fd)>& f) const;
  error Write(const std::function<bool(int fd)>& f) const;
  explicit operator bool() const noexcept { return p_ != nullptr; }

 private:
  friend struct access;
  explicit RawConn(std::shared_ptr<conn> p) : p_(std::move(p)) {}
  std::shared_ptr<conn> p_;
};

struct FileResult {
  os::File file;
  error err;
};

struct ReadFromResult {
  size_t n = 0;
  Addr addr;
  error err;
};

class AbstractPacketConn {
 public:
  virtual ~AbstractPacketConn() = default;
  virtual ReadFromResult ReadFrom(io::Bytes b) = 0;
  virtual io::Result WriteTo(io::ConstBytes b, const Addr& addr) = 0;
  virtual error Close() = 0;
  virtual Addr LocalAddr() = 0;
  virtual error SetDeadline(time::Time t) = 0;
  virtual error SetReadDeadline(time::Time t) = 0;
  virtual error SetWriteDeadline(time::Time t) = 0;
};

struct AcceptResult;
class AbstractListener {
 public:
  virtual ~AbstractListener() = default;
  virtual AcceptResult Accept() = 0;
  // Unless overridden, AcceptContext looks at ctx before it waits, and not while it does.
  virtual AcceptResult AcceptContext(const context::Context& ctx);
  virtual error Close() = 0;
  virtual net::Addr Addr() = 0;
};

}  // namespace gort::net

namespace gort::rt {

// The methods of the generic handles stand in gort::rt, which traces hide: what a trace shows, as in Go, is the method
// of the connection behind the handle, `net.(*conn).Read`.

// net_conn holds the methods of net::Conn. On a nil Conn they panic with a nil dereference.
class net_conn {
 public:
  // Read reads up to b.size() bytes and waits until there is at least one. At the end of the stream: n is 0 and err is
  // io::EOF. Other errors are OpErrors: past the read deadline one that wraps os::ErrDeadlineExceeded, after Close one
  // that wraps ErrClosed.
  io::Result Read(io::Bytes b) const { return get(2).Read(b); }
  // Write writes all of b, waiting as often as it must; n < b.size() only with an error.
  io::Result Write(io::ConstBytes b) const { return get(7).Write(b); }
  // Close closes the connection. Reads and writes in progress, on other goroutines, fail with ErrClosed.
  error Close() const { return get(0).Close(); }
  net::Addr LocalAddr() const { return get(1).LocalAddr(); }
  net::Addr RemoteAddr() const { return get(3).RemoteAddr(); }
  // SetDeadline sets the time after which reads and writes fail instead of waiting, those in progress included, until
  // it is set anew. The zero Time is none.
  error SetDeadline(time::Time t) const { return get(4).SetDeadline(t); }
  error SetReadDeadline(time::Time t) const { return get(5).SetReadDeadline(t); }
  error SetWriteDeadline(time::Time t) const { return get(6).SetWriteDeadline(t); }

  explicit operator bool() const noexcept { return p_ != nullptr; }

 protected:
  net_conn() = default;
  explicit net_conn(std::shared_ptr<net::AbstractConn> p) : p_(std::move(p)) {}
  net::AbstractConn& get(int method) const {
    if (p_ == nullptr) [[unlikely]]
      nil_method(method);
    return *p_;
  }
  std::shared_ptr<net::AbstractConn> p_;
};

class net_packet_conn {
 public:
  // ReadFrom waits for a packet and gives its bytes, as many as fit (the rest is lost), and its sender.
  net::ReadFromResult ReadFrom(io::Bytes b) const { return get(2).ReadFrom(b); }
  // WriteTo sends one packet. On a socket that Dial connected it fails with ErrWriteToConnected.
  io::Result WriteTo(io::ConstBytes b, const net::Addr& addr) const { return get(6).WriteTo(b, addr); }
  error Close() const { return get(0).Close(); }
  net::Addr LocalAddr() const { return get(1).LocalAddr(); }
  error SetDeadline(time::Time t) const { return get(3).SetDeadline(t); }
  error SetReadDeadline(time::Time t) const { return get(4).SetReadDeadline(t); }
  error SetWriteDeadline(time::Time t) const { return get(5).SetWriteDeadline(t); }

  explicit operator bool() const noexcept { return p_ != nullptr; }

 protected:
  net_packet_conn() = default;
  explicit net_packet_conn(std::shared_ptr<net::AbstractPacketConn> p) : p_(std::move(p)) {}
  net::AbstractPacketConn& get(int method) const {
    if (p_ == nullptr) [[unlikely]]
      nil_method(method);
    return *p_;
  }
  std::shared_ptr<net::AbstractPacketConn> p_;
};

class net_listener {
 public:
  // Accept waits for the next connection. After Close it fails with ErrClosed; an error whose Temporary() is true (too
  // many open files) leaves the listener as it was.
  net::AcceptResult Accept() const;
  // AcceptContext is Accept until ctx is done, which fails with an error that wraps ctx.Err(): `accept tcp
  // 127.0.0.1:80: operation was canceled` or `... i/o timeout`. Others who wait for a connection go on waiting, and no
  // connection is lost: one that came in time is returned though ctx is done. On a nil Context it panics with `nil
  // context`.
  //
  //   auto [l, listen_err] = net::Listen("tcp", "127.0.0.1:0");
  //   auto [ctx, cancel] = context::WithTimeout(context::Background(), time::Second);
  //   auto [c, err] = l.AcceptContext(ctx);          // err: ...: i/o timeout
  net::AcceptResult AcceptContext(const context::Context& ctx) const;
  // Close stops listening; an Accept in progress fails. Connections that were accepted stay.
  error Close() const { return get(2).Close(); }
  net::Addr Addr() const { return get(1).Addr(); }

  explicit operator bool() const noexcept { return p_ != nullptr; }

 protected:
  net_listener() = default;
  explicit net_listener(std::shared_ptr<net::AbstractListener> p) : p_(std::move(p)) {}
  net::AbstractListener& get(int method) const {
    if (p_ == nullptr) [[unlikely]]
      nil_method(method);
    return *p_;
  }
  std::shared_ptr<net::AbstractListener> p_;
};

// A blocking method of TCPListener, UDPConn and UnixConn is not const, for its name in traces; these let a const
// handle, such as one captured by a lambda, call it.
template <class L>
class net_const_listener {
 public:
  auto Accept() const;

 private:
  L& self() const { return const_cast<L&>(static_cast<const L&>(*this)); }
};
template <class C>
class net_const_packets {
 public:
  net::ReadFromResult ReadFrom(io::Bytes b) const;
  io::Result WriteTo(io::ConstBytes b, const net::Addr& addr) const;

 private:
  C& self() const { return const_cast<C&>(static_cast<const C&>(*this)); }
};

}  // namespace gort::rt

namespace gort::net {

// Conn is a stream connection, or a connected packet socket. Go's net.Conn.
//
//   auto [c, err] = net::Dial("tcp", "127.0.0.1:80");
//   if (err) return err;
//   c.Write("GET / HTTP/1.0\r\n\r\n");
//   char buf[4096];
//   for (;;) {
//     auto [n, err] = c.Read(buf);
//     use(std::string_view(buf, n));
//     if (err) break;                     // io::EOF at the end
//   }
//   c.Close();
class Conn : public rt::net_conn {
 public:
  Conn() = default;
  Conn(nil_t) {}
  explicit Conn(std::shared_ptr<AbstractConn> p) : net_conn(std::move(p)) {}
  friend bool operator==(const Conn& a, const Conn& b) { return a.p_ == b.p_; }
  friend bool operator==(const Conn& a, nil_t) { return a.p_ == nullptr; }

  // as is Go's type assertion: a std::optional, which is empty where the connection is something else. It works for
  // one's own AbstractConns too, and gives a shared_ptr then.
  //
  //   if (auto tcp = c.as<net::TCPConn>()) tcp->CloseWrite();
  template <class T>
  auto as() const;

 protected:
  friend struct access;
};

// TCPConn is a TCP connection. On a nil one, as on a nil UDPConn or UnixConn, methods panic with a nil dereference.
class TCPConn : public Conn {
 public:
  TCPConn() = default;
  TCPConn(nil_t) {}
  // CloseRead and CloseWrite shut one direction down; after CloseWrite the peer reads the end of the stream.
  error CloseRead() const;
  error CloseWrite() const;
  // SetNoDelay(true), the default, sends data at once; false lets the system gather it (Nagle's algorithm).
  error SetNoDelay(bool noDelay) const;
  // Keep-alive probes are on by default, every 15 seconds.
  error SetKeepAlive(bool keepalive) const;
  error SetKeepAlivePeriod(time::Duration d) const;
  // SetLinger says what Close does with data that is still to be sent: sec < 0 (the default) sends it in the
  // background, 0 discards it, and sec > 0 makes Close wait for that long.
  error SetLinger(int sec) const;
  error SetReadBuffer(int bytes) const;
  error SetWriteBuffer(int bytes) const;
  RawConn SyscallConn() const;
  // File gives a copy of the descriptor as a file. Closing one does not close the other.
  FileResult File() const;

 private:
  friend struct access;
  explicit TCPConn(std::shared_ptr<AbstractConn> p) : Conn(std::move(p)) {}
};

// UDPConn is a UDP socket; Dial's are connected to one peer (Read and Write), ListenPacket's and ListenUDP's are not
// (ReadFrom, WriteTo).
class UDPConn : public Conn, public rt::net_const_packets<UDPConn> {
 public:
  UDPConn() = default;
  UDPConn(nil_t) {}
  using rt::net_const_packets<UDPConn>::ReadFrom;
  using rt::net_const_packets<UDPConn>::WriteTo;
  ReadFromResult ReadFrom(io::Bytes b);
  io::Result WriteTo(io::ConstBytes b, const Addr& addr);
  struct FromUDP {
    size_t n = 0;
    UDPAddr addr;
    error err;
  };
  // ReadFromUDP is ReadFrom without the allocation of an Addr; WriteToUDP is WriteTo.
  FromUDP ReadFromUDP(io::Bytes b) const;
  io::Result WriteToUDP(io::ConstBytes b, const UDPAddr& addr) const;
  // ReadMsgUDP and WriteMsgUDP are the same with ancillary data (recvmsg(2), cmsg(3)); a null addr is the peer of a
  // connected socket.
  MsgResult<UDPAddr> ReadMsgUDP(io::Bytes b, io::Bytes oob) const;
  MsgResult<UDPAddr> WriteMsgUDP(io::ConstBytes b, io::ConstBytes oob, const UDPAddr* addr) const;
  error SetReadBuffer(int bytes) const;
  error SetWriteBuffer(int bytes) const;
  RawConn SyscallConn() const;
  FileResult File() const;
  operator PacketConn() const;

 private:
  friend struct access;
  explicit UDPConn(std::shared_ptr<AbstractConn> p) : Conn(std::move(p)) {}
  FromUDP readFromUDP(io::Bytes b);
  FromUDP readFrom(io::Bytes b);
  io::Result writeTo(io::ConstBytes b, const UDPAddr& addr);
};

// UnixConn is a Unix domain socket: a stream (unix), datagrams (unixgram) or packets in sequence (unixpacket).
class UnixConn : public Conn, public rt::net_const_packets<UnixConn> {
 public:
  UnixConn() = default;
  UnixConn(nil_t) {}
  using rt::net_const_packets<UnixConn>::ReadFrom;
  using rt::net_const_packets<UnixConn>::WriteTo;
  ReadFromResult ReadFrom(io::Bytes b);
  io::Result WriteTo(io::ConstBytes b, const Addr& addr);
  struct FromUnix {
    size_t n = 0;
    std::optional<UnixAddr> addr;  // empty: the sender has no name, or the socket is a stream
    error err;
  };
  FromUnix ReadFromUnix(io::Bytes b) const;
  io::Result WriteToUnix(io::ConstBytes b, const UnixAddr& addr) const;
  // With ancillary data, such as descriptors (SCM_RIGHTS, unix(7)); they arrive with close-on-exec set.
  MsgResult<UnixAddr> ReadMsgUnix(io::Bytes b, io::Bytes oob) const;
  MsgResult<UnixAddr> WriteMsgUnix(io::ConstBytes b, io::ConstBytes oob, const UnixAddr* addr) const;
  error CloseRead() const;
  error CloseWrite() const;
  error SetReadBuffer(int bytes) const;
  error SetWriteBuffer(int bytes) const;
  RawConn SyscallConn() const;
  FileResult File() const;
  operator PacketConn() const;

 private:
  friend struct access;
  explicit UnixConn(std::shared_ptr<AbstractConn> p) : Conn(std::move(p)) {}
  FromUnix readFrom(io::Bytes b);
  io::Result writeTo(io::ConstBytes b, const UnixAddr& addr);
};

// PacketConn is a packet socket that is not connected. Go's net.PacketConn.
class PacketConn : public rt::net_packet_conn {
 public:
  PacketConn() = default;
  PacketConn(nil_t) {}
  explicit PacketConn(std::shared_ptr<AbstractPacketConn> p) : net_packet_conn(std::move(p)) {}
  friend bool operator==(const PacketConn& a, const PacketConn& b) { return a.p_ == b.p_; }
  friend bool operator==(const PacketConn& a, nil_t) { return a.p_ == nullptr; }
  template <class T>
  auto as() const;
};

struct AcceptResult {
  Conn conn;
  error err;
};

// Listener accepts stream connections. Go's net.Listener.
//
//   auto [l, err] = net::Listen("tcp", "127.0.0.1:0");
//   for (;;) {
//     auto [c, err] = l.Accept();
//     if (err) break;
//     go([c] { serve(c); });
//   }
class Listener : public rt::net_listener {
 public:
  Listener() = default;
  Listener(nil_t) {}
  explicit Listener(std::shared_ptr<AbstractListener> p) : net_listener(std::move(p)) {}
  friend bool operator==(const Listener& a, const Listener& b) { return a.p_ == b.p_; }
  friend bool operator==(const Listener& a, nil_t) { return a.p_ == nullptr; }
  // as is Go's type assertion: l.as<TCPListener>(), empty where the listener is something else.
  template <class T>
  auto as() const;
};

// TCPListener is a TCP listener, with a deadline for Accept. Methods of a nil one, as of a nil UnixListener, give the
// error `invalid argument`, all but Addr, which panics with a nil dereference.
class TCPListener : public rt::net_const_listener<TCPListener> {
 public:
  TCPListener() = default;
  TCPListener(nil_t) {}
  using rt::net_const_listener<TCPListener>::Accept;
  AcceptResult Accept();
  struct Accepted {
    TCPConn conn;
    error err;
  };
  Accepted AcceptTCP() const;
  AcceptResult AcceptContext(const context::Context& ctx) const;
  error Close() const;
  net::Addr Addr() const;
  error SetDeadline(time::Time t) const;
  RawConn SyscallConn() const;
  FileResult File() const;
  operator Listener() const;
  explicit operator bool() const noexcept { return p_ != nullptr; }
  friend bool operator==(const TCPListener& a, nil_t) { return a.p_ == nullptr; }

 private:
  friend struct access;
  explicit TCPListener(std::shared_ptr<conn> p) : p_(std::move(p)) {}
  Accepted accept();
  std::shared_ptr<conn> p_;
};

// UnixListener is a listener on a Unix domain socket. Close removes the socket's file.
class UnixListener : public rt::net_const_listener<UnixListener> {
 public:
  UnixListener() = default;
  UnixListener(nil_t) {}
  using rt::net_const_listener<UnixListener>::Accept;
  AcceptResult Accept();
  struct Accepted {
    UnixConn conn;
    error err;
  };
  Accepted AcceptUnix() const;
  AcceptResult AcceptContext(const context::Context& ctx) const;
  error Close() const;
  net::Addr Addr() const;
  error SetDeadline(time::Time t) const;
  RawConn SyscallConn() const;
  FileResult File() const;
  // SetUnlinkOnClose says whether Close removes the file.
  void SetUnlinkOnClose(bool unlink) const;
  operator Listener() const;
  explicit operator bool() const noexcept { return p_ != nullptr; }
  friend bool operator==(const UnixListener& a, nil_t) { return a.p_ == nullptr; }

 private:
  friend struct access;
  explicit UnixListener(std::shared_ptr<conn> p) : p_(std::move(p)) {}
  Accepted accept();
  std::shared_ptr<conn> p_;
};

// Buffers is several pieces of bytes that are written as one, on a socket with one system call for up to 1024 of them
// (writev). It owns none of the bytes.
//
//   net::Buffers b{"HTTP/1.1 200 OK\r\n", headers, body};
//   auto [n, err] = b.WriteTo(conn);
class Buffers : public std::vector<io::ConstBytes> {
 public:
  using std::vector<io::ConstBytes>::vector;
  // WriteTo writes everything and leaves the Buffers empty; after an error what has not been written is left.
  io::Result WriteTo(const Conn& c);
  // Read takes bytes off the front; at the end it gives io::EOF.
  io::Result Read(io::Bytes b);
};

// FileConn, FileListener and FilePacketConn make a connection or listener from a copy of an open socket's descriptor,
// such as one that another program has handed over. They do not close f.
struct FileConnResult {
  Conn conn;
  error err;
};
struct FileListenerResult {
  Listener listener;
  error err;
};
struct FilePacketConnResult {
  PacketConn conn;
  error err;
};
FileConnResult FileConn(const os::File& f);
FileListenerResult FileListener(const os::File& f);
FilePacketConnResult FilePacketConn(const os::File& f);

// access makes handles out of sockets, for the library.
struct access {
  static TCPConn tcp(std::shared_ptr<AbstractConn> p) { return TCPConn(std::move(p)); }
  static UDPConn udp(std::shared_ptr<AbstractConn> p) { return UDPConn(std::move(p)); }
  static UnixConn unix_(std::shared_ptr<AbstractConn> p) { return UnixConn(std::move(p)); }
  static TCPListener tcp_listener(std::shared_ptr<conn> p) { return TCPListener(std::move(p)); }
  static UnixListener unix_listener(std::shared_ptr<conn> p) { return UnixListener(std::move(p)); }
  static const std::shared_ptr<AbstractConn>& of(const Conn& c) { return c.p_; }
  static RawConn raw(std::shared_ptr<conn> p) { return RawConn(std::move(p)); }
  // The kind of socket behind a connection: 't' TCP, 'u' UDP, 'x' Unix, 0 for no socket.
  static char kind(const AbstractConn* c);
  static std::optional<UDPConn> as_udp(const AbstractPacketConn* c);
  static std::optional<UnixConn> as_unix(const AbstractPacketConn* c);
  static std::optional<TCPListener> as_tcp_listener(const AbstractListener* l);
  static std::optional<UnixListener> as_unix_listener(const AbstractListener* l);
};

template <class T>
auto Conn::as() const {
  if constexpr (std::is_same_v<T, TCPConn>)
    return access::kind(p_.get()) == 't' ? std::optional(access::tcp(p_)) : std::nullopt;
  else if constexpr (std::is_same_v<T, UDPConn>)
    return access::kind(p_.get()) == 'u' ? std::optional(access::udp(p_)) : std::nullopt;
  else if constexpr (std::is_same_v<T, UnixConn>)
    return access::kind(p_.get()) == 'x' ? std::optional(access::unix_(p_)) : std::nullopt;
  else
    return std::dynamic_pointer_cast<T>(p_);
}

template <class T>
auto PacketConn::as() const {
  if constexpr (std::is_same_v<T, UDPConn>)
    return access::as_udp(p_.get());
  else if constexpr (std::is_same_v<T, UnixConn>)
    return access::as_unix(p_.get());
  else
    return std::dynamic_pointer_cast<T>(p_);
}

template <class T>
auto Listener::as() const {
  if constexpr (std::is_same_v<T, TCPListener>)
    return access::as_tcp_listener(p_.get());
  else if constexpr (std::is_same_v<T, UnixListener>)
    return access::as_unix_listener(p_.get());
  else
    return std::dynamic_pointer_cast<T>(p_);
}

}  // namespace gort::net

namespace gort::rt {

inline net::AcceptResult net_listener::Accept() const {
  return get(0).Accept();
}
inline net::AcceptResult net_listener::AcceptContext(const context::Context& ctx) const {
  return get(0).AcceptContext(ctx);
}
template <class L>
auto net_const_listener<L>::Accept() const {
  return self().Accept();
}
template <class C>
net::ReadFromResult net_const_packets<C>::ReadFrom(io::Bytes b) const {
  return self().ReadFrom(b);
}
template <class C>
io::Result net_const_packets<C>::WriteTo(io::ConstBytes b, const net::Addr& addr) const {
  return self().WriteTo(b, addr);
}

}  // namespace gort::rt

#endif  // GORT_NET_CONN_H_
