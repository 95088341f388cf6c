// What the tests share that carry over cases of Go's own src/net/*_test.go: names are Go's, the code is ours.
#pragma once
#include <cstdio>
#include <functional>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net_testing.h"

namespace go_net_testing {

using namespace net_testing;

// Networks as Go's tests go through them.
inline constexpr const char* kStreams[] = {"tcp", "unix", "unixpacket"};

inline std::string fresh_path() {
  static std::atomic<int> n{0};
  return socket_path(("go" + std::to_string(n++)).c_str());
}

inline net::Listener listen_local(const std::string& network, const net::ListenConfig& lc = {}) {
  std::string address = network.starts_with("unix") ? fresh_path() : network == "tcp6" ? "[::1]:0" : "127.0.0.1:0";
  auto [l, err] = lc.Listen(network, address);
  EXPECT_EQ(text(err), "<nil>") << network;
  return l;
}

inline net::PacketConn listen_packet_local(const std::string& network, const net::ListenConfig& lc = {}) {
  std::string address = network == "unixgram" ? fresh_path() : network == "udp6" ? "[::1]:0" : "127.0.0.1:0";
  auto [c, err] = lc.ListenPacket(network, address);
  EXPECT_EQ(text(err), "<nil>") << network;
  return c;
}

inline void remove_socket(const net::Addr& a) {
  if (a.Network().starts_with("unix")) std::remove(a.String().c_str());
}

// dial connects to a listener and fails the test if it cannot.
inline net::Conn dial(const net::Listener& l) {
  auto [c, err] = net::Dial(l.Addr().Network(), l.Addr().String());
  EXPECT_EQ(text(err), "<nil>");
  c.SetDeadline(in(kPatience));
  return c;
}

// serve accepts connections until the listener is closed, one goroutine each. The WaitGroup counts them all.
inline void serve(const net::Listener& l, std::function<void(net::Conn)> handle, sync::WaitGroup* wg) {
  wg->Add(1);
  go([l, handle, wg] {
    for (;;) {
      auto [c, err] = l.Accept();
      if (err) break;
      wg->Add(1);
      go([c = c, handle, wg] {
        handle(c);
        c.Close();
        wg->Done();
      });
    }
    wg->Done();
  });
}

// Unanswering is a listener whose queue is full: a dial to it waits.
struct Unanswering {
  net::Listener l;  // nil: the address is in use
  std::vector<net::Conn> fill;
  explicit Unanswering(const std::string& address = "127.0.0.1:0") {
    net::ListenConfig lc;
    int fd = -1;
    lc.Control = [&](std::string_view, std::string_view, int s) {
      fd = s;
      return error();
    };
    l = lc.Listen("tcp4", address).listener;
    if (!l) return;
    ::listen(fd, 0);
    EXPECT_TRUE(eventually([&] {
      tcp_info info{};
      socklen_t n = sizeof info;
      getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n);
      if (info.tcpi_unacked > info.tcpi_sacked) return true;  // of a listener: as many wait, as many may
      auto [c, err] = net::DialTimeout("tcp", l.Addr().String(), 30 * time::Millisecond);
      if (c) fill.push_back(c);
      return false;
    })) << "the queue does not fill";
  }
};

}  // namespace go_net_testing
