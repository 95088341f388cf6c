// System calls that return -errno instead of setting errno.
//
// The address of errno belongs to a thread, and compilers keep it across calls; a function that parks in the middle
// would read another thread's. glibc's wrappers are also points of cancellation, which costs two locked instructions
// each in a program with threads. Under ThreadSanitizer the wrappers are used for reads and writes all the same: it
// takes what it knows of happens-before through a descriptor from them.
#pragma once
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__)
#define GORT_LIBC_IO 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GORT_LIBC_IO 1
#endif
#endif
#ifndef GORT_LIBC_IO
#define GORT_LIBC_IO 0
#endif

namespace gort::rt::sys {

inline constexpr bool kLibcIO = GORT_LIBC_IO != 0;

[[gnu::always_inline]] inline long raw(long nr, long a, long b, long c, long d = 0, long e = 0, long f = 0) {
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  long r;
  asm volatile("syscall"
               : "=a"(r)
               : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return r;
}
template <class P>
[[gnu::always_inline]] inline long word(P* p) {
  return static_cast<long>(reinterpret_cast<uintptr_t>(p));
}
// negative turns a libc result into one of ours. Every caller is noinline, so that no address of errno lives across a
// park.
inline ssize_t negative(ssize_t r) {
  return r < 0 ? -errno : r;
}

namespace libc {
[[gnu::noinline]] ssize_t read(int fd, void* p, size_t n);
[[gnu::noinline]] ssize_t write(int fd, const void* p, size_t n);
[[gnu::noinline]] ssize_t recvfrom(int fd, void* p, size_t n, int flags, sockaddr* sa, socklen_t* len);
[[gnu::noinline]] ssize_t sendto(int fd, const void* p, size_t n, int flags, const sockaddr* sa, socklen_t len);
[[gnu::noinline]] int accept4(int fd, sockaddr* sa, socklen_t* len, int flags);
[[gnu::noinline]] int close(int fd);
}  // namespace libc

inline ssize_t read(int fd, void* p, size_t n) {
  if constexpr (kLibcIO) return libc::read(fd, p, n);
  return raw(SYS_read, fd, word(p), static_cast<long>(n));
}
inline ssize_t write(int fd, const void* p, size_t n) {
  if constexpr (kLibcIO) return libc::write(fd, p, n);
  return raw(SYS_write, fd, word(p), static_cast<long>(n));
}
inline ssize_t recvfrom(int fd, void* p, size_t n, int flags, sockaddr* sa, socklen_t* len) {
  if constexpr (kLibcIO) return libc::recvfrom(fd, p, n, flags, sa, len);
  return raw(SYS_recvfrom, fd, word(p), static_cast<long>(n), flags, word(sa), word(len));
}
inline ssize_t sendto(int fd, const void* p, size_t n, int flags, const sockaddr* sa, socklen_t len) {
  if constexpr (kLibcIO) return libc::sendto(fd, p, n, flags, sa, len);
  return raw(SYS_sendto, fd, word(p), static_cast<long>(n), flags, word(sa), static_cast<long>(len));
}
inline int accept4(int fd, sockaddr* sa, socklen_t* len, int flags) {
  if constexpr (kLibcIO) return libc::accept4(fd, sa, len, flags);
  return static_cast<int>(raw(SYS_accept4, fd, word(sa), word(len), flags));
}
inline int close(int fd) {
  if constexpr (kLibcIO) return libc::close(fd);
  return static_cast<int>(raw(SYS_close, fd, 0, 0));
}
inline ssize_t pread(int fd, void* p, size_t n, int64_t off) {
  return raw(SYS_pread64, fd, word(p), static_cast<long>(n), off);
}
inline ssize_t pwrite(int fd, const void* p, size_t n, int64_t off) {
  return raw(SYS_pwrite64, fd, word(p), static_cast<long>(n), off);
}
inline int64_t lseek(int fd, int64_t off, int whence) {
  return raw(SYS_lseek, fd, off, whence);
}
inline int fsync(int fd) {
  return static_cast<int>(raw(SYS_fsync, fd, 0, 0));
}
inline int ftruncate(int fd, int64_t n) {
  return static_cast<int>(raw(SYS_ftruncate, fd, n, 0));
}
inline int connect(int fd, const sockaddr* sa, socklen_t n) {
  return static_cast<int>(raw(SYS_connect, fd, word(sa), static_cast<long>(n)));
}
inline int shutdown(int fd, int how) {
  return static_cast<int>(raw(SYS_shutdown, fd, how, 0));
}
inline int socket(int family, int type, int proto) {
  return static_cast<int>(raw(SYS_socket, family, type, proto));
}
inline int bind(int fd, const sockaddr* sa, socklen_t n) {
  return static_cast<int>(raw(SYS_bind, fd, word(sa), static_cast<long>(n)));
}
inline int listen(int fd, int backlog) {
  return static_cast<int>(raw(SYS_listen, fd, backlog, 0));
}
inline int getsockname(int fd, sockaddr* sa, socklen_t* n) {
  return static_cast<int>(raw(SYS_getsockname, fd, word(sa), word(n)));
}
inline int getpeername(int fd, sockaddr* sa, socklen_t* n) {
  return static_cast<int>(raw(SYS_getpeername, fd, word(sa), word(n)));
}
inline int setsockopt(int fd, int level, int name, const void* v, socklen_t n) {
  return static_cast<int>(raw(SYS_setsockopt, fd, level, name, word(v), static_cast<long>(n)));
}
inline int getsockopt(int fd, int level, int name, void* v, socklen_t* n) {
  return static_cast<int>(raw(SYS_getsockopt, fd, level, name, word(v), word(n)));
}
inline int setsockopt_int(int fd, int level, int name, int v) {
  return setsockopt(fd, level, name, &v, sizeof v);
}

}  // namespace gort::rt::sys
