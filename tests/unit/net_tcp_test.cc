// TCP connections and listeners: data, the end of streams, deadlines, Close from another goroutine, options, errors'
// texts.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <thread>

#include "net_testing.h"

namespace {

using namespace net_testing;

// Ports differ from run to run.
std::string without_ports(const error& e) {
  std::string s = text(e);
  for (std::string_view host : {"127.0.0.1:", "[::1]:"})
    for (size_t at = 0; (at = s.find(host, at)) != std::string::npos;) {
      at += host.size();
      size_t end = at;
      while (end < s.size() && s[end] >= '0' && s[end] <= '9') end++;
      s.replace(at, end - at, "P");
    }
  return s;
}

NET_TEST(NetTCP, WhatIsWrittenIsRead) {
  Pair p = connect();
  auto [n, err] = p.client.Write("hello");
  EXPECT_EQ(n, 5u);
  EXPECT_FALSE(err);
  EXPECT_EQ(read_some(p.server), "hello");
  p.server.Write("world");
  EXPECT_EQ(read_some(p.client), "world");
  EXPECT_EQ(p.client.RemoteAddr(), p.server.LocalAddr());
  EXPECT_EQ(p.client.LocalAddr(), p.server.RemoteAddr());
  EXPECT_EQ(p.server.LocalAddr(), p.l.Addr());
}

NET_TEST(NetTCP, ShortReadsLoseNothing) {
  // After a short read the next one waits without asking the socket: every arrival, in every split, must wake it.
  Pair p = connect();
  std::string sent, got;
  constexpr int kRounds = 2000;
  go([c = p.client] {
    for (int i = 0; i < kRounds; i++) {
      std::string s(static_cast<size_t>(1 + i % 7), static_cast<char>('a' + i % 26));
      c.Write(s);
      if (i % 3 == 0) runtime::Gosched();
    }
    c.Close();
  });
  for (int i = 0; i < kRounds; i++)
    sent += std::string(static_cast<size_t>(1 + i % 7), static_cast<char>('a' + i % 26));
  char buf[5];
  for (;;) {
    auto [n, err] = p.server.Read(io::Bytes(buf, 1 + got.size() % 5));
    got.append(buf, n);
    if (err) {
      EXPECT_TRUE(err == io::EOF);
      break;
    }
  }
  EXPECT_EQ(got, sent);
}

NET_TEST(NetTCP, TheEndThatCameWithTheDataIsSeen) {
  // Data and end are there before the first read: no event comes after it.
  Pair p = connect();
  p.client.Write("last words");
  p.client.Close();
  time::Sleep(5 * time::Millisecond);
  EXPECT_EQ(read_some(p.server), "last words");
  EXPECT_EQ(read_some(p.server), "error: EOF");
  EXPECT_EQ(read_some(p.server), "error: EOF");
}

NET_TEST(NetTCP, UrgentDataDoesNotHideWhatFollows) {
  Pair p = connect();
  net::Dialer d;
  int raw = -1;
  d.Control = [&](std::string_view, std::string_view, int s) {
    raw = s;
    return error();
  };
  auto [c, err] = d.Dial("tcp", p.l.Addr().String());
  ASSERT_FALSE(err);
  auto [s, aerr] = p.l.Accept();
  s.SetDeadline(in(kPatience));
  // A read stops at the urgent mark, short, with more behind it.
  c.Write("abc");
  EXPECT_EQ(::send(raw, "!", 1, MSG_OOB), 1);
  c.Write("def");
  time::Sleep(5 * time::Millisecond);
  std::string got = read_some(s);
  while (got.size() < 6) got += read_some(s);
  EXPECT_EQ(got, "abcdef");
}

NET_TEST(NetTCP, LargeWritesWaitForTheReader) {
  Pair p = connect();
  std::string data(8 << 20, 'x');
  for (size_t i = 0; i < data.size(); i += 4096) data[i] = static_cast<char>(i >> 12);
  go([c = p.client, &data] {
    auto [n, err] = c.Write(data);
    EXPECT_EQ(n, data.size());
    EXPECT_FALSE(err);
    c.as<net::TCPConn>()->CloseWrite();
  });
  auto [got, err] = io::ReadAll(p.server);
  EXPECT_FALSE(err);
  EXPECT_TRUE(got == data);
}

NET_TEST(NetTCP, HalfClose) {
  Pair p = connect();
  auto c = *p.client.as<net::TCPConn>();
  c.Write("ping");
  EXPECT_FALSE(c.CloseWrite());
  auto [all, err] = io::ReadAll(p.server);
  EXPECT_EQ(all, "ping");
  p.server.Write("pong");
  EXPECT_EQ(read_some(p.client), "pong");
  EXPECT_EQ(without_ports(c.Write("x").err), "write tcp 127.0.0.1:P->127.0.0.1:P: write: broken pipe");
  EXPECT_FALSE(c.CloseRead());
  EXPECT_EQ(read_some(p.client), "error: EOF");
}

NET_TEST(NetTCP, CloseWakesReaderWriterAndAcceptor) {
  Pair p = connect();
  auto errs = make_chan<std::string>(3);
  go([&] { errs.send(without_ports(p.client.Read(std::string(1, ' ')).err)); });
  go([&] { errs.send(without_ports(p.client.Write(std::string(64 << 20, 'x')).err)); });
  go([&] { errs.send(without_ports(p.l.Accept().err)); });
  EXPECT_TRUE(waiting(3));
  EXPECT_FALSE(p.client.Close());
  EXPECT_FALSE(p.l.Close());
  std::vector<std::string> got{errs.recv(), errs.recv(), errs.recv()};
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got[0], "accept tcp 127.0.0.1:P: use of closed network connection");
  EXPECT_EQ(got[1], "read tcp 127.0.0.1:P->127.0.0.1:P: use of closed network connection");
  EXPECT_EQ(got[2], "write tcp 127.0.0.1:P->127.0.0.1:P: use of closed network connection");
}

