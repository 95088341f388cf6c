// gort/io.h: package io: byte ranges, the results of reads and writes, EOF, and functions over anything that reads or
// writes.
#ifndef GORT_IO_H_
#define GORT_IO_H_

#include <algorithm>
#include <concepts>
#include <cstdio>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <gort/errors.h>
#include <gort/runtime_error.h>

// <cstdio> defines EOF as a macro, which would make io::EOF a syntax error. The name stays, with the same value, as a
// constant.
#undef EOF
inline constexpr int EOF = -1;

namespace gort::io {

// EOF is what Read returns when there is no more input: the error itself, not wrapped, so that `err == io::EOF` holds.
// Its text is `EOF`.
extern const error EOF;
// ErrUnexpectedEOF: EOF came in the middle of something of fixed size.
extern const error ErrUnexpectedEOF;
// ErrClosedPipe: a read or write on a closed net::Pipe.
extern const error ErrClosedPipe;
extern const error ErrShortWrite;
extern const error ErrShortBuffer;
extern const error ErrNoProgress;

namespace detail {
// errInvalidWrite is what Copy gives for a writer that claims to have written more than it was given.
extern const error errInvalidWrite;
}  // namespace detail

// Bytes is memory to read into: anything with contiguous bytes (std::span, std::string, std::vector, std::array,
// char[]) converts to it. It owns nothing. Three words, as Go's []byte, which is how a trace shows it.
class Bytes {
 public:
  constexpr Bytes() = default;
  constexpr Bytes(void* p, size_t n) : p_(static_cast<char*>(p)), len_(n), cap_(n) {}
  template <class R>
  requires(!std::derived_from<std::remove_cvref_t<R>, Bytes>) && requires(R& r) {
    {std::data(r)};
    {std::size(r)};
    requires sizeof(*std::data(r)) == 1 && !std::is_const_v<std::remove_reference_t<decltype(*std::data(r))>>;
  }
  Bytes(R&& r) : Bytes(std::data(r), std::size(r)) {}

  char* data() const { return p_; }
  size_t size() const { return len_; }
  bool empty() const { return len_ == 0; }
  // first is b[:n], from is b[n:]; n must be within the length.
  Bytes first(size_t n) const { return Bytes(p_, n); }
  Bytes from(size_t n) const { return Bytes(p_ + n, len_ - n); }
  size_t cap() const { return cap_; }
  std::string_view str() const { return std::string_view(p_, len_); }

 private:
  char* p_ = nullptr;
  size_t len_ = 0, cap_ = 0;
};

// ConstBytes is bytes to write. Beside ranges, a string literal or other `const char*` converts, up to its NUL; a
// `char` array that is not const is a range: all of it.
class ConstBytes {
 public:
  constexpr ConstBytes() = default;
  constexpr ConstBytes(const void* p, size_t n) : p_(static_cast<const char*>(p)), len_(n), cap_(n) {}
  constexpr ConstBytes(const char* s) : ConstBytes(std::string_view(s)) {}
  constexpr ConstBytes(std::string_view s) : p_(s.data()), len_(s.size()), cap_(s.size()) {}
  ConstBytes(Bytes b) : ConstBytes(b.data(), b.size()) {}
  template <class R>
  requires(!std::derived_from<std::remove_cvref_t<R>, ConstBytes> &&
           !std::same_as<std::remove_cvref_t<R>, std::string_view> &&
           !std::derived_from<std::remove_cvref_t<R>, Bytes> && !rt::is_literal<std::remove_reference_t<R>>) &&
      requires(R& r) {
    {std::data(r)};
    {std::size(r)};
    requires sizeof(*std::data(r)) == 1;
  }
  ConstBytes(R&& r) : ConstBytes(std::data(r), std::size(r)) {}

  const char* data() const { return p_; }
  size_t size() const { return len_; }
  bool empty() const { return len_ == 0; }
  ConstBytes first(size_t n) const { return ConstBytes(p_, n); }
  ConstBytes from(size_t n) const { return ConstBytes(p_ + n, len_ - n); }
  size_t cap() const { return cap_; }
  std::string_view str() const { return std::string_view(p_, len_); }

