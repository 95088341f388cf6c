// What the tests of net share: every test runs on a goroutine, over loopback, and fails rather than hangs.
#pragma once
#include <gtest/gtest.h>

#include <gort/gort.h>
#include <gort/net.h>
#include <gort/os/file.h>

#include "eventually.h"

namespace net_testing {

using namespace gort;

inline std::string text(const error& e) {
  return e ? e.Error() : "<nil>";
}

inline time::Time in(time::Duration d) {
  return time::Now().Add(d);
}

// Longer than anything takes, shorter than the test runner's patience.
inline constexpr time::Duration kPatience = 60 * time::Second;

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

// deadline_exceeded: what Go's isDeadlineExceeded looks at.
inline bool deadline_exceeded(const error& err) {
  net::Error e(err);
  return e && e.Timeout() && errors::Is(err, os::ErrDeadlineExceeded);
}

// Errors of an operation have the form `OP NETWORK ADDRESSES: REASON`.
inline bool is_op(const error& err, std::string_view op) {
  const auto* e = err.as<net::OpError>();
  return e != nullptr && e->Op == op && !e->Net.empty() && e->Err;
}

// waiting waits until n goroutines wait in the network poller.
inline bool waiting(int n) {
  return in_state(n, "IO wait");
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
