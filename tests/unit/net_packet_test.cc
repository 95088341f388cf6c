// UDP, Unix domain sockets, and Pipe.
#include <unistd.h>

#include "net_testing.h"

namespace {

using namespace net_testing;

NET_TEST(NetUDP, PacketsKeepTheirBounds) {
  auto [a, err] = net::ListenPacket("udp", "127.0.0.1:0");
  ASSERT_EQ(text(err), "<nil>");
  auto [b, berr] = net::ListenPacket("udp", "127.0.0.1:0");
  a.SetDeadline(in(kPatience));
  EXPECT_EQ(b.WriteTo("one", a.LocalAddr()).n, 3u);
  EXPECT_EQ(b.WriteTo("", a.LocalAddr()).n, 0u);
  EXPECT_EQ(b.WriteTo("three", a.LocalAddr()).n, 5u);
  char buf[4];
  auto r = a.ReadFrom(buf);
  EXPECT_EQ(std::string(buf, r.n), "one");
  EXPECT_EQ(r.addr, b.LocalAddr());
  r = a.ReadFrom(buf);
  EXPECT_EQ(r.n, 0u);
  EXPECT_FALSE(r.err);
  r = a.ReadFrom(buf);
  EXPECT_EQ(std::string(buf, r.n), "thre");
}

NET_TEST(NetUDP, ConnectedSocket) {
  auto [pc, err] = net::ListenPacket("udp", "127.0.0.1:0");
  auto [c, derr] = net::Dial("udp", pc.LocalAddr().String());
  ASSERT_EQ(text(derr), "<nil>");
  c.SetDeadline(in(kPatience));
  c.Write("ping");
  char buf[16];
  auto r = pc.ReadFrom(buf);
  pc.WriteTo("pong", r.addr);
  EXPECT_EQ(read_some(c), "pong");
  std::string from = c.LocalAddr().String(), to = pc.LocalAddr().String();
  auto u = *c.as<net::UDPConn>();
  EXPECT_EQ(text(u.WriteTo("x", pc.LocalAddr()).err),
            "write udp " + from + "->" + to + ": use of WriteTo with pre-connected connection");
  EXPECT_EQ(text(c.Write(std::string(70000, 'x')).err), "write udp " + from + "->" + to + ": write: message too long");
  pc.Close();
  c.Write("nobody");
  EXPECT_EQ(read_some(c), "error: read udp " + from + "->" + to + ": read: connection refused");
}

NET_TEST(NetUDP, Errors) {
  auto [pc, err] = net::ListenPacket("udp", "127.0.0.1:0");
  std::string at = pc.LocalAddr().String();
  char buf[1] = {};
  EXPECT_EQ(text(pc.WriteTo(buf, net::TCPAddr()).err), "write udp " + at + "->:0: invalid argument");
  pc.SetReadDeadline(in(10 * time::Millisecond));
  EXPECT_EQ(text(pc.ReadFrom(buf).err), "read udp " + at + ": i/o timeout");
  auto done = make_chan<std::string>();
  pc.SetReadDeadline(time::Time());
  go([&, pc = pc] { done.send(text(pc.ReadFrom(buf).err)); });
  EXPECT_TRUE(waiting(1));
  pc.Close();
  EXPECT_EQ(done.recv(), "read udp " + at + ": use of closed network connection");
}

NET_TEST(NetUDP, IPv6AndTypedCalls) {
  net::UDPAddr any{net::IPv6loopback, 0, ""};
  auto [a, err] = net::ListenUDP("udp6", &any);
  ASSERT_EQ(text(err), "<nil>");
  auto [b, berr] = net::ListenUDP("udp", &any);
  net::Addr at = a.LocalAddr();
  b.WriteToUDP("six", *at.as<net::UDPAddr>());
  char buf[8];
  auto [n, from, rerr] = a.ReadFromUDP(buf);
  EXPECT_EQ(std::string(buf, n), "six");
  EXPECT_EQ(from.String(), b.LocalAddr().String());
  // One socket for both families.
  auto [dual, derr] = net::ListenPacket("udp", ":0");
  std::string port = net::SplitHostPort(dual.LocalAddr().String()).port;
  auto [c4, e4] = net::Dial("udp", "127.0.0.1:" + port);
  c4.Write("four");
  auto r = dual.ReadFrom(buf);
  EXPECT_EQ(std::string(buf, r.n), "four");
  EXPECT_EQ(r.addr.String(), c4.LocalAddr().String());
}

NET_TEST(NetUnix, Stream) {
  std::string path = socket_path("stream");
  {
    Pair p = connect("unix", path);
    EXPECT_EQ(p.l.Addr().String(), path);
    EXPECT_EQ(p.l.Addr().Network(), "unix");
    EXPECT_EQ(p.client.RemoteAddr().String(), path);
    p.client.Write("local");
    EXPECT_EQ(read_some(p.server), "local");
    EXPECT_FALSE(p.client.as<net::UnixConn>()->CloseWrite());
    EXPECT_EQ(read_some(p.server), "error: EOF");
    p.server.SetReadDeadline(in(-1));
    // A socket without a name reads as @.
    EXPECT_EQ(text(p.server.Read(std::string(1, ' ')).err), "read unix " + path + "->@: i/o timeout");
    EXPECT_EQ(access(path.c_str(), F_OK), 0);
    p.l.Close();
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

NET_TEST(NetUnix, UnlinkOnCloseCanBeOff) {
  std::string path = socket_path("unlink");
  net::UnixAddr at{path, "unix"};
  auto [l, err] = net::ListenUnix("unix", &at);
  ASSERT_EQ(text(err), "<nil>");
  l.SetUnlinkOnClose(false);
  l.Close();
  EXPECT_EQ(access(path.c_str(), F_OK), 0);
  unlink(path.c_str());
}

NET_TEST(NetUnix, AbstractNameAndPackets) {
  std::string name = "@gort_test_" + std::to_string(getpid());
  auto p = connect("unixpacket", name);
  EXPECT_EQ(p.l.Addr().String(), name);
  p.client.Write("a");
  p.client.Write("bc");
  EXPECT_EQ(read_some(p.server), "a");
  EXPECT_EQ(read_some(p.server), "bc");
  p.client.Close();
  EXPECT_EQ(read_some(p.server), "error: EOF");
}

NET_TEST(NetUnix, Datagrams) {
  std::string pa = socket_path("a"), pb = socket_path("b");
  auto [a, err] = net::ListenPacket("unixgram", pa);
  ASSERT_EQ(text(err), "<nil>");
  auto [b, berr] = net::ListenPacket("unixgram", pb);
  b.WriteTo("hi", a.LocalAddr());
  char buf[8];
  auto r = a.ReadFrom(buf);
  EXPECT_EQ(std::string(buf, r.n), "hi");
  EXPECT_EQ(r.addr.String(), pb);
  EXPECT_EQ(r.addr.Network(), "unixgram");
  // A sender without a name has no address.
  auto [c, derr] = net::Dial("unixgram", pa);
  ASSERT_EQ(text(derr), "<nil>");
  c.Write("anon");
  r = a.ReadFrom(buf);
  EXPECT_EQ(std::string(buf, r.n), "anon");
  EXPECT_TRUE(r.addr == nil);
  unlink(pa.c_str());
  unlink(pb.c_str());
}

NET_TEST(NetPipe, WritesMeetReads) {
  auto [a, b] = net::Pipe();
  go([b = b] {
    b.Write("hello, pipe");
    b.Close();
  });
  EXPECT_EQ(read_some(a, 5), "hello");
  EXPECT_EQ(read_some(a), ", pipe");
  EXPECT_EQ(read_some(a), "error: EOF");
  EXPECT_EQ(text(a.Write("x").err), "io: read/write on closed pipe");
  EXPECT_EQ(text(b.Read(std::string(1, ' ')).err), "io: read/write on closed pipe");
  EXPECT_EQ(a.LocalAddr().String(), "pipe");
}

NET_TEST(NetPipe, Deadlines) {
  auto [a, b] = net::Pipe();
  a.SetReadDeadline(in(10 * time::Millisecond));
  char buf[4];
  error err = a.Read(buf).err;
  EXPECT_EQ(text(err), "read pipe: i/o timeout");
  EXPECT_TRUE(errors::Is(err, os::ErrDeadlineExceeded));
  EXPECT_TRUE(net::Error(err).Timeout());
  a.SetWriteDeadline(in(-1));
  EXPECT_EQ(text(a.Write("x").err), "write pipe: i/o timeout");
  a.SetDeadline(time::Time());
  go([b = b] { b.Write("ok"); });
  EXPECT_EQ(read_some(a), "ok");
  b.Close();
  EXPECT_EQ(text(a.SetDeadline(time::Now())), "io: read/write on closed pipe");
}

struct Upper final : net::AbstractConn {
  io::Result Read(io::Bytes b) override {
    memcpy(b.data(), "up", 2);
    return {2, nil};
  }
  io::Result Write(io::ConstBytes b) override { return {b.size(), nil}; }
  error Close() override { return nil; }
  net::Addr LocalAddr() override { return nil; }
  net::Addr RemoteAddr() override { return nil; }
  error SetDeadline(time::Time) override { return nil; }
  error SetReadDeadline(time::Time) override { return nil; }
  error SetWriteDeadline(time::Time) override { return nil; }
};

NET_TEST(NetConn, CanBeOnesOwn) {
  net::Conn c(std::make_shared<Upper>());
  EXPECT_EQ(read_some(c), "up");
  EXPECT_FALSE(c.as<net::TCPConn>());
  EXPECT_TRUE(c.as<Upper>());
}

}  // namespace