 private:
  const char* p_ = nullptr;
  size_t len_ = 0, cap_ = 0;
};

// Result is what Read and Write return, Go's (n int, err error). Bytes may have been read or written although err is
// set.
//
//   char buf[512];
//   auto [n, err] = conn.Read(buf);
struct Result {
  size_t n = 0;
  error err;
};

// Reader and Writer are what the functions below take: handles such as net::Conn and os::File, and types of one's own.
template <class T>
concept Reader = requires(T& r, Bytes b) {
  { r.Read(b) } -> std::same_as<Result>;
};
template <class T>
concept Writer = requires(T& w, ConstBytes b) {
  { w.Write(b) } -> std::same_as<Result>;
};

// ReadAtLeast reads until at least min bytes are there. Less, because the input ended: ErrUnexpectedEOF, or EOF when
// there was nothing. A buffer shorter than min: ErrShortBuffer.
template <Reader R>
Result ReadAtLeast(R&& r, Bytes buf, size_t min) {
  if (buf.size() < min) return {0, ErrShortBuffer};
  size_t n = 0;
  error err;
  while (n < min && !err) {
    Result got = r.Read(buf.from(n));
    n += got.n;
    err = std::move(got.err);
  }
  if (n >= min) return {n, nil};
  if (n > 0 && err == EOF) err = ErrUnexpectedEOF;
  return {n, std::move(err)};
}

// ReadFull fills buf.
template <Reader R>
Result ReadFull(R&& r, Bytes buf) {
  return ReadAtLeast(r, buf, buf.size());
}

struct ReadAllResult {
  std::string data;
  error err;
};
// ReadAll reads until EOF, which is not reported as an error. It panics where a Read claims more bytes than its memory
// holds: `slice bounds out of range [:600] with capacity 512`.
template <Reader R>
ReadAllResult ReadAll(R&& r) {
  ReadAllResult all;
  size_t n = 0;
  for (;;) {
    if (all.data.size() - n < 512) all.data.resize(std::max<size_t>(512, all.data.size() * 2));
    Result got = r.Read(Bytes(all.data.data() + n, all.data.size() - n));
    n += got.n;
    if (n > all.data.size()) rt::panicSliceAcap(static_cast<int64_t>(n), static_cast<int64_t>(all.data.size()));
    if (!got.err) continue;
    all.data.resize(n);
    if (got.err != EOF) all.err = std::move(got.err);
    return all;
  }
}

// Copy copies from src to dst until EOF, which is not reported as an error; n is the number of bytes written. A Write
// that claims more than it was given ends it with the error `invalid write result`, and a Read that claims more than
// its memory holds is a panic, as in ReadAll.
template <Writer W, Reader R>
Result Copy(W&& dst, R&& src) {
  constexpr size_t kSize = 32 * 1024;
  auto buf = std::make_unique_for_overwrite<char[]>(kSize);
  Result sum;
  for (;;) {
    Result got = src.Read(Bytes(buf.get(), kSize));
    if (got.n > kSize) rt::panicSliceAcap(static_cast<int64_t>(got.n), kSize);
    if (got.n > 0) {
      Result put = dst.Write(ConstBytes(buf.get(), got.n));
      if (put.n > got.n) {
        put.n = 0;
        if (!put.err) put.err = detail::errInvalidWrite;
      }
      sum.n += put.n;
      if (!put.err && put.n != got.n) put.err = ErrShortWrite;
      if (put.err) {
        sum.err = std::move(put.err);
        return sum;
      }
    }
    if (!got.err) continue;
    if (got.err != EOF) sum.err = std::move(got.err);
    return sum;
  }
}

// WriteString writes s.
template <Writer W>
Result WriteString(W&& w, std::string_view s) {
  return w.Write(ConstBytes(s));
}

}  // namespace gort::io

#endif  // GORT_IO_H_
