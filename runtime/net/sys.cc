#include "runtime/net/sys.h"

namespace gort::rt::sys::libc {

ssize_t read(int fd, void* p, size_t n) {
  return negative(::read(fd, p, n));
}
ssize_t write(int fd, const void* p, size_t n) {
  return negative(::write(fd, p, n));
}
ssize_t recvfrom(int fd, void* p, size_t n, int flags, sockaddr* sa, socklen_t* len) {
  return negative(::recvfrom(fd, p, n, flags, sa, len));
}
ssize_t sendto(int fd, const void* p, size_t n, int flags, const sockaddr* sa, socklen_t len) {
  return negative(::sendto(fd, p, n, flags, sa, len));
}
int accept4(int fd, sockaddr* sa, socklen_t* len, int flags) {
  return static_cast<int>(negative(::accept4(fd, sa, len, flags)));
}
int close(int fd) {
  return static_cast<int>(negative(::close(fd)));
}

}  // namespace gort::rt::sys::libc
