// print.cc: the builtins print and println.
//
// A call gathers its pieces and hands them to the kernel at once: numbers and short texts in a scratch buffer, long
// texts by reference. Only a call with more pieces than fit goes out in several writes. No allocation, no lock, errno
// untouched.
#include <gort/print.h>

#include <cerrno>
#include <cmath>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "runtime/sink.h"

namespace gort::rt {

size_t format_int(char* out, uint64_t magnitude, bool negative) noexcept {
  char digits[20];
  size_t n = 0;
  do {
    digits[n++] = static_cast<char>('0' + magnitude % 10);
    magnitude /= 10;
  } while (magnitude != 0);
  size_t at = 0;
  if (negative) out[at++] = '-';
  while (n > 0) out[at++] = digits[--n];
  return at;
}

size_t format_hex(char* out, uint64_t v) noexcept {
  int shift = 0;
  while (shift < 60 && (v >> shift) > 15) shift += 4;
  size_t n = 0;
  out[n++] = '0';
  out[n++] = 'x';
  for (; shift >= 0; shift -= 4) out[n++] = "0123456789abcdef"[(v >> shift) & 15];
  return n;
}

// The digits come from repeated division and multiplication by ten, rounding errors included: the last digit of a large
// or small number is the one that Go shows, not always the nearest one.
size_t format_float(char* out, double v) noexcept {
  constexpr int precision = 7;
  if (std::isnan(v)) return std::memcpy(out, "NaN", 3), 3;
  if (std::isinf(v)) return std::memcpy(out, v > 0 ? "+Inf" : "-Inf", 4), 4;
  int exponent = 0;
  out[0] = std::signbit(v) ? '-' : '+';
  v = std::fabs(v);
  if (v != 0) {
    for (; v >= 10; v /= 10) exponent++;
    for (; v < 1; v *= 10) exponent--;
    double half = 5;
    for (int i = 0; i < precision; i++) half /= 10;
    v += half;
    if (v >= 10) {
      exponent++;
      v /= 10;
    }
  }
  size_t n = 1;
  for (int i = 0; i < precision; i++) {
    const int digit = static_cast<int>(v);
    out[n++] = static_cast<char>('0' + digit);
    if (i == 0) out[n++] = '.';
    v = (v - digit) * 10;
  }
  out[n++] = 'e';
  out[n++] = exponent < 0 ? '-' : '+';
  exponent = exponent < 0 ? -exponent : exponent;
  out[n++] = static_cast<char>('0' + exponent / 100);
  out[n++] = static_cast<char>('0' + exponent / 10 % 10);
  out[n++] = static_cast<char>('0' + exponent % 10);
  return n;
}

namespace {

// gather collects pieces for one writev.
class gather {
 public:
  gather() = default;
  ~gather() { flush(); }

  void text(const char* s, size_t n) noexcept {
    if (n <= sizeof scratch_ / 4) {
      room(n);
      std::memcpy(scratch_ + used_, s, n);
      took(n);
    } else {
      if (count_ == max_pieces) flush();
      pieces_[count_++] = {const_cast<char*>(s), n};
      total_ += n;
    }
  }
  void text(std::string_view s) noexcept { text(s.data(), s.size()); }
  void number(uint64_t magnitude, bool negative = false) noexcept { took(format_int(room(24), magnitude, negative)); }
  void hex(const void* p) noexcept { took(format_hex(room(24), reinterpret_cast<uintptr_t>(p))); }
  void real(double v) noexcept { took(format_float(room(24), v)); }

 private:
  static constexpr int max_pieces = 16;

  char* room(size_t n) noexcept {
    if (used_ + n > sizeof scratch_ || count_ == max_pieces) flush();
    return scratch_ + used_;
  }
  void took(size_t n) noexcept {
    char* at = scratch_ + used_;
    if (count_ > 0 && static_cast<char*>(pieces_[count_ - 1].iov_base) + pieces_[count_ - 1].iov_len == at) {
      pieces_[count_ - 1].iov_len += n;
    } else {
      pieces_[count_++] = {at, n};
    }
    used_ += n;
    total_ += n;
  }

  void flush() noexcept {
    iovec* at = pieces_;
    while (total_ > 0) {
      int64_t n = gort_write(STDERR_FILENO, at, count_, SYS_writev);
      if (n == -EINTR) continue;
      if (n <= 0) break;  // nowhere to print to
      total_ -= static_cast<size_t>(n);
      while (count_ > 0 && static_cast<size_t>(n) >= at->iov_len) {
        n -= static_cast<ssize_t>(at->iov_len);
        at++, count_--;
      }
      if (count_ > 0) {
        at->iov_base = static_cast<char*>(at->iov_base) + n;
        at->iov_len -= static_cast<size_t>(n);
      }
    }
    count_ = 0;
    used_ = total_ = 0;
  }

  iovec pieces_[max_pieces];
  int count_ = 0;
  size_t used_ = 0;
  size_t total_ = 0;
  char scratch_[512];
};

void add_item(gather& out, const print_item& it) noexcept {
  switch (it.what) {
    case print_item::Bool:
      return out.text(it.u != 0 ? "true" : "false");
    case print_item::Int:
      return out.number(it.i < 0 ? 0 - it.u : it.u, it.i < 0);
    case print_item::Uint:
      return out.number(it.u);
    case print_item::Hex:
    case print_item::Pointer:
      return out.hex(it.p[0]);
    case print_item::Float:
      return out.real(it.f[0]);
    case print_item::String:
      return out.text(it.str.s, it.str.n);
    case print_item::Nil:
      return out.text("nil");
    case print_item::Complex:
      out.text("(");
      out.real(it.f[0]);
      out.real(it.f[1]);
      return out.text("i)");
    case print_item::Iface:
      out.text("(");
      out.hex(it.p[0]);
      out.text(",");
      out.hex(it.p[1]);
      return out.text(")");
    case print_item::Slice:
      out.text("[");
      out.number(reinterpret_cast<uintptr_t>(it.p[1]));
      out.text("/");
      out.number(reinterpret_cast<uintptr_t>(it.p[2]));
      out.text("]");
      return out.hex(it.p[0]);
  }
}

}  // namespace

void print_items(const print_item* items, size_t n, bool line) noexcept {
  gather out;
  for (size_t i = 0; i < n; i++) {
    if (line && i > 0) out.text(" ");
    add_item(out, items[i]);
  }
  if (line) out.text("\n");
}

}  // namespace gort::rt
