// Sockets as files, and files as sockets: copies of a descriptor. The copy shares the socket, and with it O_NONBLOCK.
#include <fcntl.h>

#include "runtime/net/handles.h"
#include "runtime/net/sys.h"

namespace gort::net {

namespace sys = rt::sys;

// ---- File ----

static FileResult file_of(conn* c) {
  if (c == nullptr) return {nil, invalid()};
  poll::FD::offset d = c->fd.pfd.Dup();
  if (d.err) return {nil, c->op_error("file", wrapSyscallError("fcntl", std::move(d.err)))};
  std::string name = std::string(c->fd.net) + ":" + (c->fd.laddr ? c->fd.laddr.String() : "") + "->" +
                     (c->fd.raddr ? c->fd.raddr.String() : "");
  return {os::NewFile(static_cast<int>(d.off), name), nil};
}

FileResult TCPConn::File() const {
  return file_of(rt::socket_of(p_));
}
FileResult UDPConn::File() const {
  return file_of(rt::socket_of(p_));
}
FileResult UnixConn::File() const {
  return file_of(rt::socket_of(p_));
}
FileResult TCPListener::File() const {
  return file_of(p_.get());
}
FileResult UnixListener::File() const {
  return file_of(p_.get());
}

// ---- FileConn, FileListener, FilePacketConn ----

static Socket file_error(const os::File& f, error err) {
  return {nullptr, op_error("file", "file+net", nil, UnixAddr{f.Name(), "file+net"}, std::move(err))};
}

static std::string_view network_of(int family, int sotype) {
  if (family == AF_UNIX) return sotype == SOCK_STREAM ? "unix" : sotype == SOCK_DGRAM ? "unixgram" : "unixpacket";
  return sotype == SOCK_DGRAM ? "udp" : "tcp";
}

static Socket socket_of(const os::File& f) {
  auto failed = [&](const char* call, long r) {
    return file_error(f, os::NewSyscallError(call, syscall::Errno(static_cast<int>(-r))));
  };
  if (!f) return {nullptr, invalid()};
  long s = sys::raw(SYS_fcntl, f.Fd(), F_DUPFD_CLOEXEC, 0);
  if (s < 0) return failed("fcntl", s);
  int fd = static_cast<int>(s), sotype = 0;
  socklen_t n = sizeof sotype;
  int r = sys::getsockopt(fd, SOL_SOCKET, SO_TYPE, &sotype, &n);
  rawaddr own, peer;
  own.len = sizeof own.u;
  peer.len = sizeof peer.u;
  if (r == 0) r = sys::getsockname(fd, &own.u.sa, &own.len);
  if (r < 0) {
    sys::close(fd);
    return failed("getsockopt", r);
  }
  int family = own.u.sa.sa_family;
  if (family != AF_INET && family != AF_INET6 && family != AF_UNIX) {
    sys::close(fd);
    return file_error(f, syscall::Errno(EPROTONOSUPPORT));
  }
  sys::raw(SYS_fcntl, fd, F_SETFL, sys::raw(SYS_fcntl, fd, F_GETFL, 0) | O_NONBLOCK);
  auto c = std::make_shared<conn>(fd, family, sotype, network_of(family, sotype));
  if (error err = c->fd.init(); err) return file_error(f, err);
  c->fd.laddr = c->fd.to_addr(own);
  if (sys::getpeername(fd, &peer.u.sa, &peer.len) == 0) {
    c->fd.raddr = c->fd.to_addr(peer);
    c->fd.isConnected = true;
  }
  return {std::move(c), nil};
}

FileConnResult FileConn(const os::File& f) {
  Socket s = socket_of(f);
  if (s.err) return {nil, std::move(s.err)};
  if (s.c->fd.family == AF_UNIX) return {access::unix_(std::move(s.c)), nil};
  if (s.c->fd.sotype != SOCK_STREAM) return {access::udp(std::move(s.c)), nil};
  set_tcp_options(s.c->fd, 0);
  return {access::tcp(std::move(s.c)), nil};
}

FileListenerResult FileListener(const os::File& f) {
  Socket s = socket_of(f);
  if (!s.err && s.c->fd.sotype == SOCK_DGRAM) s = file_error(f, invalid());
  if (s.err) return {nil, std::move(s.err)};
  if (s.c->fd.family == AF_UNIX) return {access::unix_listener(std::move(s.c)), nil};
  return {access::tcp_listener(std::move(s.c)), nil};
}

FilePacketConnResult FilePacketConn(const os::File& f) {
  Socket s = socket_of(f);
  if (!s.err && s.c->fd.family != AF_UNIX && s.c->fd.sotype == SOCK_STREAM) s = file_error(f, invalid());
  if (s.err) return {nil, std::move(s.err)};
  if (s.c->fd.family == AF_UNIX) return {access::unix_(std::move(s.c)), nil};
  return {access::udp(std::move(s.c)), nil};
}

}  // namespace gort::net
