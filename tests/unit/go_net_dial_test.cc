// Cases of Go 1.22's src/net/dial_test.go, and of what ends a dial or a look-up: contexts. tests/conformance/README.md
// has the table.
#include <dirent.h>
#include <unistd.h>
#include <fstream>
#include "go_net_testing.h"
#include "runtime/net/netfd.h"
#include "sched/proc.h"

namespace {

using namespace go_net_testing;

// ---- names with several addresses ----

// What look-ups of the names here give, while a Names stands.
struct Names {
  static inline std::map<std::string, std::vector<std::string>> all;
  static inline std::atomic<bool> over;
  const int32_t before = rt::hold_deadlock.load();
  explicit Names(std::map<std::string, std::vector<std::string>> names) {
    all = std::move(names);
    over = false;
    net::test_lookup = [](const std::string& name, int) {
      net::IPAddrs r;
      if (name == "never") {
        while (!over) usleep(1000);  // longer than anybody waits
        r.err = errors::New("too late");
        return r;
      }
      if (auto at = all.find(name); at != all.end())
        for (const std::string& a : at->second) r.addrs.push_back({net::ParseIP(a), ""});
      if (r.addrs.empty() && !r.err) r.err = net::DNSError{"no such host", name, "", false, false, true};
      return r;
    };
  }
  ~Names() {
    over = true;
    while (rt::hold_deadlock.load() > before)
      time::Sleep(time::Millisecond);  // resolvers that nobody waits for any longer
    net::test_lookup = nullptr;
  }
};

// Listeners of both families on one port.
struct Both {
  net::Listener v4, v6;
  std::string port;
  sync::WaitGroup wg;
  std::unique_ptr<Unanswering> slow;  // on 127.0.0.2
  std::atomic<int> n4{0}, n6{0};      // connections that came, and that have been closed by the client
  explicit Both(bool with_slow = false) {
    for (int i = 0; i < 20; i++) {
      v4 = listen_local("tcp4");
      port = net::SplitHostPort(v4.Addr().String()).port;
      v6 = net::Listen("tcp6", "[::1]:" + port).listener;
      if (with_slow) slow = std::make_unique<Unanswering>("127.0.0.2:" + port);
      if (v6 && (!with_slow || slow->l)) break;
    }
    auto count = [](std::atomic<int>* n) {
      return [n](net::Conn c) {
        c.SetDeadline(in(kPatience));
        EXPECT_EQ(read_some(c), "error: EOF");  // the client closes without a word
        ++*n;
      };
    };
    serve(v4, count(&n4), &wg);
    serve(v6, count(&n6), &wg);
  }
  void close() {
    v4.Close();
    v6.Close();
    wg.Wait();
  }
};

int open_files() {
  int n = 0;
  DIR* d = opendir("/proc/self/fd");
  while (readdir(d) != nullptr) n++;
  closedir(d);
  return n;
}

NET_TEST(GoNetTest, ProhibitionaryDialArg) {
  auto [l, err] = net::Listen("tcp", "[::]:0");
  ASSERT_EQ(text(err), "<nil>");
  std::string port = net::SplitHostPort(l.Addr().String()).port;
  for (const char* address : {"127.0.0.1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(net::Dial("tcp6", net::JoinHostPort(address, port)).err) << address;
}

NET_TEST(GoNetTest, DialLocal) {
  auto l = listen_local("tcp");
  EXPECT_EQ(text(net::Dial("tcp", ":" + net::SplitHostPort(l.Addr().String()).port).err), "<nil>");
}

NET_TEST(GoNetTest, DialerDualStackFDLeak) {
  ASSERT_TRUE(alone());  // no other closes connections meanwhile
  Names names({{"both", {"127.0.0.1", "::1"}}});
  Both both;
  int before = open_files();
  net::Dialer d;
  d.Timeout = kPatience;
  sync::WaitGroup wg;
  for (int i = 0; i < 10; i++) {
    wg.Add(1);
    go([&] {
      auto [c, err] = d.Dial("tcp", "both:" + both.port);
      EXPECT_EQ(text(err), "<nil>");
      c.Close();
      wg.Done();
    });
  }
  wg.Wait();
  both.close();
  EXPECT_TRUE(eventually([&] { return open_files() == before - 2; })) << open_files();  // the listeners
}

NET_TEST(GoNetTest, DialParallel) {
  Both both(true);
  Names names({{"v4", {"127.0.0.1"}},
               {"v6", {"::1"}},
               {"v4v6", {"127.0.0.1", "::1"}},
               {"v6v4", {"::1", "127.0.0.1"}},
               {"slow4v6", {"127.0.0.2", "::1"}},
               {"slow4v4", {"127.0.0.2", "127.0.0.1"}},
               {"refused4v6", {"127.0.0.3", "::1"}},
               {"refused44v6", {"127.0.0.3", "127.0.0.4", "::1"}},
               {"refused", {"127.0.0.3"}},
               {"many", std::vector<std::string>(1000, "::1")}});
  constexpr time::Duration kForever = time::Hour, kDelay = 100 * time::Millisecond;
  const struct {
    const char* name;
    bool ok;
    time::Duration at_least;  // 0: the fallback must not be waited for
  } tests[] = {
      {"v4", true, 0},           {"v6", true, 0},         {"v4v6", true, 0},        {"v6v4", true, 0},
      {"slow4v6", true, kDelay}, {"refused4v6", true, 0}, {"refused44v6", true, 0}, {"refused", false, 0},
      {"many", true, 0},         {"nobody", false, 0},
  };
  for (const auto& t : tests) {
    net::Dialer d;
    d.FallbackDelay = t.at_least == 0 ? kForever : t.at_least;
    d.Timeout = kPatience;
    time::Time start = time::Now();
    auto [c, err] = d.Dial("tcp", std::string(t.name) + ":" + both.port);
    time::Duration took = time::Since(start);
    EXPECT_EQ(!err, t.ok) << t.name << ": " << text(err);
    EXPECT_GE(took, t.at_least) << t.name;
    EXPECT_LT(took, kPatience) << t.name;
    if (c) c.Close();

    // The same can be canceled, which the result does not show: it may have been through before.
    auto [ctx, cancel] = context::WithCancel(context::Background());
    go([cancel = cancel] {
      time::Sleep(time::Millisecond);
      cancel();
    });
    auto again = d.DialContext(ctx, "tcp", std::string(t.name) + ":" + both.port);
    if (again.conn) again.conn.Close();
  }
  both.close();
}

NET_TEST(GoNetTest, DialerFallbackDelay) {
  Both both(true);
  Names names({{"slow4v6", {"127.0.0.2", "::1"}}});
  for (time::Duration delay : {time::Duration(1), 100 * time::Millisecond, time::Duration(0)}) {
    net::Dialer d;
    d.FallbackDelay = delay;
    time::Time start = time::Now();
    auto [c, err] = d.Dial("tcp", "slow4v6:" + both.port);
    time::Duration took = time::Since(start), want = delay == 0 ? 300 * time::Millisecond : delay;
    EXPECT_EQ(text(err), "<nil>");
    EXPECT_GE(took, want);
    EXPECT_LT(took, want + 10 * time::Second);
    c.Close();
  }
  both.close();
}

NET_TEST(GoNetTest, DialParallelSpuriousConnection) {
  // Both families connect, since the second is started at once; the loser's connection is closed, too.
  Both both;
  Names names({{"both", {"127.0.0.1", "::1"}}});
  net::Dialer d;
  d.FallbackDelay = 1;
  for (int i = 0; i < 20; i++) {
    auto [c, err] = d.Dial("tcp", "both:" + both.port);
    EXPECT_EQ(text(err), "<nil>");
    c.Close();
  }
  EXPECT_TRUE(eventually([&] { return both.n4 + both.n6 >= 20; }));
  both.close();  // waits for every connection that came to be closed
}

NET_TEST(GoNetTest, DialerPartialDeadline) {
  auto now = time::Date(2000, time::January, 1, 0, 0, 0, 0, time::UTC);
  const struct {
    time::Duration left;
    size_t addrs;
    time::Duration want;
  } tests[] = {{12 * time::Second, 1, 12 * time::Second},
               {12 * time::Second, 2, 6 * time::Second},
               {12 * time::Second, 3, 4 * time::Second},
               {12 * time::Second, 999, 2 * time::Second},
               {1900 * time::Millisecond, 999, 1900 * time::Millisecond},
               {1 * time::Millisecond, 1, 1 * time::Millisecond}};
  for (const auto& t : tests)
    EXPECT_EQ(net::partial_deadline(now, now.Add(t.left), t.addrs).Sub(now), t.want) << t.addrs;
}

NET_TEST(GoNetTest, DialerLocalAddr) {
  auto v4 = listen_local("tcp4"), v6 = listen_local("tcp6");
  auto tcp = [](const char* ip) { return net::Addr(net::TCPAddr{net::ParseIP(ip), 0, ""}); };
  auto short4 = [](const char* ip) { return net::Addr(net::TCPAddr{net::ParseIP(ip).To4(), 0, ""}); };
  const net::Addr none, any = net::TCPAddr(), udp = net::UDPAddr(), unix_ = net::UnixAddr();
  const struct {
    const char* network;
    bool to6;
    net::Addr from;
    bool ok;
  } tests[] = {
      {"tcp4", false, none, true},
      {"tcp4", false, any, true},
      {"tcp4", false, tcp("0.0.0.0"), true},
      {"tcp4", false, short4("0.0.0.0"), true},
      {"tcp4", false, tcp("::"), false},
      {"tcp4", false, tcp("127.0.0.1"), true},
      {"tcp4", false, short4("127.0.0.1"), true},
      {"tcp4", false, tcp("::1"), false},
      {"tcp4", false, udp, false},
      {"tcp4", false, unix_, false},
      {"tcp6", true, none, true},
      {"tcp6", true, any, true},
      {"tcp6", true, tcp("0.0.0.0"), true},
      {"tcp6", true, short4("0.0.0.0"), true},
      {"tcp6", true, tcp("::"), true},
      {"tcp6", true, tcp("127.0.0.1"), false},
      {"tcp6", true, short4("127.0.0.1"), false},
      {"tcp6", true, tcp("::1"), true},
      {"tcp6", true, udp, false},
      {"tcp6", true, unix_, false},
      {"tcp", false, none, true},
      {"tcp", false, any, true},
      {"tcp", false, tcp("0.0.0.0"), true},
      {"tcp", false, tcp("127.0.0.1"), true},
      {"tcp", false, tcp("::1"), false},
      {"tcp", false, udp, false},
      {"tcp", false, unix_, false},
      {"tcp", true, none, true},
      {"tcp", true, any, true},
      {"tcp", true, tcp("0.0.0.0"), true},
      {"tcp", true, tcp("::"), true},
      {"tcp", true, tcp("127.0.0.1"), false},
      {"tcp", true, short4("127.0.0.1"), false},
      {"tcp", true, tcp("::1"), true},
      {"tcp", true, udp, false},
      {"tcp", true, unix_, false},
      {"tcp", false, tcp("::"), true},
  };
  for (const auto& t : tests) {
    net::Dialer d;
    d.LocalAddr = t.from;
    error err = d.Dial(t.network, (t.to6 ? v6 : v4).Addr().String()).err;
    EXPECT_EQ(!err, t.ok) << t.network << " " << (t.from ? t.from.String() : "nil") << " " << text(err);
    if (err) {
      EXPECT_TRUE(is_op(err, "dial"));
    }
  }
}

NET_TEST(GoNetTest, DialerDualStack) {
  // One family after the other goes away: a dial finds the one that is left.
  Names names({{"both", {"127.0.0.1", "::1"}}});
  Both both;
  net::Dialer d;
  d.Timeout = kPatience;
  auto [first, err] = d.Dial("tcp", "both:" + both.port);
  ASSERT_EQ(text(err), "<nil>");
  bool was4 = static_cast<bool>(first.LocalAddr().as<net::TCPAddr>()->IP.To4());
  first.Close();
  (was4 ? both.v4 : both.v6).Close();
  auto [second, err2] = d.Dial("tcp", "both:" + both.port);
  ASSERT_EQ(text(err2), "<nil>");
  EXPECT_NE(static_cast<bool>(second.LocalAddr().as<net::TCPAddr>()->IP.To4()), was4);
  second.Close();
  both.close();
}

NET_TEST(GoNetTest, DialerKeepAlive) {
  auto l = listen_local("tcp");
  const std::pair<time::Duration, int> tests[] = {{-1, -1}, {0, 15}, {5 * time::Second, 5}, {30 * time::Second, 30}};
  for (auto [keepalive, want] : tests) {
    net::Dialer d;
    d.KeepAlive = keepalive;
    auto [c, err] = d.Dial("tcp", l.Addr().String());
    ASSERT_EQ(text(err), "<nil>");
    int on = -1, idle = -1;
    c.as<net::TCPConn>()->SyscallConn().Control([&](int fd) {
      socklen_t n = sizeof on;
      getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, &n);
      getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &n);
    });
    EXPECT_EQ(on, want > 0);
    if (want > 0) {
      EXPECT_EQ(idle, want);
    }
  }
}

NET_TEST(GoNetTest, DialCancel) {
  auto free = listen_local("tcp4");
  Unanswering slow;
  auto [ctx, cancel] = context::WithCancel(context::Background());
  time::Time start = time::Now();
  go([cancel = cancel] {
    time::Sleep(50 * time::Millisecond);
    cancel();
  });
  error err = net::Dialer().DialContext(ctx, "tcp", slow.l.Addr().String()).err;
  EXPECT_EQ(text(err), "dial tcp " + slow.l.Addr().String() + ": operation was canceled");
  EXPECT_TRUE(errors::Is(err, context::Canceled));
  EXPECT_FALSE(net::Error(err).Timeout());
  EXPECT_GE(time::Since(start), 50 * time::Millisecond);
  EXPECT_LT(time::Since(start), 10 * time::Second);
  // And a context that is canceled already.
  EXPECT_EQ(text(net::Dialer().DialContext(ctx, "tcp", free.Addr().String()).err),
            "dial tcp " + free.Addr().String() + ": operation was canceled");
}

NET_TEST(GoNetTest, CancelAfterDial) {
  auto l = listen_local("tcp");
  sync::WaitGroup wg;
  serve(
      l, [](net::Conn c) { io::Copy(c, c); }, &wg);
  for (int i = 0; i < 10; i++) {
    auto [ctx, cancel] = context::WithCancel(context::Background());
    auto [c, err] = net::Dialer().DialContext(ctx, "tcp", l.Addr().String());
    cancel();
    time::Sleep(2 * time::Millisecond);
    ASSERT_EQ(text(err), "<nil>");
    EXPECT_EQ(text(c.Write("echo!\n").err), "<nil>");
    EXPECT_EQ(read_some(c), "echo!\n");
    c.Close();
  }
  l.Close();
  wg.Wait();
}

NET_TEST(GoNetTest, DialListenerAddr) {
  auto [l, err] = net::Listen("tcp4", "localhost:0");
  ASSERT_EQ(text(err), "<nil>");
  EXPECT_EQ(text(net::Dial("tcp4", "[::]:" + net::SplitHostPort(l.Addr().String()).port).err), "<nil>");
}

NET_TEST(GoNetTest, DialerControl) {
  int calls = 0;
  net::Dialer d;
  d.Control = [&](std::string_view, std::string_view, int fd) {
    calls += fd >= 0;
    return error();
  };
  for (std::string network : {"tcp", "tcp4", "tcp6", "unix", "unixpacket"}) {
    auto l = listen_local(network);
    EXPECT_EQ(text(d.Dial(network, l.Addr().String()).err), "<nil>");
    l.Close();
  }
  for (std::string network : {"udp", "udp4", "udp6", "unixgram"}) {
    auto c = listen_packet_local(network);
    EXPECT_EQ(text(d.Dial(network, c.LocalAddr().String()).err), "<nil>");
    remove_socket(c.LocalAddr());
  }
  EXPECT_EQ(calls, 9);
}

NET_TEST(GoNetTest, DialerControlContext) {
  int i = 0;
  for (std::string network : {"tcp", "tcp4", "tcp6", "unix", "unixpacket"}) {
    auto l = listen_local(network);
    int id = 0;
    net::Dialer d;
    d.ControlContext = [&](const context::Context& ctx, std::string_view, std::string_view, int) {
      id = *ctx.Value(std::string("id")).as<int>();
      return error();
    };
    auto ctx = context::WithValue(context::Background(), std::string("id"), ++i);
    EXPECT_EQ(text(d.DialContext(ctx, network, l.Addr().String()).err), "<nil>");
    EXPECT_EQ(id, i);
    l.Close();
  }
}

struct NonZeroDeadline : context::Embedded {
  using Embedded::Embedded;
  std::pair<time::Time, bool> Deadline() const { return {time::Unix(0, 0), false}; }
};

NET_TEST(GoNetTest, DialWithNonZeroDeadline) {
  auto l = listen_local("tcp");
  context::Context ctx = NonZeroDeadline{{context::Background()}};
  EXPECT_EQ(text(net::Dialer().DialContext(ctx, "tcp", l.Addr().String()).err), "<nil>");
}

// ---- beyond Go's tests: deadlines of contexts, look-ups ----

NET_TEST(NetContext, ADeadlineEndsTheDialAsATimeout) {
  Unanswering slow;
  auto [ctx, cancel] = context::WithTimeout(context::Background(), 30 * time::Millisecond);
  error err = net::Dialer().DialContext(ctx, "tcp", slow.l.Addr().String()).err;
  EXPECT_EQ(text(err), "dial tcp " + slow.l.Addr().String() + ": i/o timeout");
  EXPECT_TRUE(net::Error(err).Timeout());
  EXPECT_TRUE(errors::Is(err, context::DeadlineExceeded));
  EXPECT_TRUE(errors::Is(err, os::ErrDeadlineExceeded));
  cancel();
}

NET_TEST(NetContext, ANilContextPanics) {
  std::string got = func<std::string>([](std::string& got) {
    defer([&] { got = fmt::Sprint(recover()); });
    net::Dialer().DialContext(nil, "tcp", "127.0.0.1:1");
  });
  EXPECT_EQ(got, "nil context");
}

NET_TEST(NetContext, LookUpsEndWithTheirContext) {
  Names names({});
  auto [ctx, cancel] = context::WithCancel(context::Background());
  go([cancel = cancel] {
    time::Sleep(20 * time::Millisecond);
    cancel();
  });
  error err = net::DefaultResolver.LookupHost(ctx, "never").err;
  EXPECT_EQ(text(err), "lookup never: operation was canceled");
  ASSERT_NE(err.as<net::DNSError>(), nullptr);
  EXPECT_FALSE(err.as<net::DNSError>()->IsTimeout);
  EXPECT_EQ(text(net::DefaultResolver.LookupIPAddr(ctx, "never").err), "lookup never: operation was canceled");

  auto [late, cancel2] = context::WithTimeout(context::Background(), 20 * time::Millisecond);
  err = net::DefaultResolver.LookupHost(late, "never").err;
  EXPECT_EQ(text(err), "lookup never: i/o timeout");
  EXPECT_TRUE(net::Error(err).Timeout());
  err = net::Dialer().DialContext(late, "tcp", "never:80").err;
  EXPECT_EQ(text(err), "dial tcp: lookup never: i/o timeout");
  EXPECT_TRUE(net::Error(err).Timeout());
  err = net::ListenConfig().Listen(ctx, "tcp", "never:0").err;
  EXPECT_EQ(text(err), "listen tcp: lookup never: operation was canceled");
  EXPECT_EQ(text(net::DialTimeout("tcp", "never:80", 20 * time::Millisecond).err),
            "dial tcp: lookup never: i/o timeout");
  cancel2();
}

NET_TEST(NetContext, LookUpsHoldNobodyUp) {
  Names names({});
  const int procs = runtime::GOMAXPROCS(1);
  constexpr int kLookUps = 50, kRounds = 10000;
  auto [ctx, cancel] = context::WithCancel(context::Background());
  auto ended = make_chan<std::string>();
  for (int i = 0; i < kLookUps; i++)
    go([=, ctx = ctx] { ended.send(text(net::DefaultResolver.LookupHost(ctx, "never").err)); });
  auto ping = make_chan<int>(), pong = make_chan<int>();
  go([=] {
    for (int v : ping) pong.send(v + 1);
  });
  for (int i = 0; i < kRounds; i++) {
    ping.send(i);
    EXPECT_EQ(pong.recv(), i + 1);
  }
  ping.close();
  EXPECT_FALSE(ended.try_recv()) << "all are still at it";
  cancel();
  for (int i = 0; i < kLookUps; i++) EXPECT_EQ(ended.recv(), "lookup never: operation was canceled");
  runtime::GOMAXPROCS(procs);
}

// hosts_test.go: TestLookupStaticAddr.
NET_TEST(GoNetTest, LookupStaticAddr) {
  struct file {
    std::string path = testing::TempDir() + "gort_hosts." + std::to_string(getpid());
    const char* before = std::exchange(net::hosts_file, path.c_str());
    file() {
      std::ofstream(path) << "255.255.255.255\tbroadcasthost\n127.0.0.2\todin\n127.0.0.3\todin  # inline comment \n"
                             "::2             odin\n127.1.1.1\tthor\n# aliases\n127.1.1.2\tullr ullrhost\n"
                             "fe80::1%lo0\tlocalhost\n"
                             "# Bogus entries that must be ignored.\n321.321.321.321\todin\n123.123.123\tloki\n"
                             "127.0.0.9\tlocalhost\n  127.0.0.9\tlocalhost localhost.localdomain\n"
                             "127.0.0.9\tPreserveMe\t PreserveMe.local.\n::ffff:127.0.0.2\tmapped\nfe80::2\tplain";
    }
    ~file() {
      net::hosts_file = before;
      ::unlink(path.c_str());
    }
  } hosts;
  using names = std::vector<std::string>;
  EXPECT_EQ(net::LookupAddr("255.255.255.255").names, names{"broadcasthost"});
  EXPECT_EQ(net::LookupAddr("127.0.0.2").names, names{"odin"});
  EXPECT_EQ(net::LookupAddr("127.0.0.3").names, names{"odin"});
  EXPECT_EQ(net::LookupAddr("::2").names, names{"odin"});
  EXPECT_EQ(net::LookupAddr("0:0::0002").names, names{"odin"});
  EXPECT_EQ(net::LookupAddr("127.1.1.1").names, names{"thor"});
  EXPECT_EQ(net::LookupAddr("127.1.1.2").names, (names{"ullr", "ullrhost"}));
  EXPECT_EQ(net::LookupAddr("fe80::1%lo0").names, names{"localhost"});
  EXPECT_EQ(net::LookupAddr("127.0.0.9").names,
            (names{"localhost", "localhost", "localhost.localdomain.", "PreserveMe", "PreserveMe.local."}));
  EXPECT_EQ(net::LookupAddr("::ffff:127.0.0.2").names, names{"mapped"});
  EXPECT_EQ(net::LookupAddr("fe80::2").names, names{"plain"});
}

NET_TEST(NetContext, ResolverKnowsFamiliesAndNames) {
  auto bg = context::Background();
  Names names({{"both", {"127.0.0.1", "::1"}}});
  const auto& r = net::DefaultResolver;
  EXPECT_EQ(r.LookupIP(bg, "ip", "both").ips.size(), 2u);
  EXPECT_EQ(r.LookupIP(bg, "ip4", "both").ips, std::vector<net::IP>{net::ParseIP("127.0.0.1")});
  EXPECT_EQ(r.LookupIP(bg, "ip6", "both").ips, std::vector<net::IP>{net::ParseIP("::1")});
  EXPECT_EQ(text(r.LookupIP(bg, "tcp", "both").err), "unknown network tcp");
  EXPECT_EQ(text(r.LookupIP(bg, "ip", "nobody").err), "lookup nobody: no such host");
  EXPECT_EQ(text(r.LookupIP(bg, "ip6", "127.0.0.1").err), "address 127.0.0.1: no suitable address found");
  EXPECT_EQ(r.LookupPort(bg, "tcp", "https").port, 443);
  EXPECT_EQ(text(r.LookupAddr(bg, "nonsense").err), "lookup nonsense: unrecognized address");
  auto [localhost, err] = r.LookupAddr(bg, "127.0.0.1");
  EXPECT_EQ(text(err), "<nil>");
  ASSERT_FALSE(localhost.empty());
  EXPECT_EQ(localhost[0].find('.') != std::string::npos, localhost[0].back() == '.');
  net::test_lookup = nullptr;
  auto [cname, cerr] = r.LookupCNAME(bg, "localhost");
  EXPECT_EQ(text(cerr), "<nil>");
  EXPECT_EQ(cname.substr(0, 9), "localhost");
  EXPECT_FALSE(net::LookupIP("localhost").err);
}

}  // namespace
