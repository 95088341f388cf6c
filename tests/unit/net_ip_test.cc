// IP addresses, masks, networks and host:port texts, and sockets without a runtime. What is expected was printed by
// Go 1.22.
#include <gtest/gtest.h>

#include <thread>

#include <gort/net.h>

namespace {

using namespace gort;

std::string text(const error& e) {
  return e ? e.Error() : "<nil>";
}

TEST(NetIP, ParseAndString) {
  const struct {
    const char *in, *out;
  } cases[] = {
      {"1.2.3.4", "1.2.3.4"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"::ffff:1.2.3.4", "1.2.3.4"},
      {"::FFFF:C000:201", "192.0.2.1"},
      {"2001:db8::1", "2001:db8::1"},
      {"2001:0DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
      {"::1.2.3.4", "::102:304"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
      {"0:0:0:1:0:0:0:0", "0:0:0:1::"},
      {"1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"},
  };
  for (const auto& c : cases) {
    net::IP ip = net::ParseIP(c.in);
    EXPECT_EQ(ip.String(), c.out) << c.in;
    EXPECT_EQ(ip.size(), 16u) << c.in;
  }
}

TEST(NetIP, WhatIsNoAddressIsNil) {
  for (const char* s : {"",
                        "x",
                        "1.2.3",
                        "1.2.3.4.5",
                        "01.2.3.4",
                        "256.1.1.1",
                        "1.2.3.4 ",
                        "1..2.3",
                        ":",
                        ":::",
                        "1:2",
                        "1:",
                        ":1",
                        "1::2::3",
                        "12345::",
                        "1:2:3:4:5:6:7",
                        "1:2:3:4:5:6:7:8:9",
                        "1:2:3:4:5:6:7::8",
                        "::1.2.3",
                        "1.2.3.4::",
                        "::1%",
                        "fe80::1%lo",
                        "g::"}) {
    net::IP ip = net::ParseIP(s);
    EXPECT_TRUE(ip == nil) << s;
    EXPECT_EQ(ip.String(), "<nil>");
  }
}

TEST(NetIP, FourAndSixteenByteFormsAreEqual) {
  net::IP four{192, 0, 2, 1};
  net::IP sixteen = net::IPv4(192, 0, 2, 1);
  EXPECT_TRUE(four.Equal(sixteen));
  EXPECT_TRUE(sixteen.Equal(four));
  EXPECT_FALSE(four == sixteen);
  EXPECT_EQ(sixteen.To4(), four);
  EXPECT_EQ(four.To16(), sixteen);
  EXPECT_TRUE(net::ParseIP("2001:db8::1").To4() == nil);
  EXPECT_EQ((net::IP{1, 2, 3}).String(), "?010203");
}

TEST(NetIP, Classes) {
  EXPECT_TRUE(net::ParseIP("127.0.0.2").IsLoopback());
  EXPECT_TRUE(net::IPv6loopback.IsLoopback());
  EXPECT_TRUE(net::ParseIP("0.0.0.0").IsUnspecified());
  EXPECT_TRUE(net::ParseIP("::").IsUnspecified());
  EXPECT_TRUE(net::ParseIP("172.31.0.1").IsPrivate());
  EXPECT_FALSE(net::ParseIP("172.32.0.1").IsPrivate());
  EXPECT_TRUE(net::ParseIP("fd00::1").IsPrivate());
  EXPECT_TRUE(net::ParseIP("224.0.0.1").IsMulticast());
  EXPECT_TRUE(net::ParseIP("ff02::1").IsLinkLocalMulticast());
  EXPECT_TRUE(net::ParseIP("169.254.1.1").IsLinkLocalUnicast());
  EXPECT_TRUE(net::ParseIP("8.8.8.8").IsGlobalUnicast());
  EXPECT_FALSE(net::ParseIP("255.255.255.255").IsGlobalUnicast());
}

TEST(NetIP, CIDR) {
  auto [ip, network, err] = net::ParseCIDR("10.1.2.3/8");
  ASSERT_FALSE(err);
  EXPECT_EQ(ip.String(), "10.1.2.3");
  EXPECT_EQ(network.String(), "10.0.0.0/8");
  EXPECT_TRUE(network.Contains(net::ParseIP("10.255.0.1")));
  EXPECT_FALSE(network.Contains(net::ParseIP("11.0.0.1")));
  EXPECT_EQ(network.Mask.Size(), std::pair(8, 32));
  EXPECT_EQ(network.Mask.String(), "ff000000");
  EXPECT_EQ(net::ParseCIDR("2001:db8::/32").net.String(), "2001:db8::/32");
  EXPECT_EQ(net::ParseCIDR("::ffff:1.2.3.4/100").net.String(), "0.0.0.0/4");
  for (const char* bad : {"10.1.2.3/33", "1.2.3.4", "1.2.3.4/x", "1.2.3.4/-1", "/8", "1.2.3.4/8x", "::1/129"})
    EXPECT_EQ(text(net::ParseCIDR(bad).err), std::string("invalid CIDR address: ") + bad);
  EXPECT_EQ((net::IPNet{net::IP{198, 51, 100, 0}, net::IPv4Mask(0xc0, 0, 0xff, 0)}).String(), "198.51.100.0/c000ff00");
}

TEST(NetIP, Masks) {
  EXPECT_EQ(net::CIDRMask(20, 32).String(), "fffff000");
  EXPECT_EQ(net::CIDRMask(0, 32).String(), "00000000");
  EXPECT_TRUE(net::CIDRMask(33, 32) == nil);
  EXPECT_EQ(net::ParseIP("192.0.2.77").Mask(net::CIDRMask(24, 32)).String(), "192.0.2.0");
  EXPECT_EQ(net::ParseIP("192.0.2.1").DefaultMask().String(), "ffffff00");
  EXPECT_EQ(net::IPv4Mask(255, 0, 255, 0).Size(), std::pair(0, 0));
}

TEST(NetIP, SplitHostPort) {
  const struct {
    const char *in, *host, *port, *err;
  } cases[] = {
      {"", "", "", "missing port in address"},
      {"a", "", "", "address a: missing port in address"},
      {"a:", "a", "", "<nil>"},
      {":1", "", "1", "<nil>"},
      {"[::1]", "", "", "address [::1]: missing port in address"},
      {"[::1]:80", "::1", "80", "<nil>"},
      {"[::1", "", "", "address [::1: missing ']' in address"},
      {"::1", "", "", "address ::1: too many colons in address"},
      {"[a]b:1", "", "", "address [a]b:1: missing port in address"},
      {"[a]:b:1", "", "", "address [a]:b:1: too many colons in address"},
      {"a[:1", "", "", "address a[:1: unexpected '[' in address"},
      {"a]:1", "", "", "address a]:1: unexpected ']' in address"},
      {"[[a]:1", "", "", "address [[a]:1: unexpected '[' in address"},
      {"[a]]:1", "", "", "address [a]]:1: missing port in address"},
      {"h%z:1", "h%z", "1", "<nil>"},
      {"[fe80::1%lo]:80", "fe80::1%lo", "80", "<nil>"},
      {"[]:", "", "", "<nil>"},
  };
  for (const auto& c : cases) {
    auto [host, port, err] = net::SplitHostPort(c.in);
    EXPECT_EQ(host, c.host) << c.in;
    EXPECT_EQ(port, c.port) << c.in;
    EXPECT_EQ(text(err), c.err) << c.in;
  }
  EXPECT_EQ(net::JoinHostPort("a", "1"), "a:1");
  EXPECT_EQ(net::JoinHostPort("::1", "1"), "[::1]:1");
}

TEST(NetIP, AddressTexts) {
  EXPECT_EQ((net::TCPAddr{net::ParseIP("127.0.0.1"), 80, ""}).String(), "127.0.0.1:80");
  EXPECT_EQ((net::TCPAddr{net::ParseIP("fe80::1"), 80, "lo"}).String(), "[fe80::1%lo]:80");
  EXPECT_EQ(net::UDPAddr().String(), ":0");
  net::Addr a = net::TCPAddr{net::IP{1, 2, 3, 4}, 5, ""};
  EXPECT_EQ(a.Network(), "tcp");
  EXPECT_EQ(a.as<net::TCPAddr>()->Port, 5);
  EXPECT_EQ(a.as<net::UDPAddr>(), nullptr);
  EXPECT_TRUE(a == net::Addr(net::TCPAddr{net::IPv4(1, 2, 3, 4), 5, ""}));
  EXPECT_TRUE(net::Addr() == nil);
}

// This program has neither gort::main nor gort::run: the first socket starts what it needs.
TEST(NetThread, ThreadsNeedNoStartedRuntime) {
  auto [l, err] = net::Listen("tcp", "127.0.0.1:0");
  ASSERT_EQ(text(err), "<nil>");
  std::thread server([l = l] {
    auto [c, aerr] = l.Accept();
    io::Copy(c, c);
    c.Close();
  });
  auto [c, derr] = net::DialTimeout("tcp", l.Addr().String(), time::Minute);
  ASSERT_EQ(text(derr), "<nil>");
  c.Write("hi");
  char buf[8];
  auto [n, rerr] = c.Read(buf);
  EXPECT_EQ(std::string(buf, n), "hi");
  c.SetReadDeadline(time::Now().Add(10 * time::Millisecond));
  EXPECT_TRUE(errors::Is(c.Read(buf).err, os::ErrDeadlineExceeded));
  c.Close();
  server.join();
}

}  // namespace
