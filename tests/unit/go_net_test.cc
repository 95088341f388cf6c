// Cases of Go 1.22's src/net/{net,conn,listen,unixsock}_test.go. tests/conformance/README.md has the table.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "go_net_testing.h"

namespace {

using namespace go_net_testing;

// ---- net_test.go ----

NET_TEST(GoNetTest, CloseRead) {
  for (std::string network : {"tcp", "unix"}) {
    auto l = listen_local(network);
    auto c = dial(l);
    error err = network == "tcp" ? c.as<net::TCPConn>()->CloseRead() : c.as<net::UnixConn>()->CloseRead();
    EXPECT_EQ(text(err), "<nil>");
    char b[1];
    auto r = c.Read(b);
    EXPECT_EQ(r.n, 0u);
    EXPECT_TRUE(r.err) << network;
    l.Close();
  }
}

error close_write(const net::Conn& c) {
  if (auto t = c.as<net::TCPConn>()) return t->CloseWrite();
  return c.as<net::UnixConn>()->CloseWrite();
}

NET_TEST(GoNetTest, CloseWrite) {
  for (std::string network : kStreams) {
    auto l = listen_local(network);
    sync::WaitGroup wg;
    serve(
        l,
        [&](net::Conn c) {
          c.SetDeadline(in(kPatience));
          char b[1] = {};
          auto r = c.Read(b);
          EXPECT_EQ(r.n, 0u);
          EXPECT_EQ(r.err, io::EOF) << network;
          EXPECT_EQ(text(close_write(c)), "<nil>");
          EXPECT_TRUE(c.Write(b).err);
        },
        &wg);
    auto c = dial(l);
    EXPECT_EQ(text(close_write(c)), "<nil>");
    char b[1] = {};
    auto r = c.Read(b);
    EXPECT_EQ(r.n, 0u);
    EXPECT_EQ(r.err, io::EOF) << network;
    EXPECT_TRUE(c.Write(b).err) << network;
    l.Close();
    wg.Wait();
  }
}

NET_TEST(GoNetTest, ConnClose) {
  for (std::string network : kStreams) {
    auto l = listen_local(network);
    auto c = dial(l);
    EXPECT_EQ(text(c.Close()), "<nil>");
    char b[1];
    auto r = c.Read(b);
    EXPECT_EQ(r.n, 0u);
    EXPECT_TRUE(errors::Is(r.err, net::ErrClosed)) << text(r.err);
    l.Close();
  }
}

NET_TEST(GoNetTest, ListenerClose) {
  for (std::string network : kStreams) {
    auto l = listen_local(network);
    EXPECT_EQ(text(l.Close()), "<nil>");
    error err = l.Accept().err;
    EXPECT_TRUE(errors::Is(err, net::ErrClosed)) << text(err);
    EXPECT_TRUE(is_op(err, "accept"));
  }
}

NET_TEST(GoNetTest, PacketConnClose) {
  for (std::string network : {"udp", "unixgram"}) {
    auto c = listen_packet_local(network);
    net::Addr at = c.LocalAddr();
    EXPECT_EQ(text(c.Close()), "<nil>");
    char b[1];
    auto r = c.ReadFrom(b);
    EXPECT_EQ(r.n, 0u);
    EXPECT_TRUE(errors::Is(r.err, net::ErrClosed)) << text(r.err);
    remove_socket(at);
  }
}

NET_TEST(GoNetTest, ListenCloseListen) {
  // Another program may take the port in between: not ten times in a row.
  error err;
  for (int i = 0; i < 10; i++) {
    auto l = listen_local("tcp");
    std::string at = l.Addr().String();
    l.Close();
    auto again = net::Listen("tcp", at);
    err = again.err;
    if (!err) return;
  }
  ADD_FAILURE() << text(err);
}

NET_TEST(GoNetTest, AcceptIgnoreAbortedConnRequest) {
  // A connection that its client resets while it is queued: Accept passes over it, or gives it, but does not fail.
  auto l = listen_local("tcp");
  for (int i = 0; i < 5; i++) {
    auto c = dial(l);
    c.as<net::TCPConn>()->SetLinger(0);
    c.Close();
  }
  auto good = dial(l);
  good.Write("x");
  for (int i = 0; i < 6; i++) {
    auto [c, err] = l.Accept();
    ASSERT_EQ(text(err), "<nil>");
    c.SetDeadline(in(kPatience));
    if (read_some(c) == "x") return;
  }
  ADD_FAILURE() << "the good connection was not accepted";
}

NET_TEST(GoNetTest, ZeroByteRead) {
  for (std::string network : kStreams) {
    Pair p = connect(network, network == "tcp" ? "127.0.0.1:0" : fresh_path());
    for (const net::Conn& c : {p.client, p.server}) {
      auto r = c.Read(io::Bytes());
      EXPECT_EQ(r.n, 0u);
      EXPECT_EQ(text(r.err), "<nil>") << network;
    }
    p.l.Close();
  }
}

NET_TEST(GoNetTest, ReadTimeoutUnblocksRead) {
  Pair p = connect();
  auto result = make_chan<io::Result>(1);
  go([&] {
    char b[1];
    result.send(p.server.Read(b));
  });
  EXPECT_TRUE(waiting(1));
  p.server.SetReadDeadline(time::Unix(123, 0));
  io::Result r = result.recv();
  EXPECT_EQ(r.n, 0u);
  EXPECT_TRUE(deadline_exceeded(r.err)) << text(r.err);
}

NET_TEST(GoNetTest, CloseUnblocksRead) {
  Pair p = connect();
  auto result = make_chan<io::Result>(1);
  go([&] {
    char b[1];
    result.send(p.client.Read(b));
  });
  EXPECT_TRUE(waiting(1));
  p.server.Close();
  io::Result r = result.recv();
  EXPECT_EQ(r.n, 0u);
  EXPECT_EQ(r.err, io::EOF);
}

NET_TEST(GoNetTest, NotTemporaryRead) {
  Pair p = connect();
  p.server.as<net::TCPConn>()->SetLinger(0);
  p.server.Close();
  char b[1];
  error err = p.client.Read(b).err;
  EXPECT_TRUE(errors::Is(err, syscall::Errno(ECONNRESET))) << text(err);
  net::Error e(err);
  ASSERT_TRUE(e);
  EXPECT_FALSE(e.Temporary());
}

NET_TEST(GoNetTest, Errors) {
  const error all[] = {net::OpError{"read", "tcp", nil, nil, io::EOF},
                       net::ParseError{"IP address", "x"},
                       net::AddrError{"bad", "x"},
                       net::UnknownNetworkError("x"),
                       net::InvalidAddrError("x"),
                       net::DialTimeout("tcp", "127.0.0.1:1", -1).err.as<net::OpError>()->Err,
                       net::DNSError{},
                       net::ErrClosed};
  for (const error& err : all) EXPECT_TRUE(net::Error(err)) << text(err);
}

// Of a failed accept an Errno itself says that the next may succeed, and one that names its system call does not.
NET_TEST(GoNetTest, TemporaryErrorsOfAccept) {
  auto temporary = [](std::string op, error err) { return net::OpError{op, "tcp", nil, nil, err}.Temporary(); };
  auto named = [](int e) { return os::SyscallError{"accept4", syscall::Errno(e)}; };
  EXPECT_TRUE(temporary("accept", syscall::Errno(ECONNABORTED)));
  EXPECT_TRUE(temporary("accept", syscall::Errno(ECONNRESET)));
  EXPECT_FALSE(temporary("accept", named(ECONNABORTED)));
  EXPECT_FALSE(temporary("accept", named(ECONNRESET)));
  EXPECT_TRUE(temporary("accept", named(EMFILE)));
  EXPECT_FALSE(temporary("read", syscall::Errno(ECONNABORTED)));
  EXPECT_FALSE(temporary("accept", fmt::Errorf("%w", syscall::Errno(ECONNABORTED))));
}

// ---- conn_test.go ----

NET_TEST(GoNetTest, ConnAndListener) {
  for (std::string network : kStreams) {
    auto l = listen_local(network);
    EXPECT_EQ(l.Addr().Network(), network);
    sync::WaitGroup wg;
    serve(
        l,
        [&](net::Conn c) {
          EXPECT_EQ(c.LocalAddr().Network(), network);
          EXPECT_EQ(c.RemoteAddr().Network(), network);
          for (error err :
               {c.SetDeadline(in(time::Hour)), c.SetReadDeadline(in(time::Hour)), c.SetWriteDeadline(in(time::Hour))})
            EXPECT_EQ(text(err), "<nil>");
          c.Write(read_some(c));
        },
        &wg);
    auto c = dial(l);
    EXPECT_EQ(c.LocalAddr().Network(), network);
    EXPECT_EQ(c.RemoteAddr().Network(), network);
    EXPECT_EQ(c.Write("CONN AND LISTENER TEST").n, 22u);
    EXPECT_EQ(read_some(c, 128), "CONN AND LISTENER TEST");
    l.Close();
    wg.Wait();
  }
}

// ---- listen_test.go ----

std::string port_of(const net::Addr& a) {
  return net::SplitHostPort(a.String()).port;
}

const std::pair<const char*, const char*> kListenerTests[] = {
    {"", ""},
    {"", "0.0.0.0"},
    {"", "::ffff:0.0.0.0"},
    {"", "::"},
    {"", "127.0.0.1"},
    {"", "::ffff:127.0.0.1"},
    {"", "::1"},
    {"4", ""},
    {"4", "0.0.0.0"},
    {"4", "::ffff:0.0.0.0"},
    {"4", "127.0.0.1"},
    {"4", "::ffff:127.0.0.1"},
    {"6", ""},
    {"6", "::"},
    {"6", "::1"},
};

NET_TEST(GoNetTest, TCPListener) {
  for (auto [suffix, address] : kListenerTests) {
    std::string network = std::string("tcp") + suffix;
    auto [l, err] = net::Listen(network, net::JoinHostPort(address, "0"));
    ASSERT_EQ(text(err), "<nil>") << network << " " << address;
    error second = net::Listen(network, net::JoinHostPort(address, port_of(l.Addr()))).err;
    EXPECT_TRUE(errors::Is(second, syscall::Errno(EADDRINUSE))) << network << " " << address << ": " << text(second);
  }
}

NET_TEST(GoNetTest, UDPListener) {
  for (auto [suffix, address] : kListenerTests) {
    std::string network = std::string("udp") + suffix;
    auto [c, err] = net::ListenPacket(network, net::JoinHostPort(address, "0"));
    ASSERT_EQ(text(err), "<nil>") << network << " " << address;
    error second = net::ListenPacket(network, net::JoinHostPort(address, port_of(c.LocalAddr()))).err;
    EXPECT_TRUE(errors::Is(second, syscall::Errno(EADDRINUSE))) << network << " " << address << ": " << text(second);
  }
}

struct DualStack {
  const char *suffix1, *address1, *suffix2, *address2;
  bool fits;  // both can listen
};
const DualStack kDualStackTests[] = {
    {"", "", "", "", false},
    {"", "", "", "0.0.0.0", false},
    {"", "0.0.0.0", "", "", false},
    {"", "", "", "::", false},
    {"", "::", "", "", false},
    {"", "0.0.0.0", "", "::", false},
    {"", "::", "", "0.0.0.0", false},
    {"", "::ffff:0.0.0.0", "", "::", false},
    {"", "::", "", "::ffff:0.0.0.0", false},
    {"4", "", "6", "", true},
    {"6", "", "4", "", true},
    {"4", "0.0.0.0", "6", "::", true},
    {"6", "::", "4", "0.0.0.0", true},
    {"", "127.0.0.1", "", "::1", true},
    {"", "::1", "", "127.0.0.1", true},
    {"4", "127.0.0.1", "6", "::1", true},
    {"6", "::1", "4", "127.0.0.1", true},
};

// Where both fit, another program may have the port in the second family: a few tries.
template <class F>
void dual_stack(const char* kind, F listen) {
  for (const DualStack& t : kDualStackTests) {
    error second;
    for (int tries = 0; tries < 5; tries++) {
      auto first = listen(std::string(kind) + t.suffix1, net::JoinHostPort(t.address1, "0"));
      ASSERT_EQ(text(first.err), "<nil>") << t.address1;
      second = listen(std::string(kind) + t.suffix2, net::JoinHostPort(t.address2, first.port)).err;
      if (!second == t.fits) break;
    }
    EXPECT_EQ(!second, t.fits) << kind << t.suffix1 << " " << t.address1 << ", " << kind << t.suffix2 << " "
                               << t.address2 << ": " << text(second);
    if (!t.fits) {
      EXPECT_TRUE(errors::Is(second, syscall::Errno(EADDRINUSE))) << text(second);
    }
  }
}

NET_TEST(GoNetTest, DualStackTCPListener) {
  struct listening {
    net::Listener l;
    error err;
    std::string port;
  };
  dual_stack("tcp", [](const std::string& network, const std::string& address) {
    auto r = net::Listen(network, address);
    return listening{r.listener, r.err, r.err ? "" : port_of(r.listener.Addr())};
  });
}

NET_TEST(GoNetTest, DualStackUDPListener) {
  struct listening {
    net::PacketConn c;
    error err;
    std::string port;
  };
  dual_stack("udp", [](const std::string& network, const std::string& address) {
    auto r = net::ListenPacket(network, address);
    return listening{r.conn, r.err, r.err ? "" : port_of(r.conn.LocalAddr())};
  });
}

NET_TEST(GoNetTest, WildWildcardListener) {
  EXPECT_EQ(text(net::Listen("tcp", "").err), "<nil>");
  EXPECT_EQ(text(net::ListenPacket("udp", "").err), "<nil>");
  EXPECT_EQ(text(net::ListenTCP("tcp", nullptr).err), "<nil>");
  EXPECT_EQ(text(net::ListenUDP("udp", nullptr).err), "<nil>");
}

NET_TEST(GoNetTest, ClosingListener) {
  error err;
  for (int i = 0; i < 10; i++) {  // for another program, see above
    auto l = listen_local("tcp");
    std::string at = l.Addr().String();
    sync::WaitGroup wg;
    serve(
        l, [](net::Conn) {}, &wg);
    EXPECT_TRUE(waiting(1));
    l.Close();
    err = net::Listen("tcp", at).err;
    wg.Wait();
    if (!err) return;
  }
  ADD_FAILURE() << text(err);
}

NET_TEST(GoNetTest, ListenConfigControl) {
  int calls = 0;
  net::ListenConfig lc;
  lc.Control = [&](std::string_view network, std::string_view, int fd) {
    int type = 0;
    socklen_t n = sizeof type;
    EXPECT_EQ(getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n), 0);
    EXPECT_FALSE(network.empty());
    calls++;
    return error();
  };
  for (std::string network : {"tcp", "tcp4", "tcp6", "unix", "unixpacket"}) listen_local(network, lc).Close();
  for (std::string network : {"udp", "udp4", "udp6", "unixgram"}) {
    auto c = listen_packet_local(network, lc);
    remove_socket(c.LocalAddr());
  }
  EXPECT_EQ(calls, 9);
}

