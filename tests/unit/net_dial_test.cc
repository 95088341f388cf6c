// Dial, Listen, look-ups, and the texts of their errors, which were printed by Go 1.22.
#include <sys/socket.h>

#include "net_testing.h"
#include "runtime/net/netfd.h"

namespace {

using namespace net_testing;

std::string dial(std::string_view network, std::string_view address) {
  return text(net::Dial(network, address).err);
}

NET_TEST(NetDial, ErrorTexts) {
  const struct {
    const char *network, *address, *err;
  } cases[] = {
      {"tcp", "127.0.0.1:1", "dial tcp 127.0.0.1:1: connect: connection refused"},
      {"tcp", "[::1]:1", "dial tcp [::1]:1: connect: connection refused"},
      {"tcp", "127.0.0.1", "dial tcp: address 127.0.0.1: missing port in address"},
      {"tcp", "127.0.0.1:99999", "dial tcp: address 99999: invalid port"},
      {"tcp", "127.0.0.1:-1", "dial tcp: address -1: invalid port"},
      {"tcp", "127.0.0.1:nosuchservice", "dial tcp: lookup tcp/nosuchservice: unknown port"},
      {"tcp", "", "dial tcp: missing address"},
      {"foo", "127.0.0.1:1", "dial foo: unknown network foo"},
      {"tcp4", "[::1]:1", "dial tcp4: address ::1: no suitable address found"},
      {"tcp6", "127.0.0.1:1", "dial tcp6: address 127.0.0.1: no suitable address found"},
      {"tcp", "::1:80", "dial tcp: address ::1:80: too many colons in address"},
      {"unix", "/nonexistent/sock", "dial unix /nonexistent/sock: connect: no such file or directory"},
      {"unix", "", "dial unix: missing address"},
  };
  for (const auto& c : cases) EXPECT_EQ(dial(c.network, c.address), c.err);
}

NET_TEST(NetDial, ListenErrorTexts) {
  auto listen = [](std::string_view network, std::string_view address) {
    return text(net::Listen(network, address).err);
  };
  EXPECT_EQ(listen("tcp", "192.0.2.1:0"), "listen tcp 192.0.2.1:0: bind: cannot assign requested address");
  EXPECT_EQ(listen("udp", "127.0.0.1:0"), "listen udp 127.0.0.1:0: address 127.0.0.1:0: unexpected address type");
  EXPECT_EQ(listen("tcp", "127.0.0.1:99999"), "listen tcp: address 99999: invalid port");
  EXPECT_EQ(listen("unixgram", "/nowhere/x"), "listen unixgram /nowhere/x: bind: no such file or directory");
  EXPECT_EQ(text(net::ListenPacket("tcp", "127.0.0.1:0").err),
            "listen tcp 127.0.0.1:0: address 127.0.0.1:0: unexpected address type");
  std::string longname(200, 'x');
  EXPECT_EQ(listen("unix", longname), "listen unix " + longname + ": bind: invalid argument");
  auto [l, err] = net::Listen("tcp", "127.0.0.1:0");
  EXPECT_EQ(listen("tcp", l.Addr().String()), "listen tcp " + l.Addr().String() + ": bind: address already in use");
}

NET_TEST(NetDial, ErrorsCanBeTakenApart) {
  error err = net::Dial("tcp", "127.0.0.1:1").err;
  EXPECT_TRUE(errors::Is(err, syscall::Errno(ECONNREFUSED)));
  EXPECT_EQ(errors::ToCode(err), std::error_code(ECONNREFUSED, std::system_category()));
  const auto* op = err.as<net::OpError>();
  ASSERT_NE(op, nullptr);
  EXPECT_EQ(op->Op, "dial");
  EXPECT_EQ(op->Net, "tcp");
  EXPECT_TRUE(op->Source == nil);
  EXPECT_EQ(op->Addr.String(), "127.0.0.1:1");
  auto call = errors::As<os::SyscallError>(err);
  ASSERT_TRUE(call);
  EXPECT_EQ(call->Syscall, "connect");
  EXPECT_FALSE(net::Error(err).Timeout());
  EXPECT_EQ(err.type_name(), "*net.OpError");
}

NET_TEST(NetDial, Timeout) {
  // A listener whose queue is full answers no more connects.
  net::ListenConfig lc;
  int fd = -1;
  lc.Control = [&](std::string_view, std::string_view, int s) {
    fd = s;
    return error();
  };
  auto [l, err] = lc.Listen("tcp", "127.0.0.1:0");
  ASSERT_FALSE(err);
  ::listen(fd, 0);
  std::vector<net::Conn> fill;
  error derr;
  time::Time start;
  for (int i = 0; i < 20 && !derr; i++) {
    start = time::Now();
    auto [c, e] = net::DialTimeout("tcp", l.Addr().String(), 50 * time::Millisecond);
    derr = e;
    fill.push_back(c);
  }
  EXPECT_EQ(text(derr), "dial tcp " + l.Addr().String() + ": i/o timeout");
  EXPECT_TRUE(net::Error(derr).Timeout());
  EXPECT_GE(time::Since(start), 50 * time::Millisecond);
  EXPECT_EQ(text(net::DialTimeout("tcp", "127.0.0.1:1", -1).err), "dial tcp 127.0.0.1:1: i/o timeout");
}

NET_TEST(NetDial, DialerOptions) {
  auto [l, err] = net::Listen("tcp", "127.0.0.1:0");
  net::Dialer d;
  d.LocalAddr = net::TCPAddr{net::ParseIP("127.0.0.1"), 0, ""};
  std::string seen;
  d.Control = [&](std::string_view network, std::string_view address, int) {
    seen = std::string(network) + " " + std::string(address);
    return error();
  };
  auto [c, derr] = d.Dial("tcp", l.Addr().String());
  ASSERT_EQ(text(derr), "<nil>");
  EXPECT_EQ(seen, "tcp4 " + l.Addr().String());
  EXPECT_EQ(text(d.Dial("tcp", "127.0.0.1:1").err), "dial tcp 127.0.0.1:0->127.0.0.1:1: connect: connection refused");
  d.Control = [](std::string_view, std::string_view, int) { return errors::New("no"); };
  EXPECT_EQ(text(d.Dial("tcp", l.Addr().String()).err), "dial tcp 127.0.0.1:0->" + l.Addr().String() + ": no");
  d = net::Dialer();
  d.LocalAddr = net::UDPAddr();
  EXPECT_EQ(text(d.Dial("tcp", "127.0.0.1:1").err), "dial tcp: address :0: mismatched local address type");
  d.LocalAddr = net::TCPAddr{net::ParseIP("::1"), 0, ""};
  EXPECT_EQ(text(d.Dial("tcp", "127.0.0.1:1").err), "dial tcp: address [::1]:0: no suitable address found");
}

NET_TEST(NetDial, NamesAndServices) {
  auto [addrs, err] = net::LookupHost("localhost");
  EXPECT_EQ(text(err), "<nil>");
  EXPECT_TRUE(std::find(addrs.begin(), addrs.end(), "127.0.0.1") != addrs.end());
  EXPECT_EQ(net::LookupPort("tcp", "HTTP").port, 80);
  EXPECT_EQ(net::LookupPort("udp", "domain").port, 53);
  EXPECT_EQ(net::LookupPort("tcp", "").port, 0);
  EXPECT_EQ(text(net::LookupPort("tcp", "65536").err), "address 65536: invalid port");
  EXPECT_EQ(text(net::LookupPort("foo", "bar").err), "address foo: unknown network");
  // Without a network any will do.
  for (const char* any : {"", "ip"}) {
    EXPECT_EQ(net::LookupPort(any, "http").port, 80);
    EXPECT_EQ(text(net::LookupPort(any, "nosuch").err), "lookup ip/nosuch: unknown port");
  }
  EXPECT_EQ(text(net::LookupPort("unix", "http").err), "address unix: unknown network");
  auto [a, rerr] = net::ResolveTCPAddr("tcp", "localhost:80");
  EXPECT_EQ(a.String(), "127.0.0.1:80");
  EXPECT_EQ(net::ResolveTCPAddr("tcp", "[::1]:80").addr.String(), "[::1]:80");
  EXPECT_EQ(text(net::ResolveTCPAddr("tcp", "1.2.3.4").err), "address 1.2.3.4: missing port in address");
  EXPECT_EQ(text(net::ResolveTCPAddr("udp", "1.2.3.4:5").err), "unknown network udp");
  EXPECT_EQ(net::ResolveUnixAddr("unix", "/x").addr.String(), "/x");
  EXPECT_EQ(net::ResolveIPAddr("ip4", "localhost").addr.String(), "127.0.0.1");
}

NET_TEST(NetDial, LookupFails) {
  error err = net::LookupHost("").err;
  auto* dns = err.as<net::DNSError>();
  ASSERT_NE(dns, nullptr);
  EXPECT_TRUE(dns->IsNotFound);
  EXPECT_EQ(text(err), "lookup : no such host");
}

NET_TEST(NetDial, NoServerIsAskedForWhatIsNoDomainName) {
  std::string nul("localhost\0b", 11);
  for (const std::string& name : {std::string("256.0.0.1"), std::string("1.2.3"), std::string("a b"), nul}) {
    std::string want = "lookup " + name + ": no such host";
    error err = net::LookupHost(name).err;
    EXPECT_EQ(text(err), want);
    EXPECT_TRUE(errors::As<net::DNSError>(err)->IsNotFound);
    EXPECT_EQ(text(net::LookupCNAME(name).err), want);
    EXPECT_EQ(text(net::LookupIP(name).err), want);
    EXPECT_EQ(text(net::ResolveIPAddr("ip", name).err), want);
    EXPECT_EQ(text(net::ResolveTCPAddr("tcp4", name + ":80").err), want);
    EXPECT_EQ(dial("tcp", name + ":80"), "dial tcp: " + want);
  }
}

TEST(NetDomainName, Rules) {
  std::string label(63, 'a'), four = label + "." + label + "." + label + "." + label;
  const std::string good[] = {".",     "a",     "a.",           "a.b.",       "_",         "a_b.c",
                              "1e5",   "1.2.x", "1.2.3-4",      "a--b",       label,       four.substr(0, 253),
                              "xn--a", "A.Z9",  "256.0.0.1.in", "0x7f.0.0.1", label + ".", four.substr(0, 253) + "."};
  const std::string bad[] = {"",
                             "..",
                             "a..b",
                             "a..",
                             ".a",
                             "1",
                             "1.",
                             "256.0.0.1",
                             "-",
                             "-a",
                             "a-",
                             "a-.b",
                             "a.-b",
                             "a.1-.",
                             "a b",
                             "*.a",
                             "a/b",
                             "\u00e9",
                             "a:b",
                             "1.-2",
                             "a.-.",
                             "[a]",
                             label + "a",
                             four.substr(0, 254),
                             four.substr(0, 254) + "."};
  for (const std::string& name : good) EXPECT_TRUE(net::isDomainName(name)) << name;
  for (const std::string& name : bad) EXPECT_FALSE(net::isDomainName(name)) << name;
}

NET_TEST(NetDial, NameWithSeveralAddressesTriesThemAll) {
  // localhost may be ::1 and 127.0.0.1; only the second listens.
  auto [l, err] = net::Listen("tcp4", "127.0.0.1:0");
  std::string port = net::SplitHostPort(l.Addr().String()).port;
  auto [c, derr] = net::DialTimeout("tcp", "localhost:" + port, kPatience);
  EXPECT_EQ(text(derr), "<nil>");
  EXPECT_EQ(text(net::Dial("tcp", "localhost:1").err).substr(0, 9), "dial tcp ");
}

NET_TEST(NetDial, ByAddress) {
  net::TCPAddr any{net::IP{127, 0, 0, 1}, 0, ""};
  auto [l, err] = net::ListenTCP("tcp", &any);
  ASSERT_FALSE(err);
  net::Addr at = l.Addr();
  auto [c, derr] = net::DialTCP("tcp", nullptr, at.as<net::TCPAddr>());
  ASSERT_FALSE(derr);
  auto [s, aerr] = l.AcceptTCP();
  c.Write("typed");
  EXPECT_EQ(read_some(s), "typed");
  net::Listener generic = l;
  EXPECT_TRUE(generic.as<net::TCPListener>());
  EXPECT_FALSE(generic.as<net::UnixListener>());
  EXPECT_EQ(text(net::DialTCP("tcp", nullptr, nullptr).err), "dial tcp: missing address");
  EXPECT_EQ(text(net::DialUDP("tcp", nullptr, nullptr).err), "dial tcp: unknown network tcp");
  EXPECT_EQ(text(net::ListenTCP("udp", nullptr).err), "listen udp: unknown network udp");
}

}  // namespace
