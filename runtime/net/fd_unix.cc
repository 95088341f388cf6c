// FD's operations.
//
// Read spares the system call that would give EAGAIN. A read of a TCP socket that returned less than it could has
// emptied it. Epoll is edge-triggered: any byte, end or error that arrives after the socket was empty is a new event,
// so the next read may go straight to waiting, without forgetting events first (they may have come already). What could
// be there without a new event (the end of the stream, an error, bytes beyond an urgent mark) was there when an earlier
// event was taken, whose flags say so: then hup is set and this read does not wait.
#include <fcntl.h>
#include <signal.h>

#include <gort/runtime.h>
#include <gort/syscall.h>

#include "runtime/net/poll.h"
#include "runtime/net/sys.h"
#include "sched/proc.h"
#include "sched/sema.h"

namespace gort::internal::poll {

namespace sys = rt::sys;

// A single call moves at most 1 GB, as in Go.
static constexpr size_t kMaxRW = size_t{1} << 30;

// ---- errors ----

error ErrNetClosing() {
  static const error e = errNetClosing{};
  return e;
}
error ErrFileClosing() {
  static const error e = errors::New("use of closed file");
  return e;
}
error ErrDeadlineExceeded() {
  static const error e = DeadlineExceededError{};
  return e;
}
error ErrNoDeadline() {
  static const error e = errors::New("file type does not support deadline");
  return e;
}
error ErrNotPollable() {
  static const error e = errors::New("not pollable");
  return e;
}

static error errno_error(ssize_t r) {
  return syscall::Errno(static_cast<int>(-r));
}

error FD::convertErr(rt::pollerr e) const {
  switch (e) {
    case rt::pollNoError:
      return nil;
    case rt::pollErrClosing:
      return errClosing();
    case rt::pollErrTimeout:
      return ErrDeadlineExceeded();
    case rt::pollErrNotPollable:
      return ErrNotPollable();
  }
  return nil;
}

// n is what a read returned.
error FD::eofError(ssize_t n) const {
  if (n < 0) return errno_error(n);
  return n == 0 && ZeroReadIsEOF ? io::EOF : error();
}

// ---- pollDesc ----

[[gnu::noinline]] static int runtime_pollWait(rt::pollDesc* ctx, int mode) {
  int r = rt::pollWait(ctx, mode);
  asm volatile("" : : "r"(ctx), "r"(mode));  // a trace of the waiting goroutine shows them
  return r;
}

int pollDesc::init(int fd) {
  return rt::pollOpen(fd, &runtimeCtx);
}

void pollDesc::close() {
  if (runtimeCtx == nullptr) return;
  rt::pollClose(runtimeCtx);
  runtimeCtx = nullptr;
}

void pollDesc::evict() {
  if (runtimeCtx != nullptr) rt::pollUnblock(runtimeCtx);
}

[[gnu::noinline]] rt::pollerr pollDesc::wait(int mode, bool) {
  int r = runtime_pollWait(runtimeCtx, mode);
  asm volatile("" : "+r"(r));  // keeps this a frame of its own
  return static_cast<rt::pollerr>(r);
}

// ---- opening and closing ----

int FD::Init(bool pollable) {
  return pollable ? pd.init(Sysfd) : 0;
}

FD::~FD() {
  if (Sysfd >= 0 && !fdmu.closed()) Close();
}

int FD::destroy() {
  pd.close();
  int r;
  if (lingers || isFile) {
    r = runtime::blocking([&] { return sys::close(Sysfd); });
  } else {
    r = sys::close(Sysfd);
  }
  Sysfd = -1;
  rt::semrelease(&csema, false);
  return r;
}

void FD::decref() {
  if (fdmu.decref()) destroy();
}

error FD::Close() {
  if (!fdmu.increfAndClose()) return errClosing();
  bool blocking = !pd.pollable();  // an operation in progress may never end: not waited for
  pd.evict();
  int r = fdmu.decref() ? destroy() : 0;
  if (!blocking) runtime_Semacquire(&csema);
  return r < 0 ? errno_error(r) : error();
}

template <class F>
error FD::with_ref(F&& f) {
  if (!fdmu.incref()) return errClosing();
  ssize_t r;
  do r = f();
  while (r == -EINTR);
  decref();
  return r < 0 ? errno_error(r) : error();
}

// ---- reading and writing ----

ssize_t FD::sys_read(io::Bytes p) {
  if (!isFile) return sys::recvfrom(Sysfd, p.data(), p.size(), 0, nullptr, nullptr);
  if (pd.pollable()) return sys::read(Sysfd, p.data(), p.size());
  return runtime::blocking([&] { return sys::read(Sysfd, p.data(), p.size()); });
}

// A write to a pipe without readers raises SIGPIPE in this thread. There is no flag against that: the signal is
// blocked, and taken off again if it came. If it was pending before, as it can be only where it is blocked, it stays.
static ssize_t write_pipe(int fd, io::ConstBytes p) {
  sigset_t pipe_only, old, pending;
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_only, &old);
  const bool was_pending =
      sigismember(&old, SIGPIPE) == 1 && sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
  ssize_t n = sys::write(fd, p.data(), p.size());
  if (n == -EPIPE && !was_pending) {
    timespec now{};
    sigtimedwait(&pipe_only, nullptr, &now);
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return n;
}

ssize_t FD::sys_write(io::ConstBytes p) {
  if (!isFile) return sys::sendto(Sysfd, p.data(), p.size(), MSG_NOSIGNAL, nullptr, 0);
  if (pd.pollable()) return isPipe ? write_pipe(Sysfd, p) : sys::write(Sysfd, p.data(), p.size());
  return runtime::blocking([&] { return isPipe ? write_pipe(Sysfd, p) : sys::write(Sysfd, p.data(), p.size()); });
}

[[gnu::noinline]] io::Result FD::Read(io::Bytes p) {
  if (!readLock()) return {0, errClosing()};
  io::Result r;
  rt::pollerr perr = rt::pollNoError;
  if (p.size() != 0) {
    if (p.size() > kMaxRW && IsStream) p = p.first(kMaxRW);
    bool empty = drained && !rt::pollHup(pd.runtimeCtx);
    perr = empty ? rt::pollCheck(pd.runtimeCtx, 'r') : pd.prepareRead();
    while (perr == rt::pollNoError) {
      ssize_t n = -EAGAIN;
      if (!empty) n = sys_read(p);
      empty = false;
      if (n == -EINTR) continue;
      if (n == -EAGAIN && pd.pollable()) {
        perr = pd.waitRead(isFile);
        if (perr == rt::pollNoError) drained = false;
        continue;
      }
      drained = isTCP && n > 0 && static_cast<size_t>(n) < p.size();
      if (n > 0)
        r.n = static_cast<size_t>(n);
      else
        r.err = eofError(n);
      break;
    }
    if (perr != rt::pollNoError) r.err = convertErr(perr);
  }
  if (fdmu.rwunlock(true)) destroy();
  return r;
}

[[gnu::noinline]] io::Result FD::Write(io::ConstBytes p) {
  if (!writeLock()) return {0, errClosing()};
  io::Result r;
  rt::pollerr perr = pd.prepareWrite();
  while (perr == rt::pollNoError) {
    size_t left = p.size() - r.n;
    ssize_t n = sys_write(io::ConstBytes(p.data() + r.n, IsStream && left > kMaxRW ? kMaxRW : left));
    if (n == -EINTR) continue;
    if (n > 0) r.n += static_cast<size_t>(n);
    if (r.n == p.size() && n >= 0) break;
    if (n == -EAGAIN && pd.pollable()) {
      perr = pd.waitWrite(isFile);
      continue;
    }
    if (n <= 0) {
      r.err = n == 0 ? io::ErrUnexpectedEOF : errno_error(n);
      break;
    }
  }
  if (perr != rt::pollNoError) r.err = convertErr(perr);
  if (fdmu.rwunlock(false)) destroy();
  return r;
}

// Pread and Pwrite carry their own offset: no lock, no poller.
io::Result FD::Pread(io::Bytes p, int64_t off) {
  if (!fdmu.incref()) return {0, errClosing()};
  if (IsStream && p.size() > kMaxRW) p = p.first(kMaxRW);
  ssize_t n;
  runtime::blocking([&] {
    do n = sys::pread(Sysfd, p.data(), p.size(), off);
    while (n == -EINTR);
  });
  decref();
  if (n > 0) return {static_cast<size_t>(n), nil};
  return {0, p.empty() && n == 0 ? error() : eofError(n)};
}

io::Result FD::Pwrite(io::ConstBytes p, int64_t off) {
  if (!fdmu.incref()) return {0, errClosing()};
  io::Result r;
  runtime::blocking([&] {
    do {
      size_t left = p.size() - r.n;
      ssize_t n = sys::pwrite(Sysfd, p.data() + r.n, left < kMaxRW ? left : kMaxRW, off + static_cast<int64_t>(r.n));
      if (n == -EINTR) continue;
      if (n > 0) r.n += static_cast<size_t>(n);
      if (n < 0) r.err = errno_error(n);
      if (n == 0 && left != 0) r.err = io::ErrUnexpectedEOF;
    } while (r.n < p.size() && !r.err);
  });
  decref();
  return r;
}

// ---- datagrams ----

}  // namespace gort::internal::poll