// ---- unixsock_test.go ----

NET_TEST(GoNetTest, ReadUnixgramWithUnnamedSocket) {
  std::string path = fresh_path();
  net::UnixAddr at{path, "unixgram"};
  auto [c, err] = net::ListenUnixgram("unixgram", &at);
  ASSERT_EQ(text(err), "<nil>");
  int s = socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un un{};
  un.sun_family = AF_UNIX;
  strcpy(un.sun_path, path.c_str());
  EXPECT_EQ(sendto(s, "\1\2\3\4\5", 5, 0, reinterpret_cast<sockaddr*>(&un), sizeof un), 5);
  close(s);
  c.SetReadDeadline(in(kPatience));
  char b[64];
  auto r = c.ReadFrom(b);
  EXPECT_EQ(text(r.err), "<nil>");
  EXPECT_TRUE(r.addr == nil);
  EXPECT_EQ(std::string(b, r.n), "\1\2\3\4\5");
  remove_socket(at);
}

// A packet of `payload` bytes, read by a buffer of `room`, by Read and by ReadFrom.
void unixgram_zero(size_t payload, size_t room) {
  auto c1 = listen_packet_local("unixgram");
  auto [c2, err] = net::Dial("unixgram", c1.LocalAddr().String());
  ASSERT_EQ(text(err), "<nil>");
  std::string out(payload, 'x'), buf(room, '\0');
  for (bool generic : {false, true}) {
    auto sent = c2.Write(out);
    EXPECT_EQ(text(sent.err), "<nil>");
    EXPECT_EQ(sent.n, payload);
    c1.SetReadDeadline(in(100 * time::Millisecond));
    if (generic) {
      error rerr = c1.as<net::UnixConn>()->Read(buf).err;
      if (rerr) {
        EXPECT_TRUE(deadline_exceeded(rerr)) << text(rerr);
      }
    } else {
      auto r = c1.ReadFrom(buf);
      if (r.err) {
        EXPECT_TRUE(deadline_exceeded(r.err)) << text(r.err);
      }
      EXPECT_TRUE(r.addr == nil);
    }
  }
  remove_socket(c1.LocalAddr());
}

