// internal/poll: file descriptors with goroutine-blocking reads and writes, deadlines, and a close that may come at any
// time.
//
// FD is what net:: and os:: are built on. Its fdMutex counts the operations in progress: Close marks it closed and
// wakes them all, and the last one out closes the descriptor, so that no operation ever meets a number that has been
// given to another file. Reads exclude each other, and so do writes; a read and a write go together.
//
// The functions have Go's names and arguments, because traces of waiting goroutines show them.
#pragma once
#include <atomic>
#include <functional>
#include <sys/socket.h>
#include <sys/stat.h>

#include <gort/io.h>
#include <gort/time/time.h>

#include "sched/netpoll.h"

namespace gort::rt {
struct fd_access;
struct fd_attempts;
}  // namespace gort::rt

namespace gort::internal::poll {

void runtime_Semacquire(std::atomic<uint32_t>* sema);

// Errors. ErrDeadlineExceeded is os::ErrDeadlineExceeded, ErrNetClosing net::ErrClosed.
struct errNetClosing {
  std::string Error() const { return "use of closed network connection"; }
  bool Timeout() const { return false; }
  bool Temporary() const { return false; }
  bool operator==(const errNetClosing&) const = default;
};
struct DeadlineExceededError {
  std::string Error() const { return "i/o timeout"; }
  bool Timeout() const { return true; }
  bool Temporary() const { return true; }
  bool operator==(const DeadlineExceededError&) const = default;
};
}  // namespace gort::internal::poll

namespace gort::rt {
template <>
struct go_type<internal::poll::DeadlineExceededError> {
  static constexpr kind k = kind::Pointer;
  static constexpr void name(type_name& out) { out.add("*poll.DeadlineExceededError"); }
};
}  // namespace gort::rt

namespace gort::internal::poll {

error ErrNetClosing();
error ErrFileClosing();  // the callers turn it into os::ErrClosed
error ErrDeadlineExceeded();
error ErrNoDeadline();
error ErrNotPollable();

// fdMutex. state: bit 0 closed, bit 1 read lock, bit 2 write lock, then three counts of 20 bits: references, waiting
// readers, waiting writers.
class fdMutex {
 public:
  // incref takes a reference; false: closed.
  bool incref();
  // increfAndClose takes one and marks the mutex closed; false: it was closed already. Wakes everyone who waits for a
  // lock.
  bool increfAndClose();
  // decref gives one back; true: it was the last one of a closed mutex, and the caller closes the file.
  bool decref();
  // rwlock takes a reference and a lock; false: closed.
  bool rwlock(bool read);
  // rwunlock is the reverse, with decref's result.
  bool rwunlock(bool read);
  bool closed() const { return (state_.load(std::memory_order_relaxed) & 1) != 0; }

 private:
  std::atomic<uint64_t> state_{0};
  std::atomic<uint32_t> rsema_{0}, wsema_{0};
};

// pollDesc is the poller's side of an FD. Without a runtimeCtx the file blocks its thread.
class pollDesc {
 public:
  int init(int fd);  // 0 or an errno
  void close();
  void evict();
  rt::pollerr prepareRead() { return runtimeCtx == nullptr ? rt::pollNoError : rt::pollReset(runtimeCtx, 'r'); }
  rt::pollerr prepareWrite() { return runtimeCtx == nullptr ? rt::pollNoError : rt::pollReset(runtimeCtx, 'w'); }
  rt::pollerr wait(int mode, bool isFile);
  [[gnu::always_inline]] inline rt::pollerr waitRead(bool isFile) { return wait('r', isFile); }
  [[gnu::always_inline]] inline rt::pollerr waitWrite(bool isFile) { return wait('w', isFile); }
  bool pollable() const { return runtimeCtx != nullptr; }
  rt::pollDesc* runtimeCtx = nullptr;
};

// sockaddr_any holds the address of a peer.
union sockaddr_any {
  sockaddr sa;
  sockaddr_storage storage;
};

class FD {
 public:
  friend struct rt::fd_access;
  friend struct rt::fd_attempts;
  FD(int sysfd, bool stream, bool zero_is_eof, bool file)
      : Sysfd(sysfd), IsStream(stream), ZeroReadIsEOF(zero_is_eof), isFile(file) {}
  FD(const FD&) = delete;
  FD& operator=(const FD&) = delete;
  // An FD that was never closed closes its file: nobody uses it any more.
  ~FD();

