// AcceptContext: one Accept ends with its context, the others do not notice.
#include <atomic>

#include "net_testing.h"

using namespace net_testing;

namespace {

net::Listener listen_on(const std::string& network = "tcp", const std::string& address = "127.0.0.1:0") {
  auto [l, err] = net::Listen(network, address);
  EXPECT_EQ(text(err), "<nil>");
  return l;
}

std::string accept_error(const net::Listener& l, const context::Context& ctx) {
  auto [c, err] = l.AcceptContext(ctx);
  EXPECT_EQ(bool(c), !err);
  return text(err);
}

NET_TEST(NetAccept, EndsWithItsContext) {
  auto unix_path = socket_path("accept_context");
  for (const auto& [network, address] :
       {std::pair<std::string, std::string>{"tcp", "127.0.0.1:0"}, {"unix", unix_path}}) {
    auto l = listen_on(network, address);
    const std::string prefix = "accept " + network + " " + l.Addr().String() + ": ";
    auto [ctx, cancel] = context::WithCancel(context::Background());
    time::AfterFunc(5 * time::Millisecond, cancel);
    auto [c, err] = l.AcceptContext(ctx);
    EXPECT_EQ(text(err), prefix + "operation was canceled");
    EXPECT_TRUE(errors::Is(err, context::Canceled));
    EXPECT_EQ(accept_error(l, ctx), prefix + "operation was canceled");

    auto [late, stop] = context::WithTimeout(context::Background(), 5 * time::Millisecond);
    auto [c2, err2] = l.AcceptContext(late);
    EXPECT_EQ(text(err2), prefix + "i/o timeout");
    EXPECT_TRUE(errors::Is(err2, context::DeadlineExceeded));
    stop();

    // The listener is as it was.
    auto [client, dial_err] = net::Dial(network, l.Addr().String());
    EXPECT_EQ(text(dial_err), "<nil>");
    EXPECT_EQ(accept_error(l, context::Background()), "<nil>");
    l.Close();
  }
}

NET_TEST(NetAccept, OfTheListenersOwnTypes) {
  auto l = listen_on();
  auto tcp = *l.as<net::TCPListener>();
  auto [ctx, cancel] = context::WithCancel(context::Background());
  cancel();
  EXPECT_EQ(text(tcp.AcceptContext(ctx).err), "accept tcp " + l.Addr().String() + ": operation was canceled");
  EXPECT_EQ(text(net::TCPListener().AcceptContext(ctx).err), "invalid argument");
  tcp.SetDeadline(in(-time::Second));
  EXPECT_EQ(accept_error(l, context::Background()), "accept tcp " + l.Addr().String() + ": i/o timeout");
  l.Close();
  auto [open, stop] = context::WithCancel(context::Background());
  auto [c, err] = l.AcceptContext(open);
  EXPECT_TRUE(errors::Is(err, net::ErrClosed)) << text(err);
  stop();
  any v;
  func([&] {
    defer([&] { v = recover(); });
    l.AcceptContext(nil);
  });
  EXPECT_EQ(fmt::Sprint(v), "nil context");
}

NET_TEST(NetAccept, AnAbstractListenerLooksAtTheContextFirst) {
  struct mine : net::AbstractListener {
    int accepted = 0;
    net::AcceptResult Accept() override {
      accepted++;
      return {nil, net::ErrClosed};
    }
    error Close() override { return nil; }
    net::Addr Addr() override { return net::UnixAddr{"here", "unix"}; }
  };
  auto m = std::make_shared<mine>();
  net::Listener l(m);
  auto [ctx, cancel] = context::WithCancel(context::Background());
  EXPECT_EQ(text(l.AcceptContext(ctx).err), text(net::ErrClosed));
  cancel();
  EXPECT_EQ(accept_error(l, ctx), "accept unix here: operation was canceled");
  EXPECT_EQ(m->accepted, 1);
}

// Many wait at once, with and without contexts that end at any time; each connection comes to one of them.
NET_TEST(NetAccept, OthersGoOnWaitingAndNoConnectionIsLost) {
  constexpr int kAcceptors = 8, kConnections = 300;
  auto l = listen_on();
  std::atomic<int> got{0}, ended{0};
  sync::WaitGroup wg;
  for (int i = 0; i < kAcceptors; i++) {
    wg.Add(1);
    go([&, i] {
      for (int n = 0;; n++) {
        net::AcceptResult r;
        if (i % 2 == 0) {
          r = l.Accept();
        } else {
          auto [ctx, cancel] = context::WithTimeout(context::Background(),
                                                    time::Duration((n * 37 + i * 11) % 50) * 20 * time::Microsecond);
          r = l.AcceptContext(ctx);
          cancel();
        }
        if (!r.err) {
          got++;
          r.conn.Close();
        } else if (errors::Is(r.err, context::DeadlineExceeded)) {
          ended++;
        } else {
          EXPECT_TRUE(errors::Is(r.err, net::ErrClosed)) << text(r.err);
          break;
        }
      }
      wg.Done();
    });
  }
  for (int i = 0; i < kConnections; i++) {
    auto [c, err] = net::DialTimeout("tcp", l.Addr().String(), kPatience);
    EXPECT_EQ(text(err), "<nil>");
    EXPECT_EQ(read_some(c), "error: EOF");
  }
  EXPECT_EQ(got, kConnections);
  EXPECT_TRUE(eventually([&] { return ended > 0; }));
  l.Close();
  wg.Wait();
}

// The one whose context ends may be behind another who waits.
NET_TEST(NetAccept, EndsBehindAnotherWhoWaits) {
  auto l = listen_on();
  auto first = make_chan<std::string>(1);
  go([&] { first.send(text(l.Accept().err)); });
  EXPECT_TRUE(waiting(1));
  for (int i = 0; i < 20; i++) {
    auto [ctx, cancel] = context::WithTimeout(context::Background(), time::Millisecond);
    EXPECT_EQ(accept_error(l, ctx), "accept tcp " + l.Addr().String() + ": i/o timeout");
    cancel();
  }
  auto [c, err] = net::Dial("tcp", l.Addr().String());
  EXPECT_EQ(text(err), "<nil>");
  EXPECT_EQ(first.recv(), "<nil>");
}

}  // namespace