NET_TEST(GoNetTest, UnixgramZeroBytePayload) {
  unixgram_zero(0, 1);
}
NET_TEST(GoNetTest, UnixgramZeroByteBuffer) {
  unixgram_zero(30, 0);
}

NET_TEST(GoNetTest, UnixgramWrite) {
  net::UnixAddr to{fresh_path(), "unixgram"};
  auto [l, err] = net::ListenPacket("unixgram", to.Name);
  ASSERT_EQ(text(err), "<nil>");
  {
    auto [c, derr] = net::Dial("unixgram", to.Name);
    auto u = *c.as<net::UnixConn>();
    const error errs[] = {u.WriteToUnix("b", to).err, u.WriteTo("b", to).err, u.WriteMsgUnix("b", {}, &to).err};
    for (const error& e : errs) {
      ASSERT_NE(e.as<net::OpError>(), nullptr);
      EXPECT_EQ(e.as<net::OpError>()->Err, net::ErrWriteToConnected);
    }
    EXPECT_EQ(text(c.Write("b").err), "<nil>");
  }
  {
    auto c = listen_packet_local("unixgram");
    auto u = *c.as<net::UnixConn>();
    EXPECT_EQ(text(u.WriteToUnix("b", to).err), "<nil>");
    EXPECT_EQ(text(c.WriteTo("b", to).err), "<nil>");
    EXPECT_EQ(text(u.WriteMsgUnix("b", {}, &to).err), "<nil>");
    EXPECT_TRUE(u.Write("b").err);
    remove_socket(c.LocalAddr());
  }
  remove_socket(to);
}