NET_TEST(NetTCP, ClosedConnectionErrors) {
  Pair p = connect();
  p.server.Close();
  char buf[1] = {};
  auto [n, err] = p.server.Read(buf);
  EXPECT_EQ(without_ports(err), "read tcp 127.0.0.1:P->127.0.0.1:P: use of closed network connection");
  EXPECT_TRUE(errors::Is(err, net::ErrClosed));
  net::Error ne(err);
  EXPECT_TRUE(ne);
  EXPECT_FALSE(ne.Timeout());
  EXPECT_EQ(without_ports(p.server.Write(buf).err),
            "write tcp 127.0.0.1:P->127.0.0.1:P: use of closed network connection");
  EXPECT_EQ(without_ports(p.server.Close()), "close tcp 127.0.0.1:P->127.0.0.1:P: use of closed network connection");
  EXPECT_EQ(without_ports(p.server.SetDeadline(time::Now())), "set tcp 127.0.0.1:P: use of closed network connection");
  EXPECT_EQ(without_ports(p.server.as<net::TCPConn>()->SetNoDelay(true)),
            "set tcp 127.0.0.1:P->127.0.0.1:P: use of closed network connection");
  p.l.Close();
  EXPECT_EQ(without_ports(p.l.Accept().err), "accept tcp 127.0.0.1:P: use of closed network connection");
  EXPECT_EQ(without_ports(p.l.Close()), "close tcp 127.0.0.1:P: use of closed network connection");
}

