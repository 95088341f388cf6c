// Texts of addresses: IP, CIDR, host and port.
#include <gort/gort.h>
#include <gort/net.h>

using namespace gort;

void ips() {
  for (const char* s : {"1.2.3.4",
                        "1.2.3",
                        "01.2.3.4",
                        "256.1.1.1",
                        "::",
                        "::1",
                        "1::",
                        "::ffff:1.2.3.4",
                        "2001:db8::1",
                        "1:2:3:4:5:6:7:8",
                        "1:0:0:2:0:0:0:3",
                        "fe80::1%lo",
                        "",
                        "x",
                        "1:2",
                        "::1.2.3.4",
                        "1:2:3:4:5:6:1.2.3.4",
                        "1::2::3",
                        "12345::",
                        "0:0:0:1:0:0:0:0",
                        "1:0:2:0:3:0:4:0",
                        "224.0.0.1",
                        "ff02::1",
                        "10.0.0.1",
                        "fd00::1",
                        "169.254.0.1",
                        "255.255.255.255",
                        "1:2:3:4:5:6:7::",
                        "::2:3:4:5:6:7:8",
                        "1::8",
                        ":1",
                        "1:",
                        ":::",
                        "1.2.3.4.5",
                        "::1.2.3.4.5",
                        "::1.2.3.256"}) {
    net::IP ip = net::ParseIP(s);
    fmt::Println(s, "is", ip.String(), ip.size(), ip.IsLoopback(), ip.IsUnspecified(), ip.IsMulticast(), ip.IsPrivate(),
                 ip.IsGlobalUnicast(), ip.IsLinkLocalUnicast(), ip.IsLinkLocalMulticast(), ip.DefaultMask().String());
  }
}

void cidrs() {
  for (const char* s : {"10.1.2.3/8", "10.1.2.3/33", "::1/128", "2001:db8::/32", "1.2.3.4", "1.2.3.4/x", "1.2.3.4/-1",
                        "::ffff:1.2.3.4/100", "0.0.0.0/0", "/8", "1.2.3.4/8 "}) {
    auto [ip, n, err] = net::ParseCIDR(s);
    if (err != nil) {
      fmt::Println(err);
      continue;
    }
    auto [ones, bits] = n.Mask.Size();
    fmt::Println(s, "is", ip.String(), n.String(), ones, bits);
  }
}

void hostports() {
  for (const char* s : {"", "a", "a:", ":1", "[::1]", "[::1]:80", "[::1", "::1", "[a]b:1", "[a]:b:1", "a[:1", "a]:1",
                        "[[a]:1", "[a]]:1", "h%z:1", "[fe80::1%lo]:80", "a:b:c", "[]:"}) {
    auto [host, port, err] = net::SplitHostPort(s);
    if (err != nil) {
      fmt::Println(err);
      continue;
    }
    fmt::Println(host, port, net::JoinHostPort(host, port));
  }
}

void endpoints() {
  for (const char* s : {"1.2.3.4:5", "[::1]:80", ":http", "1.2.3.4", "1.2.3.4:x", "1.2.3.4:70000", "[fe80::1%7]:1"}) {
    auto [a, err] = net::ResolveTCPAddr("tcp", s);
    if (err != nil) {
      fmt::Println(err);
      continue;
    }
    fmt::Println(a.Network(), a.String(), a.Port, a.Zone);
  }
}

void bytes() {
  net::IP ip = net::ParseIP("1.2.3.4").To4();
  fmt::Printf("%d %x %v %#v\n", ip, ip, ip, ip);
  net::IPMask mask = net::CIDRMask(24, 32);
  fmt::Printf("%d %x %v\n", mask, mask, mask);
  for (const char* s : {"::00001", "::10000", "::00000ffff"}) fmt::Println(net::ParseIP(s));
}

void protocols() {
  for (const char* network : {"ip", "ip4:icmp", "ip:1", "ip4:999", "ip4:nosuch", "ip4:", "ipx:1", "ip4:tcp:1", "tcp"}) {
    auto [a, err] = net::ResolveIPAddr(network, "127.0.0.1");
    if (err != nil) {
      fmt::Println(network, err);
      continue;
    }
    fmt::Println(network, a.String());
  }
}

void entry() {
  ips();
  cidrs();
  hostports();
  endpoints();
  bytes();
  protocols();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