NET_TEST(GoNetTest, UnixConnLocalAndRemoteNames) {
  for (bool named : {false, true}) {
    net::UnixAddr local{named ? fresh_path() : "", "unix"}, to{fresh_path(), "unix"};
    auto [l, err] = net::ListenUnix("unix", &to);
    ASSERT_EQ(text(err), "<nil>");
    auto [c, derr] = net::DialUnix("unix", &local, &to);
    ASSERT_EQ(text(derr), "<nil>");
    EXPECT_EQ(text(c.Write("x").err), "<nil>");
    EXPECT_EQ(*l.Addr().as<net::UnixAddr>(), to);
    EXPECT_EQ(*c.LocalAddr().as<net::UnixAddr>(), (net::UnixAddr{named ? local.Name : "@", "unix"}));
    EXPECT_EQ(*c.RemoteAddr().as<net::UnixAddr>(), to);
    if (named) remove_socket(local);
  }
}

NET_TEST(GoNetTest, UnixgramConnLocalAndRemoteNames) {
  for (bool named : {false, true}) {
    net::UnixAddr local{named ? fresh_path() : "", "unixgram"}, to{fresh_path(), "unixgram"};
    auto [c1, err] = net::ListenUnixgram("unixgram", &to);
    ASSERT_EQ(text(err), "<nil>");
    auto [c2, derr] = net::DialUnix("unixgram", named ? &local : nullptr, &to);
    ASSERT_EQ(text(derr), "<nil>");
    EXPECT_EQ(*c1.LocalAddr().as<net::UnixAddr>(), to);
    EXPECT_TRUE(c1.RemoteAddr() == nil);
    EXPECT_EQ(*c2.LocalAddr().as<net::UnixAddr>(), (net::UnixAddr{named ? local.Name : "@", "unixgram"}));
    EXPECT_EQ(*c2.RemoteAddr().as<net::UnixAddr>(), to);
    remove_socket(to);
    if (named) remove_socket(local);
  }
}