NET_TEST(NetTCP, DeadlinesInTheFutureAndPast) {
  Pair p = connect();
  char buf[8];
  time::Time start = time::Now();
  p.client.SetReadDeadline(in(30 * time::Millisecond));
  auto [n, err] = p.client.Read(buf);
  EXPECT_EQ(n, 0u);
  EXPECT_EQ(without_ports(err), "read tcp 127.0.0.1:P->127.0.0.1:P: i/o timeout");
  EXPECT_TRUE(errors::Is(err, os::ErrDeadlineExceeded));
  EXPECT_TRUE(net::Error(err).Timeout());
  EXPECT_TRUE(net::Error(err).Temporary());
  EXPECT_GE(time::Since(start), 30 * time::Millisecond);
  EXPECT_EQ(without_ports(p.client.Read(buf).err), "read tcp 127.0.0.1:P->127.0.0.1:P: i/o timeout");

  p.client.SetDeadline(in(-time::Second));
  EXPECT_EQ(without_ports(p.client.Write("x").err), "write tcp 127.0.0.1:P->127.0.0.1:P: i/o timeout");
  EXPECT_EQ(p.client.Read(io::Bytes(buf, 0)).n, 0u);

  // Both directions were dead; a new deadline revives them, and data that came meanwhile is there.
  p.server.Write("late");
  p.client.SetDeadline(time::Time());
  EXPECT_EQ(read_some(p.client), "late");
  EXPECT_FALSE(p.client.Write("x").err);
}

NET_TEST(NetTCP, DeadlineReachesAReadInProgress) {
  Pair p = connect();
  p.client.SetDeadline(time::Time());
  auto done = make_chan<std::string>();
  go([&] { done.send(without_ports(p.client.Read(std::string(1, ' ')).err)); });
  EXPECT_TRUE(waiting(1));
  p.client.SetReadDeadline(time::Now());
  EXPECT_EQ(done.recv(), "read tcp 127.0.0.1:P->127.0.0.1:P: i/o timeout");
}

NET_TEST(NetTCP, ADeadlineThatIsMovedAwayDoesNotReachARead) {
  // Where it has passed before it could be moved, another try has more time.
  for (time::Duration d = 20 * time::Millisecond;; d = 2 * d) {
    Pair p = connect();
    auto done = make_chan<std::string>(1);
    const time::Time soon = in(d);
    p.client.SetReadDeadline(soon);
    go([&] { done.send(read_some(p.client)); });
    EXPECT_TRUE(eventually([&] { return done.len() > 0 || count_in_state("IO wait") > 0; }));
    p.client.SetReadDeadline(in(kPatience));
    const bool passed = !time::Now().Before(soon);
    time::Sleep(time::Until(soon) + 10 * time::Millisecond);
    p.server.Write("ok");
    const std::string got = done.recv();
    if (passed && d < kPatience) continue;
    EXPECT_EQ(got, "ok");
    return;
  }
}

NET_TEST(NetTCP, ReadAfterATimeoutOnAnEmptySocketStillWakes) {
  Pair p = connect();
  p.server.Write("abc");
  EXPECT_EQ(read_some(p.client), "abc");  // short: the socket is known to be empty
  for (int i = 0; i < 3; i++) {
    p.client.SetReadDeadline(in(5 * time::Millisecond));
    EXPECT_TRUE(errors::Is(p.client.Read(std::string(8, ' ')).err, os::ErrDeadlineExceeded));
  }
  p.client.SetReadDeadline(in(kPatience));
  p.server.Write("def");
  EXPECT_EQ(read_some(p.client), "def");
}

NET_TEST(NetTCP, WriteDeadlineReportsWhatWasWritten) {
  Pair p = connect();
  std::string data(64 << 20, 'x');
  io::Result r;
  for (time::Duration d = 30 * time::Millisecond; r.n == 0 && d < kPatience; d = 2 * d) {
    p.client.SetWriteDeadline(in(d));
    r = p.client.Write(data);
    EXPECT_EQ(without_ports(r.err), "write tcp 127.0.0.1:P->127.0.0.1:P: i/o timeout");
  }
  EXPECT_GT(r.n, 0u);
  EXPECT_LT(r.n, size_t{64} << 20);
}

