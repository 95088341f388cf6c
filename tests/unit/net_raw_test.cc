// What reaches below the methods of connections: several buffers at once, messages with ancillary data, the bare
// descriptor, sockets as files.
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net_testing.h"

namespace {

using namespace net_testing;

NET_TEST(NetBuffers, AreWrittenAsOne) {
  Pair p = connect();
  std::string big(300000, 'x');
  net::Buffers b{"HTTP/1.1 200 OK\r\n", "", "\r\n", big, "end"};
  auto got = make_chan<std::string>(1);
  go([&] { got.send(io::ReadAll(p.server).data); });
  auto [n, err] = b.WriteTo(p.client);
  EXPECT_EQ(text(err), "<nil>");
  EXPECT_EQ(n, 19 + big.size() + 3);
  EXPECT_TRUE(b.empty());
  p.client.Close();
  EXPECT_EQ(got.recv(), "HTTP/1.1 200 OK\r\n\r\n" + big + "end");
}

NET_TEST(NetBuffers, MoreThanTheSystemTakesAtOnce) {
  Pair p = connect();
  net::Buffers b;
  std::string want;
  for (int i = 0; i < 5000; i++) {
    b.push_back("ab");
    want += "ab";
  }
  auto [n, err] = b.WriteTo(p.client);
  EXPECT_EQ(text(err), "<nil>");
  EXPECT_EQ(n, want.size());
  p.client.Close();
  EXPECT_EQ(io::ReadAll(p.server).data, want);
}

NET_TEST(NetBuffers, KeepWhatWasNotWritten) {
  Pair p = connect();
  std::string big(64 << 20, 'x');
  net::Buffers b{"head", big};
  size_t n = 0;
  for (time::Duration d = 50 * time::Millisecond; b.size() == 2 && d < kPatience; d = 2 * d) {
    p.client.SetWriteDeadline(in(d));
    auto r = b.WriteTo(p.client);
    EXPECT_TRUE(net::Error(r.err).Timeout()) << text(r.err);
    ASSERT_TRUE(is_op(r.err, "writev")) << text(r.err);
    n += size_t(r.n);
  }
  ASSERT_EQ(b.size(), 1u);
  EXPECT_GT(n, 0u);
  EXPECT_EQ(n + b[0].size(), 4 + big.size());
}

NET_TEST(NetBuffers, ReadAndForeignConns) {
  net::Buffers b{"abc", "", "de"};
  char buf[4];
  EXPECT_EQ(b.Read(buf).n, 4u);
  EXPECT_EQ(std::string(buf, 4), "abcd");
  EXPECT_EQ(b.Read(buf).n, 1u);
  EXPECT_EQ(b.Read(buf).err, io::EOF);
  auto [x, y] = net::Pipe();
  net::Buffers c{"one", "two"};
  auto got = make_chan<std::string>(1);
  go([&, y = y] { got.send(io::ReadAll(y).data); });
  EXPECT_EQ(c.WriteTo(x).n, 6u);
  x.Close();
  EXPECT_EQ(got.recv(), "onetwo");
}

NET_TEST(NetRawConn, ControlReadWrite) {
  ASSERT_TRUE(alone());
  Pair p = connect();
  auto raw = p.client.as<net::TCPConn>()->SyscallConn();
  int type = 0;
  EXPECT_EQ(text(raw.Control([&](int fd) {
              socklen_t n = sizeof type;
              getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n);
            })),
            "<nil>");
  EXPECT_EQ(type, SOCK_STREAM);

  // Read waits until f is content.
  int calls = 0;
  char buf[16];
  ssize_t got = 0;
  auto written = make_chan<bool>();
  go([=, s = p.server] {
    EXPECT_TRUE(waiting(1));
    s.Write("late");
    written.close();
  });
  EXPECT_EQ(text(raw.Read([&](int fd) {
              calls++;
              got = ::read(fd, buf, sizeof buf);
              return got >= 0 || errno != EAGAIN;
            })),
            "<nil>");
  written.recv();
  EXPECT_EQ(std::string(buf, size_t(got)), "late");
  EXPECT_GE(calls, 2);
  EXPECT_EQ(text(raw.Write([&](int fd) { return ::write(fd, "raw", 3) == 3; })), "<nil>");
  EXPECT_EQ(read_some(p.server), "raw");

