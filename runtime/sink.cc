#include "runtime/sink.h"

#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

namespace gort::rt {

void Sink::write(const char* s, size_t n) {
  total_ += n;
  if (fd_ < 0) {
    if (used_ < cap_) {
      size_t k = n < cap_ - used_ ? n : cap_ - used_;
      memcpy(out_ + used_, s, k);
      used_ += k;
    }
    return;
  }
  while (n > 0) {
    size_t k = n < sizeof buf_ - used_ ? n : sizeof buf_ - used_;
    memcpy(buf_ + used_, s, k);
    used_ += k;
    s += k;
    n -= k;
    if (used_ == sizeof buf_) flush();
  }
}

void Sink::str(const char* s) {
  write(s, strlen(s));
}

void Sink::dec(int64_t v) {
  char b[24];
  char* p = b + sizeof b;
  uint64_t u = v < 0 ? 0 - uint64_t(v) : uint64_t(v);
  do {
    *--p = char('0' + u % 10);
    u /= 10;
  } while (u != 0);
  if (v < 0) *--p = '-';
  write(p, size_t(b + sizeof b - p));
}

size_t put_hex(char* to, uint64_t v) {
  int digits = v == 0 ? 1 : (67 - __builtin_clzll(v)) / 4;
  to[0] = '0';
  to[1] = 'x';
  for (int i = digits + 1; i > 1; i--, v >>= 4) to[i] = "0123456789abcdef"[v & 15];
  return size_t(digits) + 2;
}

void Sink::hex(uint64_t v) {
  char b[20];
  write(b, put_hex(b, v));
}

char* Sink::room(size_t n) {
  if (fd_ >= 0) return nullptr;
  return used_ <= cap_ && n <= cap_ - used_ ? out_ + used_ : nullptr;
}

void Sink::advance(size_t n) {
  total_ += n;
  used_ += n;
}

void Sink::flush() {
  if (fd_ < 0) return;
  for (size_t at = 0; at < used_;) {
    int64_t n = gort_write(fd_, buf_ + at, used_ - at, SYS_write);
    if (n <= 0) break;
    at += size_t(n);
  }
  used_ = 0;
}

}  // namespace gort::rt
