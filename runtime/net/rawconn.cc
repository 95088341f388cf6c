// RawConn, and writes of several buffers at once.
#include <cstring>

#include "runtime/net/handles.h"

namespace gort::net {

// ---- RawConn ----

error RawConn::Control(const std::function<void(int)>& f) const {
  if (p_ == nullptr) return invalid();
  error err = p_->fd.pfd.RawControl(f);
  return err ? p_->local_error("raw-control", std::move(err)) : error();
}
error RawConn::Read(const std::function<bool(int)>& f) const {
  if (p_ == nullptr) return invalid();
  error err = p_->fd.pfd.RawRead(f);
  return err ? p_->op_error("raw-read", std::move(err)) : error();
}
error RawConn::Write(const std::function<bool(int)>& f) const {
  if (p_ == nullptr) return invalid();
  error err = p_->fd.pfd.RawWrite(f);
  return err ? p_->op_error("raw-write", std::move(err)) : error();
}

RawConn TCPConn::SyscallConn() const {
  return rt::raw_of(p_);
}
RawConn UDPConn::SyscallConn() const {
  return rt::raw_of(p_);
}
RawConn UnixConn::SyscallConn() const {
  return rt::raw_of(p_);
}
RawConn TCPListener::SyscallConn() const {
  return access::raw(p_);
}
RawConn UnixListener::SyscallConn() const {
  return access::raw(p_);
}

// ---- Buffers ----

io::Result Buffers::WriteTo(const Conn& c) {
  auto* socket = dynamic_cast<conn*>(access::of(c).get());
  io::Result sum;
  if (socket != nullptr) {
    sum = socket->fd.pfd.Writev(*this);
    if (sum.err) sum.err = socket->op_error("writev", wrapSyscallError("writev", std::move(sum.err)));
  } else {
    for (io::ConstBytes& b : *this) {
      io::Result r = c.Write(b);
      sum.n += r.n;
      b = b.from(r.n);
      if (r.err) {
        sum.err = std::move(r.err);
        break;
      }
    }
  }
  std::erase_if(*this, [](const io::ConstBytes& b) { return b.empty(); });
  return sum;
}

io::Result Buffers::Read(io::Bytes b) {
  size_t n = 0, gone = 0;
  while (gone < size() && n < b.size()) {
    io::ConstBytes& from = (*this)[gone];
    size_t k = std::min(b.size() - n, from.size());
    memcpy(b.data() + n, from.data(), k);
    n += k;
    from = from.from(k);
    while (gone < size() && (*this)[gone].empty()) gone++;
  }
  erase(begin(), begin() + static_cast<ptrdiff_t>(gone));
  return {n, empty() ? io::EOF : error()};
}

}  // namespace gort::net
