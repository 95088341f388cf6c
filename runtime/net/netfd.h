// What the sources of package net share: sockets (netFD), the object behind a connection handle (conn), socket
// addresses.
#pragma once
#include <functional>
#include <netinet/in.h>
#include <sys/un.h>

#include <gort/context.h>
#include <gort/net.h>
#include <gort/sync/mutex.h>

#include "runtime/net/poll.h"

namespace gort::net {

namespace poll = ::gort::internal::poll;
using control_fn = std::function<error(std::string_view network, std::string_view address, int fd)>;

// rawaddr is an address as the system takes it. len 0: none.
struct rawaddr {
  poll::sockaddr_any u{};
  socklen_t len = 0;
};

// endpoint is an address to bind or connect to; null pointers stand for none.
struct endpoint {
  Addr addr;           // as the user knows it
  bool local = false;  // a Unix domain socket: name; otherwise ip, port, zone
  IP ip;
  int port = 0;
  std::string zone;
  std::string name;

  static endpoint of(const TCPAddr& a) { return {a, false, a.IP, a.Port, a.Zone, ""}; }
  static endpoint of(const UDPAddr& a) { return {a, false, a.IP, a.Port, a.Zone, ""}; }
  static endpoint of(const UnixAddr& a) { return {a, true, {}, 0, "", a.Name}; }
  // bare leaves addr nil, which saves an allocation.
  static endpoint bare(const UDPAddr& a) { return {nil, false, a.IP, a.Port, a.Zone, ""}; }
  static endpoint bare(const UnixAddr& a) { return {nil, true, {}, 0, "", a.Name}; }
  int family() const;
  bool isWildcard() const { return local ? name.empty() : !ip || ip.IsUnspecified(); }
  // to_raw fills *out; an AddrError, or an Errno for a Unix name that is too long or a port that is none.
  error to_raw(int family, rawaddr* out) const;
};

// dial_scope is how long a dial or look-up may take and who may end it. cancel comes from another goroutine, or from
// ctx, and makes the connect in progress fail with why.
class dial_scope : public std::enable_shared_from_this<dial_scope> {
 public:
  // make gives a scope that ends at deadline (the zero Time: never) or with ctx, whichever is first.
  static std::shared_ptr<dial_scope> make(time::Time deadline, const context::Context& ctx = context::Background());
  ~dial_scope();
  dial_scope(const dial_scope&) = delete;
  dial_scope& operator=(const dial_scope&) = delete;
  void cancel(error why);
  error canceled();
  // The connect in progress; leave gives the reason if it was canceled.
  error enter(poll::FD* fd);
  error leave();
  // done is closed when ctx ends; nil if it never does.
  context::done_chan done() const { return ctx_.Done(); }

  const time::Time deadline;
  time::Time attempt;  // for the address that is being tried; the dialing goroutine's own

 private:
  dial_scope(time::Time deadline, const context::Context& ctx) : deadline(deadline), attempt(deadline), ctx_(ctx) {}

  const context::Context ctx_;
  std::function<bool()> stop_;  // ends the watch over ctx
  sync::Mutex mu_;
  error why_;
  poll::FD* fd_ = nullptr;
};

// netFD is a socket. net, laddr and raddr do not change once it is in use.
struct netFD {
  netFD(int sysfd, int family, int sotype, std::string_view net);
  io::Result Read(io::Bytes p);
  io::Result Write(io::ConstBytes p);
  io::Result readFrom(io::Bytes p, rawaddr* from);
  io::Result readFromInet4(io::Bytes p, rawaddr* from);
  io::Result readFromInet6(io::Bytes p, rawaddr* from);
  io::Result writeTo(io::ConstBytes p, const rawaddr& to);
  error Close() { return pfd.Close(); }
  error shutdown(int how);
  error setsockopt(int level, int name, int v);

  error init();
  error dial(dial_scope* scope, const endpoint* laddr, const endpoint* raddr, const control_fn* control);
  error connect(dial_scope* scope, const rawaddr& ra);
  error listenStream(const endpoint& laddr, const control_fn* control);
  error listenDatagram(const endpoint& laddr, const control_fn* control);
  struct accepted {
    std::shared_ptr<conn> c;
    error err;
  };
  accepted accept();
  accepted acceptUnless(const std::atomic<bool>* abandoned);  // abandoned: neither c nor err
  Addr to_addr(const rawaddr& r) const;