namespace gort::rt {

// In gort::rt, so that a trace shows only the FD's functions that have a copy of these.
struct fd_access {
  [[gnu::always_inline]] static io::Result read_datagram(internal::poll::FD* fd, io::Bytes p,
                                                         internal::poll::sockaddr_any* from, socklen_t* fromlen) {
    if (!fd->readLock()) return {0, fd->errClosing()};
    io::Result r;
    const socklen_t room = *fromlen;
    pollerr perr = fd->pd.prepareRead();
    while (perr == pollNoError) {
      *fromlen = room;
      ssize_t n = sys::recvfrom(fd->Sysfd, p.data(), p.size(), 0, &from->sa, fromlen);
      if (n == -EINTR) continue;
      if (n == -EAGAIN && fd->pd.pollable()) {
        perr = fd->pd.waitRead(fd->isFile);
        continue;
      }
      if (n > 0)
        r.n = static_cast<size_t>(n);
      else
        r.err = fd->eofError(n);
      break;
    }
    if (perr != pollNoError) r.err = fd->convertErr(perr);
    if (fd->fdmu.rwunlock(true)) fd->destroy();
    return r;
  }

  [[gnu::always_inline]] static internal::poll::FD::accepted accept(internal::poll::FD* fd,
                                                                    const std::atomic<bool>* abandoned) {
    internal::poll::FD::accepted r;
    if (!fd->readLock()) {
      r.err = fd->errClosing();
      return r;
    }
    pollerr perr = fd->pd.prepareRead();
    while (perr == pollNoError) {
      if (fd->abandoned_.load() > 0) [[unlikely]] {
        if (abandoned != nullptr && abandoned->load()) break;
        bool last = fd->fdmu.rwunlock(true);
        if (last) fd->destroy();
        Gosched();
        if (last || !fd->readLock()) {
          r.err = fd->errClosing();
          return r;
        }
        perr = fd->pd.prepareRead();
        continue;
      }
      r.fromlen = sizeof r.from;
      int s = sys::accept4(fd->Sysfd, &r.from.sa, &r.fromlen, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (s == -EINTR || s == -ECONNABORTED) continue;  // the peer gave up while it was queued
      if (s == -EAGAIN && fd->pd.pollable()) {
        perr = fd->pd.waitRead(fd->isFile);
        continue;
      }
      r.fd = s;
      if (s < 0) {
        r.call = "accept4";
        r.err = internal::poll::errno_error(s);
      }
      break;
    }
    if (perr != pollNoError) r.err = fd->convertErr(perr);
    if (fd->fdmu.rwunlock(true)) fd->destroy();
    return r;
  }
};

}  // namespace gort::rt

namespace gort::internal::poll {

[[gnu::noinline]] io::Result FD::ReadFrom(io::Bytes p, sockaddr_any* from, socklen_t* fromlen) {
  return rt::fd_access::read_datagram(this, p, from, fromlen);
}
[[gnu::noinline]] io::Result FD::ReadFromInet4(io::Bytes p, sockaddr_any* from) {
  socklen_t n = sizeof *from;
  return rt::fd_access::read_datagram(this, p, from, &n);
}
[[gnu::noinline]] io::Result FD::ReadFromInet6(io::Bytes p, sockaddr_any* from) {
  socklen_t n = sizeof *from;
  return rt::fd_access::read_datagram(this, p, from, &n);
}

[[gnu::noinline]] io::Result FD::WriteTo(io::ConstBytes p, const sockaddr* to, socklen_t tolen) {
  if (!writeLock()) return {0, errClosing()};
  io::Result r;
  rt::pollerr perr = pd.prepareWrite();
  while (perr == rt::pollNoError) {
    ssize_t n = sys::sendto(Sysfd, p.data(), p.size(), MSG_NOSIGNAL, to, tolen);
    if (n == -EINTR) continue;
    if (n == -EAGAIN && pd.pollable()) {
      perr = pd.waitWrite(isFile);
      continue;
    }
    if (n >= 0)
      r.n = p.size();
    else
      r.err = errno_error(n);
    break;
  }
  if (perr != rt::pollNoError) r.err = convertErr(perr);
  if (fdmu.rwunlock(false)) destroy();
  return r;
}

// ---- connections ----

[[gnu::noinline]] FD::accepted FD::Accept() {
  return rt::fd_access::accept(this, nullptr);
}
[[gnu::noinline]] FD::accepted FD::AcceptUnless(const std::atomic<bool>* abandoned) {
  return rt::fd_access::accept(this, abandoned);
}

void FD::begin_abandon(std::atomic<bool>* abandoned) {
  abandoned->store(true);
  abandoned_.fetch_add(1);
  if (!fdmu.incref()) return;
  if (pd.pollable()) rt::pollWake(pd.runtimeCtx, 'r');
  decref();
}

[[gnu::noinline]] error FD::WaitWrite() {
  if (!fdmu.incref()) return errClosing();
  error err = convertErr(pd.waitWrite(isFile));
  decref();
  return err;
}

error FD::Shutdown(int how) {
  return with_ref([&] { return sys::shutdown(Sysfd, how); });
}
error FD::SetsockoptInt(int level, int name, int v) {
  return with_ref([&] { return sys::setsockopt_int(Sysfd, level, name, v); });
}
error FD::SetsockoptLinger(int seconds) {
  linger l{seconds >= 0, seconds >= 0 ? seconds : 0};
  lingers = seconds > 0;
  return with_ref([&] { return sys::setsockopt(Sysfd, SOL_SOCKET, SO_LINGER, &l, sizeof l); });
}

// ---- deadlines ----

error FD::setDeadlineImpl(time::Time t, int mode) {
  int64_t d = 0;
  if (!t.IsZero()) {
    d = time::Until(t).Nanoseconds();
    if (d == 0) d = -1;  // 0 stands for none
  }
  if (!fdmu.incref()) return errClosing();
  error err;
  if (pd.pollable())
    rt::pollSetDeadline(pd.runtimeCtx, d, mode);
  else
    err = ErrNoDeadline();
  decref();
  return err;
}
error FD::SetDeadline(time::Time t) {
  return setDeadlineImpl(t, 'r' + 'w');
}
error FD::SetReadDeadline(time::Time t) {
  return setDeadlineImpl(t, 'r');
}
error FD::SetWriteDeadline(time::Time t) {
  return setDeadlineImpl(t, 'w');
}

// ---- files ----

FD::offset FD::Seek(int64_t off, int whence) {
  int64_t at = 0;
  error err = with_ref([&] { return at = sys::lseek(Sysfd, off, whence); });
  return {at < 0 ? 0 : at, std::move(err)};
}

error FD::Fsync() {
  return with_ref([&] { return runtime::blocking([&] { return sys::fsync(Sysfd); }); });
}
error FD::Ftruncate(int64_t size) {
  return with_ref([&] { return sys::ftruncate(Sysfd, size); });
}
error FD::Fstat(struct stat* st) {
  return with_ref([&] { return sys::raw(SYS_fstat, Sysfd, sys::word(st), 0); });
}
FD::offset FD::Dup() {
  int64_t fd = -1;
  error err = with_ref([&] { return fd = sys::raw(SYS_fcntl, Sysfd, F_DUPFD_CLOEXEC, 0); });
  return {fd, std::move(err)};
}

}  // namespace gort::internal::poll