NET_TEST(NetTCP, AcceptDeadline) {
  auto [l, err] = net::Listen("tcp", "127.0.0.1:0");
  ASSERT_FALSE(err);
  auto t = *l.as<net::TCPListener>();
  t.SetDeadline(in(10 * time::Millisecond));
  EXPECT_EQ(without_ports(l.Accept().err), "accept tcp 127.0.0.1:P: i/o timeout");
  t.SetDeadline(time::Time());
  auto [c, cerr] = net::Dial("tcp", l.Addr().String());
  EXPECT_FALSE(l.Accept().err);
}

NET_TEST(NetTCP, ConcurrentReadersAndWritersTakeTurns) {
  Pair p = connect();
  constexpr int kWriters = 8, kMessages = 200;
  sync::WaitGroup wg;
  wg.Add(kWriters);
  for (int w = 0; w < kWriters; w++)
    go([&, w] {
      std::string line(16, static_cast<char>('a' + w));
      line.back() = '\n';
      for (int i = 0; i < kMessages; i++) p.client.Write(line);
      wg.Done();
    });
  auto closed = make_chan<bool>();
  go([&, closed] {
    wg.Wait();
    p.client.Close();
    closed.close();
  });
  // Several readers of 16 bytes each: together they get every message, each whole if reads fill their buffer.
  auto total = make_chan<int>();
  for (int r = 0; r < 4; r++)
    go([&] {
      int n = 0;
      for (;;) {
        char buf[64];
        auto [got, err] = p.server.Read(buf);
        n += static_cast<int>(got);
        if (err) break;
      }
      total.send(n);
    });
  int sum = 0;
  for (int r = 0; r < 4; r++) sum += total.recv();
  EXPECT_EQ(sum, kWriters * kMessages * 16);
  closed.recv();
}

NET_TEST(NetTCP, ManyConnectionsEcho) {
  auto [l, err] = net::Listen("tcp", "127.0.0.1:0");
  ASSERT_FALSE(err);
  go([l = l] {
    for (;;) {
      auto [c, aerr] = l.Accept();
      if (aerr) return;
      go([c = c] {
        io::Copy(c, c);
        c.Close();
      });
    }
  });
  constexpr int kConns = 200;
  sync::WaitGroup wg;
  std::atomic<int> good{0};
  wg.Add(kConns);
  for (int i = 0; i < kConns; i++)
    go([&, i, addr = l.Addr().String()] {
      auto [c, derr] = net::Dial("tcp", addr);
      if (!derr) {
        c.SetDeadline(in(kPatience));
        std::string msg = "message " + std::to_string(i);
        bool ok = true;
        for (int round = 0; round < 10; round++) {
          c.Write(msg);
          std::string back(msg.size(), ' ');
          ok = ok && !io::ReadFull(c, back).err && back == msg;
        }
        if (ok) good.fetch_add(1);
        c.Close();
      }
      wg.Done();
    });
  wg.Wait();
  l.Close();
  EXPECT_EQ(good.load(), kConns);
}

NET_TEST(NetTCP, IPv6AndDualStack) {
  auto [l, err] = net::Listen("tcp", ":0");
  ASSERT_FALSE(err);
  EXPECT_EQ(l.Addr().String().substr(0, 5), "[::]:");
  std::string port = net::SplitHostPort(l.Addr().String()).port;
  for (const char* host : {"127.0.0.1", "::1"}) {
    auto [c, derr] = net::Dial("tcp", net::JoinHostPort(host, port));
    ASSERT_EQ(text(derr), "<nil>");
    auto [s, aerr] = l.Accept();
    ASSERT_FALSE(aerr);
    EXPECT_EQ(s.LocalAddr().String(), net::JoinHostPort(host, port));
    EXPECT_EQ(s.RemoteAddr().String(), c.LocalAddr().String());
    c.Write("x");
    EXPECT_EQ(read_some(s), "x");
  }
  auto [l4, err4] = net::Listen("tcp4", ":0");
  EXPECT_EQ(l4.Addr().String().substr(0, 8), "0.0.0.0:");
  auto [l6, err6] = net::Listen("tcp6", "[::1]:0");
  EXPECT_EQ(l6.Addr().String().substr(0, 6), "[::1]:");
  EXPECT_EQ(text(net::Dial("tcp4", l6.Addr().String()).err), "dial tcp4: address ::1: no suitable address found");
}