  poll::FD pfd;
  const int family;
  const int sotype;
  bool isConnected = false;
  std::string_view net;  // a literal
  Addr laddr, raddr;

 private:
  accepted adopt(poll::FD::accepted a);
  std::string ctrlNetwork() const;
  error bind(const endpoint& laddr, const control_fn* control);
  Addr local_name() const;
};

// conn is the object behind Conn handles, and behind listeners.
class conn final : public AbstractConn {
 public:
  conn(int sysfd, int family, int sotype, std::string_view net) : fd(sysfd, family, sotype, net) {}
  ~conn() override;
  io::Result Read(io::Bytes b) override;
  io::Result Write(io::ConstBytes b) override;
  error Close() override;
  Addr LocalAddr() override { return fd.laddr; }
  Addr RemoteAddr() override { return fd.raddr; }
  error SetDeadline(time::Time t) override;
  error SetReadDeadline(time::Time t) override;
  error SetWriteDeadline(time::Time t) override;
  // A socket option; op errors say "set".
  error set_option(int level, int name, int v);
  // Errors as the methods of connections (peer in it) and of listeners and setters (without) report them.
  error op_error(const char* op, error err) const;
  error local_error(const char* op, error err) const;

  netFD fd;
  // Of listeners: the file to remove on Close.
  std::atomic<bool> unlink{false};
  void unlink_path();
};

// What methods of several kinds of connections do.
error invalid();  // EINVAL: the error of a method on a nil listener, RawConn or file, and of an address of another kind
error shutdown_op(conn* c, int how);
error set_buffer(conn* c, int name, int bytes);

struct Socket {
  std::shared_ptr<conn> c;
  error err;
};
Socket internetSocket(dial_scope* scope, std::string_view net, const endpoint* laddr, const endpoint* raddr, int sotype,
                      bool dial, const control_fn* control);
Socket unixSocket(dial_scope* scope, std::string_view net, const endpoint* laddr, const endpoint* raddr, bool dial,
                  const control_fn* control);

// accept_context is l's accept for as long as ctx lasts.
netFD::accepted accept_context(const std::shared_ptr<conn>& l, const context::Context& ctx);

// known_network returns the literal for a network's name, empty if there is none such.
std::string_view known_network(std::string_view network);

// Errors of the package that have no exported name.
error errMissingAddress();
error errTimeout();
error errConnectTimeout();
error errCanceled();
// mapErr turns a context's error into the package's.
error mapErr(const error& err);
error op_error(std::string_view op, std::string_view net, Addr source, Addr addr, error err);
// wrapSyscallError names the system call of an Errno; other errors stay as they are.
error wrapSyscallError(const char* call, error err);

// isDomainName tells whether a name server can be asked for a name: labels of letters, digits, '_' and inner '-' that
// are not all numbers.
bool isDomainName(std::string_view name);

// hosts_file is where the names of addresses are looked up first: a variable for tests.
extern const char* hosts_file;

// test_lookup, if set, answers look-ups of names in place of the system: for tests of names with several addresses.
extern IPAddrs (*test_lookup)(const std::string& name, int family);

// lookupIPAddr is an address's text, or looks a name up; net says whether to ask for IPv4 or IPv6 only.
IPAddrs lookupIPAddr(dial_scope* scope, std::string_view net, std::string_view host);

// internetAddrList resolves an address of a tcp or udp network to at least one end point.
struct AddrList {
  std::vector<endpoint> addrs;
  error err;
};
AddrList internetAddrList(dial_scope* scope, std::string_view net, std::string_view addr);
AddrList resolveAddrList(dial_scope* scope, bool dial, std::string_view network, std::string_view addr,
                         const Addr& hint);

// partial_deadline is how long a dial may try one of several addresses.
time::Time partial_deadline(time::Time now, time::Time deadline, size_t addresses);

// set_tcp_options: no delay, and keep-alive with a period (0: 15 s, < 0: none). Sockets accepted from fd inherit them.
void set_tcp_options(netFD& fd, time::Duration keepalive);

}  // namespace gort::net