  p.client.SetReadDeadline(in(10 * time::Millisecond));
  error err = raw.Read([](int) { return false; });
  EXPECT_TRUE(net::Error(err).Timeout()) << text(err);
  EXPECT_EQ(err.as<net::OpError>()->Op, "raw-read");
  p.client.Close();
  EXPECT_EQ(text(raw.Control([](int) {})),
            "raw-control tcp " + p.client.LocalAddr().String() + ": use of closed network connection");
  EXPECT_EQ(text(net::RawConn().Control([](int) {})), "invalid argument");
}

NET_TEST(NetRawConn, AReadThatLeavesBytesDoesNotHideThemFromRead) {
  Pair p = connect();
  auto raw = p.client.as<net::TCPConn>()->SyscallConn();
  for (int i = 0; i < 20; i++) {
    p.server.Write("x");
    EXPECT_EQ(read_some(p.client, 100), "x");  // a short read: the socket is known to be empty
    p.server.Write("abc");
    char c = 0;
    raw.Read([&](int fd) { return ::read(fd, &c, 1) == 1; });
    EXPECT_EQ(c, 'a');
    EXPECT_EQ(read_some(p.client), "bc");
  }
}

// The ancillary data that carries a descriptor.
std::string rights(int fd) {
  std::string oob(CMSG_SPACE(sizeof fd), '\0');
  auto* h = reinterpret_cast<cmsghdr*>(oob.data());
  h->cmsg_level = SOL_SOCKET;
  h->cmsg_type = SCM_RIGHTS;
  h->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(h), &fd, sizeof fd);
  return oob;
}

