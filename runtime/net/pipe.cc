// net.Pipe: two ends in memory. A Write offers what is left of its bytes on a channel; a Read that takes the offer
// copies what fits and says on another channel how much that was.
#include <atomic>

#include <gort/chan.h>
#include <gort/net/dial.h>
#include <gort/select.h>
#include <gort/sync/mutex.h>
#include <gort/time/sleep.h>

#include "runtime/net/netfd.h"

namespace gort::net {
namespace {

struct unit {};
using signal_chan = chan<unit>;

bool is_closed(const signal_chan& c) {
  return select(recv(c), otherwise()) == 0;
}

// pipeDeadline closes the channel that wait returns when the time comes; a new deadline in the future brings a new
// channel.
class pipeDeadline {
 public:
  void set(time::Time t) {
    std::lock_guard held(mu_);
    if (timer_ && !timer_->Stop()) cancel_.recv();  // its function is running: until it has closed the channel
    timer_ = nil;
    bool closed = is_closed(cancel_);
    time::Duration d = t.IsZero() ? time::Duration(0) : time::Until(t);
    if (t.IsZero() || d > 0) {
      if (closed) cancel_ = make_chan<unit>();
      if (d > 0) timer_ = time::AfterFunc(d, [c = cancel_]() mutable { c.close(); });
      return;
    }
    if (!closed) cancel_.close();
  }
  signal_chan wait() {
    std::lock_guard held(mu_);
    return cancel_;
  }
  ~pipeDeadline() {
    if (timer_) timer_->Stop();
  }

 private:
  sync::Mutex mu_;
  time::TimerPtr timer_;
  signal_chan cancel_ = make_chan<unit>();
};

struct pipeAddr {
  std::string Network() const { return "pipe"; }
  std::string String() const { return "pipe"; }
};

// What flows in one direction.
struct lane {
  chan<io::ConstBytes> offer = make_chan<io::ConstBytes>();
  chan<size_t> taken = make_chan<size_t>();
};

}  // namespace

class pipe final : public AbstractConn {
 public:
  pipe(lane in, lane out, signal_chan local, signal_chan remote)
      : in_(std::move(in)), out_(std::move(out)), localDone_(std::move(local)), remoteDone_(std::move(remote)) {}
  ~pipe() override { Close(); }

  io::Result Read(io::Bytes b) override {
    io::Result r = read(b);
    if (r.err && r.err != io::EOF && r.err != io::ErrClosedPipe)
      r.err = op_error("read", "pipe", nil, nil, std::move(r.err));
    return r;
  }
  io::Result Write(io::ConstBytes b) override {
    io::Result r = write(b);
    if (r.err && r.err != io::ErrClosedPipe) r.err = op_error("write", "pipe", nil, nil, std::move(r.err));
    return r;
  }
  error Close() override {
    if (!closed_.exchange(true)) localDone_.close();
    return nil;
  }
  Addr LocalAddr() override { return pipeAddr(); }
  Addr RemoteAddr() override { return pipeAddr(); }
  error SetDeadline(time::Time t) override { return set(t, &readDeadline_, &writeDeadline_); }
  error SetReadDeadline(time::Time t) override { return set(t, &readDeadline_, nullptr); }
  error SetWriteDeadline(time::Time t) override { return set(t, nullptr, &writeDeadline_); }

 private:
  io::Result read(io::Bytes b);
  io::Result write(io::ConstBytes b);
  error set(time::Time t, pipeDeadline* a, pipeDeadline* c) {
    if (is_closed(localDone_) || is_closed(remoteDone_)) return io::ErrClosedPipe;
    if (a != nullptr) a->set(t);
    if (c != nullptr) c->set(t);
    return nil;
  }

  sync::Mutex wrMu_;  // one Write after the other
  lane in_, out_;
  std::atomic<bool> closed_{false};
  signal_chan localDone_, remoteDone_;
  pipeDeadline readDeadline_, writeDeadline_;
};

[[gnu::noinline]] io::Result pipe::read(io::Bytes b) {
  signal_chan late = readDeadline_.wait();
  if (is_closed(localDone_)) return {0, io::ErrClosedPipe};
  if (is_closed(remoteDone_)) return {0, io::EOF};
  if (is_closed(late)) return {0, os::ErrDeadlineExceeded};
  io::ConstBytes from;
  switch (select(recv(in_.offer, &from), recv(localDone_), recv(remoteDone_), recv(late))) {
    case 0: {
      size_t n = std::min(b.size(), from.size());
      if (n > 0) memcpy(b.data(), from.data(), n);
      in_.taken.send(n);
      return {n, nil};
    }
    case 1:
      return {0, io::ErrClosedPipe};
    case 2:
      return {0, io::EOF};
    default:
      return {0, os::ErrDeadlineExceeded};
  }
}

[[gnu::noinline]] io::Result pipe::write(io::ConstBytes b) {
  signal_chan late = writeDeadline_.wait();
  if (is_closed(localDone_) || is_closed(remoteDone_)) return {0, io::ErrClosedPipe};
  if (is_closed(late)) return {0, os::ErrDeadlineExceeded};
  std::lock_guard held(wrMu_);
  size_t n = 0;
  do {
    late = writeDeadline_.wait();
    int i = select(send(out_.offer, b), recv(localDone_), recv(remoteDone_), recv(late));
    if (i == 3) return {n, os::ErrDeadlineExceeded};
    if (i != 0) return {n, io::ErrClosedPipe};
    size_t taken = out_.taken.recv();
    b = b.from(taken);
    n += taken;
  } while (!b.empty());
  return {n, nil};
}

PipeEnds Pipe() {
  lane ab, ba;
  signal_chan a_done = make_chan<unit>(), b_done = make_chan<unit>();
  return {Conn(std::make_shared<pipe>(ba, ab, a_done, b_done)), Conn(std::make_shared<pipe>(ab, ba, b_done, a_done))};
}

}  // namespace gort::net