NET_TEST(GoNetTest, UnixUnlink) {
  std::string path = fresh_path();
  auto listen = [&] {
    auto [l, err] = net::Listen("unix", path);
    EXPECT_EQ(text(err), "<nil>");
    return *l.as<net::UnixListener>();
  };
  auto there = [&] { return access(path.c_str(), F_OK) == 0; };
  {
    auto l = listen();
    EXPECT_TRUE(there());
    l.Close();
    EXPECT_FALSE(there());
    // Only the first Close removes: a file that stands there now is another's.
    os::WriteFile(path, "hello world", 0666);
    l.Close();
    EXPECT_TRUE(there());
    os::Remove(path);
  }
  for (bool unlink : {true, false}) {
    auto l = listen();
    l.SetUnlinkOnClose(unlink);
    l.Close();
    EXPECT_EQ(there(), !unlink);
    os::Remove(path);
  }
  // A listener made from a file removes nothing, unless it is told to.
  for (int unlink : {-1, 0, 1}) {
    auto l = listen();
    auto [f, ferr] = l.File();
    ASSERT_EQ(text(ferr), "<nil>");
    auto [l1, lerr] = net::FileListener(f);
    ASSERT_EQ(text(lerr), "<nil>");
    if (unlink >= 0) l1.as<net::UnixListener>()->SetUnlinkOnClose(unlink == 1);
    f.Close();
    EXPECT_TRUE(there());
    l1.Close();
    EXPECT_EQ(there(), unlink != 1);
    l.Close();
    EXPECT_FALSE(there());
  }
}

}  // namespace
