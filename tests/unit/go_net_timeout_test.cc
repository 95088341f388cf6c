// Cases of Go 1.22's src/net/timeout_test.go. tests/conformance/README.md has the table.
#include <climits>

#include "go_net_testing.h"

namespace {

using namespace go_net_testing;

constexpr time::Duration kMaxDuration = INT64_MAX, kMinDuration = INT64_MIN;

NET_TEST(GoNetTest, DialTimeout) {
  Unanswering full;
  const struct {
    time::Duration timeout, delta;
  } tests[] = {
      {-5 * time::Second, 0},
      {0, -5 * time::Second},
      {-5 * time::Second, time::Minute},
      {kMinDuration, 0},
      {0, kMinDuration},
      {time::Millisecond, 0},
      {0, time::Millisecond},
      {time::Millisecond, time::Minute},
  };
  for (const auto& t : tests) {
    net::Dialer d;
    d.Timeout = t.timeout;
    if (t.delta != 0) d.Deadline = time::Now().Add(t.delta);
    time::Time before = time::Now();
    error err = d.Dial("tcp", full.l.Addr().String()).err;
    time::Time after = time::Now();
    EXPECT_TRUE(net::Error(err).Timeout()) << text(err);
    EXPECT_TRUE(is_op(err, "dial"));
    if (d.Deadline.IsZero() || after.Before(d.Deadline)) {
      EXPECT_GE(after.Sub(before), d.Timeout);
    }
    EXPECT_LT(after.Sub(before), 20 * time::Second);
  }
}

NET_TEST(GoNetTest, DialTimeoutMaxDuration) {
  auto l = listen_local("tcp");
  for (bool deadline : {false, true}) {
    net::Dialer d;
    if (deadline)
      d.Deadline = time::Now().Add(kMaxDuration);
    else
      d.Timeout = kMaxDuration;
    EXPECT_EQ(text(d.Dial("tcp", l.Addr().String()).err), "<nil>");
  }
}

// in_time gives f deadlines that are soon, later and later, until it has not failed by one: a busy machine may let one
// pass before f has begun.
template <class F>
auto in_time(F f) {
  for (time::Duration d = 50 * time::Millisecond;; d = 2 * d)
    if (auto r = f(in(d)); !deadline_exceeded(r.err) || d > kPatience) return r;
}

NET_TEST(GoNetTest, AcceptTimeout) {
  auto l = *listen_local("tcp").as<net::TCPListener>();
  net::Listener generic = l;
  auto waiting = dial(generic);  // there is a connection to accept, and the deadline passes all the same
  l.SetDeadline(in(-5 * time::Second));
  for (int i = 0; i < 2; i++) {
    error err = l.Accept().err;
    EXPECT_TRUE(deadline_exceeded(err)) << text(err);
    EXPECT_TRUE(is_op(err, "accept"));
  }
  auto accepted = in_time([&](time::Time deadline) {
    l.SetDeadline(deadline);
    return l.Accept();
  });
  EXPECT_EQ(text(accepted.err), "<nil>");
  for (int i = 0; i < 2; i++) EXPECT_TRUE(deadline_exceeded(l.Accept().err));
}

NET_TEST(GoNetTest, AcceptTimeoutMustReturn) {
  auto l = *listen_local("tcp").as<net::TCPListener>();
  EXPECT_EQ(text(l.SetDeadline({})), "<nil>");
  EXPECT_EQ(text(l.SetDeadline(in(10 * time::Millisecond))), "<nil>");
  EXPECT_TRUE(deadline_exceeded(l.Accept().err));
}

// must_not_return runs f, which waits although a deadline has been in the past: it ends only by `end`.
template <class F, class E>
error must_not_return(F f, E end) {
  auto result = make_chan<error>(1);
  go([&] { result.send(f()); });
  EXPECT_TRUE(eventually([&] { return result.len() > 0 || count_in_state("IO wait") > 0; }));
  auto timer = time::NewTimer(50 * time::Millisecond);
  error early;
  EXPECT_EQ(select(recv(result, [&](error e) { early = e; }), recv(timer->C)), 1) << "it returned " << text(early);
  end();
  return early ? early : result.recv();
}

NET_TEST(GoNetTest, AcceptTimeoutMustNotReturn) {
  auto l = *listen_local("tcp").as<net::TCPListener>();
  error err = must_not_return(
      [&] {
        l.SetDeadline(in(-5 * time::Second));
        l.SetDeadline({});
        return l.Accept().err;
      },
      [&] { l.Close(); });
  EXPECT_TRUE(errors::Is(err, net::ErrClosed)) << text(err);
}

NET_TEST(GoNetTest, ReadTimeout) {
  Pair p = connect();
  p.server.Write("READ TIMEOUT TEST");
  char b[1];
  p.client.SetReadDeadline(in(-5 * time::Second));
  for (int i = 0; i < 2; i++) {
    auto r = p.client.Read(b);
    EXPECT_EQ(r.n, 0u);
    EXPECT_TRUE(deadline_exceeded(r.err)) << text(r.err);
    EXPECT_TRUE(is_op(r.err, "read"));
  }
  size_t n = 0;
  for (time::Duration d = 50 * time::Millisecond; n < 17 && d < kPatience; d = 2 * d) {
    p.client.SetReadDeadline(in(d));
    io::Result r;
    for (; !r.err; n += r.n) r = p.client.Read(b);
    EXPECT_TRUE(deadline_exceeded(r.err)) << text(r.err);
  }
  EXPECT_EQ(n, 17u);
  EXPECT_TRUE(deadline_exceeded(p.client.Read(b).err));
}

NET_TEST(GoNetTest, ReadTimeoutMustNotReturn) {
  Pair p = connect();
  error err = must_not_return(
      [&] {
        p.client.SetDeadline(in(-5 * time::Second));
        p.client.SetWriteDeadline(in(-5 * time::Second));
        p.client.SetReadDeadline({});
        char b[1];
        return p.client.Read(b).err;
      },
      [&] { p.client.Close(); });
  net::Error e(err);
  EXPECT_TRUE(e && !e.Timeout() && !e.Temporary()) << text(err);
}

NET_TEST(GoNetTest, ReadFromTimeout) {
  auto a = listen_packet_local("udp"), b = listen_packet_local("udp");
  a.WriteTo("READFROM TIMEOUT TEST", b.LocalAddr());
  char buf[1];
  b.SetReadDeadline(in(-5 * time::Second));
  for (int i = 0; i < 2; i++) EXPECT_TRUE(deadline_exceeded(b.ReadFrom(buf).err));
  auto r = in_time([&](time::Time deadline) {
    b.SetReadDeadline(deadline);
    return b.ReadFrom(buf);
  });
  EXPECT_EQ(text(r.err), "<nil>");
  EXPECT_EQ(r.n, 1u);
  for (int i = 0; i < 2; i++) {
    r = b.ReadFrom(buf);
    EXPECT_EQ(r.n, 0u);
    EXPECT_TRUE(deadline_exceeded(r.err)) << text(r.err);
  }
}

NET_TEST(GoNetTest, WriteTimeout) {
  auto l = listen_local("tcp");
  for (time::Duration timeout : {-5 * time::Second, 10 * time::Millisecond}) {
    auto c = dial(l);
    c.SetWriteDeadline(in(timeout));
    io::Result r;
    if (timeout > 0) {
      while (!r.err) {
        r = c.Write("WRITE TIMEOUT TEST");
        if (!r.err) time::Sleep(timeout / 3);
      }
    }
    for (int i = 0; i < 2; i++) {
      r = c.Write("WRITE TIMEOUT TEST");
      EXPECT_EQ(r.n, 0u);
      EXPECT_TRUE(deadline_exceeded(r.err)) << text(r.err);
      EXPECT_TRUE(is_op(r.err, "write"));
    }
  }
}

NET_TEST(GoNetTest, WriteTimeoutMustNotReturn) {
  Pair p = connect();
  error err = must_not_return(
      [&] {
        p.client.SetDeadline(in(-5 * time::Second));
        p.client.SetReadDeadline(in(-5 * time::Second));
        p.client.SetWriteDeadline({});
        std::string b(1 << 20, 'x');
        for (;;)
          if (error e = p.client.Write(b).err; e) return e;
      },
      [&] { p.client.Close(); });
  net::Error e(err);
  EXPECT_TRUE(e && !e.Timeout() && !e.Temporary()) << text(err);
}

NET_TEST(GoNetTest, WriteToTimeout) {
  auto c1 = listen_packet_local("udp");
  for (time::Duration timeout : {-5 * time::Second, 10 * time::Millisecond}) {
    auto c2 = listen_packet_local("udp");
    c2.SetWriteDeadline(in(timeout));
    if (timeout > 0) time::Sleep(2 * timeout);
    for (int i = 0; i < 2; i++) {
      auto r = c2.WriteTo("WRITETO TIMEOUT TEST", c1.LocalAddr());
      EXPECT_EQ(r.n, 0u);
      EXPECT_TRUE(deadline_exceeded(r.err)) << text(r.err);
    }
  }
}

// How long operations with a deadline take: at least until the deadline, and, on a machine that is busy with other
// things too, not much longer at one of several tries, each with more time than the last one took, up to a second.
template <class F>
void fluctuation(F attempt) {
  for (time::Duration d = time::Millisecond;;) {
    time::Time t0 = time::Now(), deadline = t0.Add(d);
    error err = attempt(deadline);
    time::Time t1 = time::Now();
    time::Duration actual = t1.Sub(t0);
    ASSERT_TRUE(deadline_exceeded(err)) << text(err);
    ASSERT_FALSE(t1.Before(deadline));
    if (actual <= d + d / 10) return;
    ASSERT_LT(actual, d + 10 * time::Second);
    d = std::min(actual + actual / 4, time::Second);
  }
}

NET_TEST(GoNetTest, ReadTimeoutFluctuation) {
  Pair p = connect();
  fluctuation([&](time::Time deadline) {
    p.client.SetReadDeadline(deadline);
    char b[256];
    return p.client.Read(b).err;
  });
}

NET_TEST(GoNetTest, ReadFromTimeoutFluctuation) {
  auto c = listen_packet_local("udp");
  fluctuation([&](time::Time deadline) {
    c.SetReadDeadline(deadline);
    char b[256];
    return c.ReadFrom(b).err;
  });
}

NET_TEST(GoNetTest, WriteTimeoutFluctuation) {
  Pair p = connect();
  std::string b(64 << 10, 'x');
  p.client.SetWriteDeadline({});
  // First fill the buffers, so that every write waits.
  p.client.SetWriteDeadline(in(50 * time::Millisecond));
  while (!p.client.Write(b).err) {
  }
  fluctuation([&](time::Time deadline) {
    p.client.SetWriteDeadline(deadline);
    error err;
    while (!err) err = p.client.Write(b).err;
    return err;
  });
}

void various_deadlines() {
  auto l = listen_local("tcp");
  sync::WaitGroup wg;
  serve(
      l,
      [](net::Conn c) {
        char b[1];
        c.Read(b);
      },
      &wg);
  for (int64_t ns : {1, 2, 5, 50, 100, 200, 500, 750, 1000, 5000, 25000, 250000, 500000, 1000000, 5000000, 100000000}) {
    for (int run = 0; run < 2; run++) {
      auto c = dial(l);
      c.SetDeadline(time::Now().Add(ns));
      struct discard {
        io::Result Write(io::ConstBytes b) { return {b.size(), nil}; }
      };
      error err = io::Copy(discard(), c).err;
      EXPECT_TRUE(net::Error(err).Timeout()) << ns << " ns: " << text(err);
      c.Close();
    }
  }
  l.Close();
  wg.Wait();
}

NET_TEST(GoNetTest, VariousDeadlines) {
  various_deadlines();
}
NET_TEST(GoNetTest, VariousDeadlines1Proc) {
  int procs = runtime::GOMAXPROCS(1);
  various_deadlines();
  runtime::GOMAXPROCS(procs);
}
NET_TEST(GoNetTest, VariousDeadlines4Proc) {
  int procs = runtime::GOMAXPROCS(4);
  various_deadlines();
  runtime::GOMAXPROCS(procs);
}

NET_TEST(GoNetTest, ReadWriteProlongedTimeout) {
  Pair p = connect();
  sync::WaitGroup wg;
  wg.Add(2);
  go([&] {
    char b[1];
    error err;
    while (!err) {
      EXPECT_EQ(text(p.server.SetReadDeadline(in(time::Hour))), "<nil>");
      err = p.server.Read(b).err;
    }
    EXPECT_FALSE(net::Error(err).Timeout()) << text(err);
    wg.Done();
  });
  go([&] {
    char b[1] = {};
    error err;
    while (!err) {
      if (p.server.SetWriteDeadline(in(time::Hour))) break;
      err = p.server.Write(b).err;
    }
    EXPECT_FALSE(net::Error(err).Timeout()) << text(err);
    wg.Done();
  });
  char b[1] = {};
  for (int i = 0; i < 1000; i++) {
    EXPECT_EQ(p.client.Write(b).n, 1u);
    EXPECT_EQ(p.client.Read(b).n, 1u);
  }
  p.client.Close();
  wg.Wait();
}

NET_TEST(GoNetTest, ReadWriteDeadlineRace) {
  constexpr int kRounds = 500;
  auto l = listen_local("tcp");
  auto c = dial(l);
  sync::WaitGroup wg;
  wg.Add(3);
  go([&] {
    auto ticker = time::NewTicker(2 * time::Microsecond);
    for (int i = 0; i < kRounds; i++) {
      EXPECT_EQ(text(c.SetReadDeadline(in(2 * time::Microsecond))), "<nil>");
      EXPECT_EQ(text(c.SetWriteDeadline(in(2 * time::Microsecond))), "<nil>");
      ticker->C.recv();
    }
    ticker->Stop();
    wg.Done();
  });
  go([&] {
    char b[1];
    for (int i = 0; i < kRounds; i++) c.Read(b);
    wg.Done();
  });
  go([&] {
    char b[1] = {};
    for (int i = 0; i < kRounds; i++) c.Write(b);
    wg.Done();
  });
  wg.Wait();
}

NET_TEST(GoNetTest, ConcurrentSetDeadline) {
  constexpr int kGoroutines = 8, kConns = 10, kTries = 100;
  auto l = listen_local("tcp");
  std::vector<net::Conn> c;
  for (int i = 0; i < kConns; i++) c.push_back(dial(l));
  sync::WaitGroup wg;
  time::Time now = time::Now();
  for (int i = 0; i < kGoroutines; i++) {
    wg.Add(1);
    go([&, i] {
      // Ever earlier ones: the heaps of timers are adjusted.
      for (int j = kTries; j > 0; j--)
        for (int k = 0; k < kConns; k++) {
          c[k].SetReadDeadline(now.Add(2 * time::Hour + i * j * k * time::Second));
          c[k].SetWriteDeadline(now.Add(1 * time::Hour + i * j * k * time::Second));
        }
      wg.Done();
    });
  }
  wg.Wait();
  // The last word counts: deadlines of the past reach every connection.
  for (const net::Conn& x : c) {
    x.SetDeadline(time::Unix(1, 0));
    char b[1];
    EXPECT_TRUE(deadline_exceeded(x.Read(b).err));
  }
}

}  // namespace