NET_TEST(NetMessages, UnixSocketsPassDescriptors) {
  Pair p = connect("unix", socket_path("rights"));
  auto a = *p.client.as<net::UnixConn>(), b = *p.server.as<net::UnixConn>();
  auto [r, w, perr] = os::Pipe();
  ASSERT_FALSE(perr);
  auto sent = a.WriteMsgUnix("fd", rights(w.Fd()), nullptr);
  EXPECT_EQ(text(sent.err), "<nil>");
  EXPECT_EQ(sent.n, 2u);
  char buf[8], oob[64];
  auto got = b.ReadMsgUnix(buf, oob);
  ASSERT_EQ(text(got.err), "<nil>");
  EXPECT_EQ(std::string(buf, got.n), "fd");
  ASSERT_EQ(got.oobn, CMSG_SPACE(sizeof(int)));
  int fd = -1;
  memcpy(&fd, CMSG_DATA(reinterpret_cast<cmsghdr*>(oob)), sizeof fd);
  EXPECT_NE(fd, w.Fd());
  EXPECT_EQ(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  EXPECT_EQ(::write(fd, "through", 7), 7);
  ::close(fd);
  w.Close();
  EXPECT_EQ(io::ReadAll(r).data, "through");
  a.Close();
  EXPECT_EQ(b.ReadMsgUnix(buf, oob).err, io::EOF);
}

NET_TEST(NetMessages, UDP) {
  net::UDPAddr local{net::IP{127, 0, 0, 1}, 0, ""};
  auto [a, err] = net::ListenUDP("udp", &local);
  auto [b, berr] = net::ListenUDP("udp", &local);
  net::UDPAddr to = *b.LocalAddr().as<net::UDPAddr>();
  EXPECT_EQ(text(a.WriteMsgUDP("packet", {}, &to).err), "<nil>");
  char buf[3];
  b.SetReadDeadline(in(kPatience));
  auto r = b.ReadMsgUDP(buf, {});
  EXPECT_EQ(std::string(buf, r.n), "pac");
  EXPECT_EQ(r.flags & MSG_TRUNC, MSG_TRUNC);
  EXPECT_EQ(r.addr.Port, a.LocalAddr().as<net::UDPAddr>()->Port);
  EXPECT_EQ(text(a.WriteMsgUDP("x", {}, nullptr).err), "write udp " + a.LocalAddr().String() + ": missing address");
  auto [c, cerr] = net::DialUDP("udp", nullptr, &to);
  EXPECT_EQ(text(c.WriteMsgUDP("x", {}, nullptr).err), "<nil>");
  EXPECT_EQ(text(c.WriteMsgUDP("x", {}, &to).err), "write udp " + c.LocalAddr().String() + "->" + to.String() +
                                                       ": use of WriteTo with pre-connected connection");
  b.SetReadDeadline(time::Unix(1, 0));
  EXPECT_TRUE(net::Error(b.ReadMsgUDP(buf, {}).err).Timeout());
}

NET_TEST(NetFile, ConnectionsAndListenersGoThroughFiles) {
  Pair p = connect();
  auto [f, err] = p.client.as<net::TCPConn>()->File();
  ASSERT_EQ(text(err), "<nil>");
  EXPECT_EQ(f.Name(), "tcp:" + p.client.LocalAddr().String() + "->" + p.client.RemoteAddr().String());
  auto [copy, cerr] = net::FileConn(f);
  ASSERT_EQ(text(cerr), "<nil>");
  ASSERT_TRUE(copy.as<net::TCPConn>());
  EXPECT_EQ(copy.LocalAddr(), p.client.LocalAddr());
  EXPECT_EQ(copy.RemoteAddr(), p.client.RemoteAddr());
  f.Close();
  p.client.Close();
  copy.SetDeadline(in(kPatience));
  copy.Write("still there");
  EXPECT_EQ(read_some(p.server), "still there");

  auto [lf, lerr] = p.l.as<net::TCPListener>()->File();
  ASSERT_EQ(text(lerr), "<nil>");
  p.l.Close();
  auto [l, flerr] = net::FileListener(lf);
  ASSERT_EQ(text(flerr), "<nil>");
  auto [c, derr] = net::Dial("tcp", l.Addr().String());
  EXPECT_EQ(text(derr), "<nil>");
  EXPECT_EQ(text(l.Accept().err), "<nil>");

  auto [pc, pcerr] = net::ListenPacket("udp", "127.0.0.1:0");
  auto [pf, pferr] = pc.as<net::UDPConn>()->File();
  auto [again, aerr] = net::FilePacketConn(pf);
  ASSERT_EQ(text(aerr), "<nil>");
  EXPECT_EQ(again.LocalAddr(), pc.LocalAddr());
  EXPECT_TRUE(net::FileListener(pf).err);
}

NET_TEST(NetFile, WhatIsNoSocketIsRefused) {
  auto [f, err] = os::Open("/dev/null");
  EXPECT_EQ(text(net::FileConn(f).err), "file file+net /dev/null: getsockopt: socket operation on non-socket");
  EXPECT_EQ(text(net::FileConn(nil).err), "invalid argument");
}

NET_TEST(NetUnix, TypedReadsTellTheSender) {
  net::UnixAddr at{socket_path("typed"), "unixgram"}, from{socket_path("from"), "unixgram"};
  auto [a, err] = net::ListenUnixgram("unixgram", &at);
  auto [b, berr] = net::ListenUnixgram("unixgram", &from);
  EXPECT_EQ(text(b.WriteToUnix("hello", at).err), "<nil>");
  char buf[16];
  a.SetReadDeadline(in(kPatience));
  auto r = a.ReadFromUnix(buf);
  ASSERT_TRUE(r.addr);
  EXPECT_EQ(*r.addr, from);
  auto [c, cerr] = net::DialUnix("unixgram", nullptr, &at);
  c.Write("nameless");
  r = a.ReadFromUnix(buf);
  EXPECT_EQ(std::string(buf, r.n), "nameless");
  EXPECT_FALSE(r.addr);
  ::unlink(at.Name.c_str());
  ::unlink(from.Name.c_str());
}

}  // namespace
