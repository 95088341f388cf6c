// FD's less common operations: several buffers at once, messages with ancillary data, the bare descriptor.
#include <climits>
#include <sys/uio.h>

#include <gort/syscall.h>

#include "runtime/net/poll.h"
#include "runtime/net/sys.h"

namespace gort::rt {

// In gort::rt, so that a trace shows only the FD's functions that have a copy of it.
struct fd_attempts {
  // attempt calls f under the lock of a mode until its result is another than -EAGAIN, waiting in between; f takes note
  // of what it has done. A negative result is an errno.
  template <class F>
  [[gnu::always_inline]] static error attempt(internal::poll::FD* fd, int mode, F&& f) {
    bool read = mode == 'r';
    if (!(read ? fd->readLock() : fd->writeLock())) return fd->errClosing();
    error err;
    pollerr perr = read ? fd->pd.prepareRead() : fd->pd.prepareWrite();
    // Read must not take the socket for empty any longer: f may leave bytes behind whose event has been forgotten.
    if (read) fd->drained = false;
    while (perr == pollNoError) {
      ssize_t n = f();
      if (n == -EINTR) continue;
      if (n == -EAGAIN && fd->pd.pollable()) {
        perr = read ? fd->pd.waitRead(fd->isFile) : fd->pd.waitWrite(fd->isFile);
        continue;
      }
      if (n < 0) err = syscall::Errno(static_cast<int>(-n));
      break;
    }
    if (perr != pollNoError) err = fd->convertErr(perr);
    if (fd->fdmu.rwunlock(read)) fd->destroy();
    return err;
  }

  // raw does so with a function of the user's that says whether it is done.
  struct raw {
    const std::function<bool(int)>& f;
    int sysfd;
    ssize_t operator()() const { return f(sysfd) ? 0 : -EAGAIN; }
  };
};

}  // namespace gort::rt

namespace gort::internal::poll {

namespace sys = rt::sys;
using rt::fd_attempts;

// Takes n written bytes off the front of bufs; returns the index of the first one that is not empty.
static size_t consume(std::span<io::ConstBytes> bufs, size_t first, size_t n) {
  for (; first < bufs.size() && n >= bufs[first].size(); first++) {
    n -= bufs[first].size();
    bufs[first] = io::ConstBytes();
  }
  if (n > 0) bufs[first] = bufs[first].from(n);
  return first;
}

[[gnu::noinline]] io::Result FD::Writev(std::span<io::ConstBytes> bufs) {
  constexpr size_t kMax = IOV_MAX;
  io::Result r;
  size_t first = consume(bufs, 0, 0);
  r.err = fd_attempts::attempt(this, 'w', [&]() -> ssize_t {
    while (first < bufs.size()) {
      iovec iov[kMax];
      size_t count = 0;
      for (size_t i = first; i < bufs.size() && count < kMax; i++)
        if (!bufs[i].empty()) iov[count++] = {const_cast<char*>(bufs[i].data()), bufs[i].size()};
      msghdr m{};
      m.msg_iov = iov;
      m.msg_iovlen = count;
      ssize_t n = isFile ? sys::raw(SYS_writev, Sysfd, sys::word(iov), static_cast<long>(count))
                         : sys::raw(SYS_sendmsg, Sysfd, sys::word(&m), MSG_NOSIGNAL);
      if (n < 0) return n;
      r.n += static_cast<size_t>(n);
      first = consume(bufs, first, static_cast<size_t>(n));
    }
    return 0;
  });
  return r;
}

[[gnu::noinline]] FD::message FD::ReadMsg(io::Bytes p, io::Bytes oob, int flags, sockaddr_any* from,
                                          socklen_t* fromlen) {
  message r;
  const socklen_t room = *fromlen;
  r.err = fd_attempts::attempt(this, 'r', [&]() -> ssize_t {
    iovec iov{p.data(), p.size()};
    char dummy = 0;
    // A stream hands ancillary data over only with a byte.
    if (p.empty() && !oob.empty() && IsStream) iov = {&dummy, 1};
    msghdr m{};
    m.msg_name = &from->sa;
    m.msg_namelen = room;
    m.msg_iov = &iov;
    m.msg_iovlen = 1;
    m.msg_control = oob.data();
    m.msg_controllen = oob.size();
    ssize_t n = sys::raw(SYS_recvmsg, Sysfd, sys::word(&m), flags);
    if (n < 0) return n;
    *fromlen = m.msg_namelen;
    r.n = p.empty() ? 0 : static_cast<size_t>(n);
    r.oobn = m.msg_controllen;
    r.flags = m.msg_flags;
    return n;
  });
  if (!r.err && r.n == 0 && r.oobn == 0 && !p.empty() && ZeroReadIsEOF) r.err = io::EOF;
  return r;
}

[[gnu::noinline]] FD::message FD::WriteMsg(io::ConstBytes p, io::ConstBytes oob, const sockaddr* to, socklen_t tolen) {
  message r;
  r.err = fd_attempts::attempt(this, 'w', [&]() -> ssize_t {
    char dummy = 0;
    iovec iov{const_cast<char*>(p.data()), p.size()};
    if (p.empty() && !oob.empty() && IsStream) iov = {&dummy, 1};
    msghdr m{};
    m.msg_name = const_cast<sockaddr*>(to);
    m.msg_namelen = tolen;
    m.msg_iov = &iov;
    m.msg_iovlen = 1;
    m.msg_control = const_cast<char*>(oob.data());
    m.msg_controllen = oob.size();
    ssize_t n = sys::raw(SYS_sendmsg, Sysfd, sys::word(&m), MSG_NOSIGNAL);
    if (n < 0) return n;
    r.n = p.empty() ? 0 : static_cast<size_t>(n);
    r.oobn = oob.size();
    return n;
  });
  return r;
}

error FD::RawControl(const std::function<void(int)>& f) {
  if (!fdmu.incref()) return errClosing();
  struct guard {
    FD* fd;
    ~guard() { fd->decref(); }
  } g{this};
  f(Sysfd);
  return nil;
}

[[gnu::noinline]] error FD::RawRead(const std::function<bool(int)>& f) {
  return fd_attempts::attempt(this, 'r', fd_attempts::raw{f, Sysfd});
}

[[gnu::noinline]] error FD::RawWrite(const std::function<bool(int)>& f) {
  return fd_attempts::attempt(this, 'w', fd_attempts::raw{f, Sysfd});
}

}  // namespace gort::internal::poll