NET_TEST(NetTCP, Options) {
  Pair p = connect();
  auto c = *p.client.as<net::TCPConn>();
  EXPECT_FALSE(c.SetNoDelay(false));
  EXPECT_FALSE(c.SetKeepAlive(false));
  EXPECT_FALSE(c.SetKeepAlivePeriod(1500 * time::Millisecond));
  EXPECT_FALSE(c.SetLinger(0));
  EXPECT_FALSE(c.SetReadBuffer(65536));
  EXPECT_FALSE(c.SetWriteBuffer(65536));
  EXPECT_FALSE(p.client.as<net::UDPConn>());
  // With linger 0, Close resets the connection.
  c.Close();
  EXPECT_EQ(without_ports(p.server.Read(std::string(1, ' ')).err),
            "read tcp 127.0.0.1:P->127.0.0.1:P: read: connection reset by peer");
}

// Accepted sockets inherit what Go sets on each of them.
NET_TEST(NetTCP, AcceptedConnectionsHaveTheOptions) {
  net::ListenConfig lc;
  int lfd = -1;
  lc.Control = [&](std::string_view network, std::string_view, int fd) {
    EXPECT_EQ(network, "tcp4");
    lfd = fd;
    return error();
  };
  auto [l, err] = lc.Listen("tcp", "127.0.0.1:0");
  ASSERT_FALSE(err);
  auto [c, derr] = net::Dial("tcp", l.Addr().String());
  ASSERT_FALSE(derr);
  int fd = -1;
  ASSERT_TRUE(eventually([&] { return (fd = ::accept(lfd, nullptr, nullptr)) >= 0; }));
  int v = 0;
  socklen_t n = sizeof v;
  getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &v, &n);
  EXPECT_EQ(v, 1);
  getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &v, &n);
  EXPECT_EQ(v, 1);
  getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &v, &n);
  EXPECT_EQ(v, 15);
  ::close(fd);
}

NET_TEST(NetTCP, AConnectionWithoutHandlesIsClosed) {
  Pair p = connect();
  p.client = nil;
  EXPECT_EQ(read_some(p.server), "error: EOF");
}

NET_TEST(NetTCP, NilConnPanicsLikeANilInterface) {
  std::string what;
  func([&] {
    defer([&] {
      if (any e = recover()) what = e.as<error>()->Error();
    });
    net::Conn().Close();
  });
  EXPECT_EQ(what, "runtime error: invalid memory address or nil pointer dereference");
}

TEST(NetTCP, OrdinaryThreadsBlockAndAreWoken) {
  gort::run([] {});
  Pair p = connect();
  std::thread echo([s = p.server] {
    io::Copy(s, s);
    s.Close();
  });
  for (int i = 0; i < 100; i++) {
    std::string msg = "thread " + std::to_string(i), back(msg.size(), ' ');
    p.client.Write(msg);
    ASSERT_EQ(text(io::ReadFull(p.client, back).err), "<nil>");
    EXPECT_EQ(back, msg);
  }
  p.client.SetReadDeadline(in(5 * time::Millisecond));
  EXPECT_EQ(without_ports(p.client.Read(std::string(1, ' ')).err), "read tcp 127.0.0.1:P->127.0.0.1:P: i/o timeout");
  p.client.Close();
  echo.join();
}

}  // namespace