  // Init registers the file with the poller, if pollable; the result is an errno, and the file is a blocking one then.
  int Init(bool pollable);
  // Close wakes the operations in progress, which give ErrNetClosing or ErrFileClosing, and returns when the file is
  // closed.
  error Close();

  io::Result Read(io::Bytes p);
  io::Result Write(io::ConstBytes p);
  io::Result Pread(io::Bytes p, int64_t off);
  io::Result Pwrite(io::ConstBytes p, int64_t off);
  // Datagrams; the sender's address goes to *from. The three differ by name only.
  io::Result ReadFromInet4(io::Bytes p, sockaddr_any* from);
  io::Result ReadFromInet6(io::Bytes p, sockaddr_any* from);
  io::Result ReadFrom(io::Bytes p, sockaddr_any* from, socklen_t* fromlen);
  io::Result WriteTo(io::ConstBytes p, const sockaddr* to, socklen_t tolen);
  // Accept gives the new descriptor, non-blocking, or the name of the system call that failed.
  //
  // One Accept waits at the poller, others for its lock. To end one of them, and no other, begin_abandon sets
  // *abandoned and wakes the one at the poller; from then on until end_abandon everyone who has the lock and is not
  // meant makes way. end_abandon is called when that Accept has returned, however it did.
  struct accepted {
    int fd = -1;
    const char* call = "";
    error err;
    sockaddr_any from;
    socklen_t fromlen = 0;
  };
  accepted Accept();
  accepted AcceptUnless(const std::atomic<bool>* abandoned);  // abandoned: fd is -1, and err and call are empty
  void begin_abandon(std::atomic<bool>* abandoned);
  void end_abandon() { abandoned_.fetch_sub(1); }
  error WaitWrite();
  // Writev writes all of several buffers, up to 1024 a system call; what has been written is gone from bufs.
  io::Result Writev(std::span<io::ConstBytes> bufs);
  // A message with ancillary data. flags is what recvmsg gives.
  struct message {
    size_t n = 0, oobn = 0;
    int flags = 0;
    error err;
  };
  message ReadMsg(io::Bytes p, io::Bytes oob, int flags, sockaddr_any* from, socklen_t* fromlen);
  message WriteMsg(io::ConstBytes p, io::ConstBytes oob, const sockaddr* to, socklen_t tolen);
  // RawControl calls f with the descriptor. RawRead and RawWrite call it until it returns true, and wait in between
  // until the file is ready.
  error RawControl(const std::function<void(int)>& f);
  error RawRead(const std::function<bool(int)>& f);
  error RawWrite(const std::function<bool(int)>& f);

  error Shutdown(int how);
  error SetsockoptInt(int level, int name, int v);
  error SetsockoptLinger(int seconds);
  error SetDeadline(time::Time t);
  error SetReadDeadline(time::Time t);
  error SetWriteDeadline(time::Time t);

  struct offset {
    int64_t off;
    error err;
  };
  offset Seek(int64_t off, int whence);
  error Fsync();
  error Ftruncate(int64_t size);
  error Fstat(struct stat* st);
  // Dup gives a copy of the descriptor with close-on-exec, in off.
  offset Dup();

  int Sysfd;
  pollDesc pd;

 private:
  bool readLock() { return fdmu.rwlock(true); }
  bool writeLock() { return fdmu.rwlock(false); }
  error errClosing() const { return isFile ? ErrFileClosing() : ErrNetClosing(); }
  error convertErr(rt::pollerr e) const;
  error eofError(ssize_t n) const;
  error setDeadlineImpl(time::Time t, int mode);
  int destroy();
  void decref();
  template <class F>
  error with_ref(F&& f);
  ssize_t sys_read(io::Bytes p);
  ssize_t sys_write(io::ConstBytes p);

  fdMutex fdmu;
  std::atomic<int> abandoned_{0};  // Accepts between begin_abandon and end_abandon
  std::atomic<uint32_t> csema{0};  // raised when the file has been closed
  const bool IsStream;
  const bool ZeroReadIsEOF;
  const bool isFile;

 public:
  bool isTCP = false;    // a short read means that the socket is empty: see Read
  bool isPipe = false;   // a write may raise SIGPIPE
  bool lingers = false;  // close may block

 private:
  // The last read left the socket empty and the poller has not said otherwise: under the read lock.
  bool drained = false;
};

}  // namespace gort::internal::poll
