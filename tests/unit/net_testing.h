// What the tests of net share: every test runs on a goroutine, over loopback, and fails rather than hangs.
#pragma once
#include <gtest/gtest.h>

#include <gort/gort.h>
#include <gort/net.h>
#include <gort/os/file.h>

namespace net_testing {

using namespace gort;

inline std::string text(const error& e) {
  return e ? e.Error() : "<nil>";
}

inline time::Time in(time::Duration d) {
  return time::Now().Add(d);
}

// Longer than anything takes, shorter than the test runner's patience.
inline constexpr time::Duration kPatience = 20 * time::Second;

struct Pair {
  net::Listener l;
  net::Conn client, server;
};

// A pair of connected sockets of a network.
inline Pair connect(const std::string& network = "tcp", const std::string& address = "127.0.0.1:0") {
  Pair p;
  auto [l, lerr] = net::Listen(network, address);
  EXPECT_EQ(text(lerr), "<nil>");
  p.l = l;
  auto [c, cerr] = net::Dial(network, l.Addr().String());
  EXPECT_EQ(text(cerr), "<nil>");
  p.client = c;
  auto [s, serr] = l.Accept();
  EXPECT_EQ(text(serr), "<nil>");
  p.server = s;
  p.client.SetDeadline(in(kPatience));
  p.server.SetDeadline(in(kPatience));
  return p;
}

inline std::string read_some(const net::Conn& c, size_t max = 4096) {
  std::string s(max, '\0');
  auto [n, err] = c.Read(s);
  s.resize(n);
  return err ? "error: " + err.Error() : s;
}

// Path of a Unix socket that nobody else uses.
inline std::string socket_path(const char* name) {
  return "/tmp/gort_" + std::to_string(getpid()) + "_" + name + ".sock";
}

#define NET_TEST(suite, name)   \
  static void suite##_##name(); \
  TEST(suite, name) {           \
    gort::run(suite##_##name);  \
  }                             \
  static void suite##_##name()

}  // namespace net_testing
