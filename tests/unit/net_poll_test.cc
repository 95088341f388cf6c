// The poller under races: closing while others read, descriptors whose numbers are used again at once, deadlines that
// move. Each test runs for a bounded number of rounds, on one processor and on several.
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "net_testing.h"
#include "sched/netpoll.h"

namespace {

using namespace net_testing;

class NetPoll : public testing::TestWithParam<int> {
 protected:
  // on runs f on a goroutine with the parameter's number of processors.
  template <class F>
  void on(F f) {
    gort::run([&] {
      int old = runtime::GOMAXPROCS(GetParam());
      f();
      runtime::GOMAXPROCS(old);
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Procs, NetPoll, testing::Values(1, 2, 8));

// Bytes written to one connection must never wake, or reach, a reader of the connection that took over its descriptor.
TEST_P(NetPoll, AReusedDescriptorGetsNothingOfItsPredecessor) {
  on([] {
    auto [l, err] = net::Listen("tcp", "127.0.0.1:0");
    ASSERT_FALSE(err);
    std::string addr = l.Addr().String();
    for (int i = 0; i < 300; i++) {
      auto [c, derr] = net::Dial("tcp", addr);
      ASSERT_EQ(text(derr), "<nil>");
      auto [s, aerr] = l.Accept();
      ASSERT_EQ(text(aerr), "<nil>");
      char tag = static_cast<char>('a' + i % 26);
      s.SetDeadline(in(kPatience));
      sync::WaitGroup wg;
      wg.Add(2);
      go([&, c = c] {
        for (int k = 0; k < 3; k++) c.Write(std::string(3, tag));
        c.Close();
        wg.Done();
      });
      go([&, s = s] {
        char buf[4];
        for (;;) {
          auto [n, rerr] = s.Read(buf);
          EXPECT_EQ(std::string(buf, n), std::string(n, tag));
          if (rerr) {
            EXPECT_TRUE(rerr == io::EOF || i % 2 == 0) << text(rerr);
            break;
          }
        }
        wg.Done();
      });
      if (i % 2 == 0) s.Close();  // in the middle
      wg.Wait();
      s.Close();
    }
  });
}

TEST_P(NetPoll, CloseRacesWithReadersWritersAndDeadlines) {
  on([] {
    for (int i = 0; i < 200; i++) {
      Pair p = connect();
      sync::WaitGroup wg;
      wg.Add(5);
      std::atomic<int> bad{0};
      auto check = [&](const error& e) {
        // A close with unread data resets the connection.
        if (!e || e == io::EOF || errors::Is(e, net::ErrClosed) || net::Error(e).Timeout() ||
            errors::Is(e, syscall::Errno(ECONNRESET)) || errors::Is(e, syscall::Errno(EPIPE)))
          return;
        ADD_FAILURE() << text(e);
        bad.fetch_add(1);
      };
      for (int k = 0; k < 2; k++)
        go([&, k] {
          char buf[64];
          error e;
          while (!e) e = (k == 0 ? p.server : p.client).Read(buf).err;
          check(e);
          wg.Done();
        });
      go([&] {
        error e;
        for (int n = 0; n < 50 && !e; n++) e = p.client.Write("0123456789").err;
        check(e);
        wg.Done();
      });
      go([&] {
        for (int n = 0; n < 20; n++) {
          p.server.SetReadDeadline(in(n % 3 == 0 ? time::Duration(-1) : time::Duration(n * 1000)));
          runtime::Gosched();
        }
        wg.Done();
      });
      go([&, i] {
        for (int n = 0; n < i % 10; n++) runtime::Gosched();
        p.server.Close();
        p.client.Close();
        wg.Done();
      });
      wg.Wait();
      ASSERT_EQ(bad.load(), 0);
    }
  });
}

TEST_P(NetPoll, TwoClosersOneWins) {
  on([] {
    for (int i = 0; i < 200; i++) {
      Pair p = connect();
      auto errs = make_chan<bool>(4);
      for (int k = 0; k < 4; k++) go([&] { errs.send(static_cast<bool>(p.client.Close())); });
      int failed = 0;
      for (int k = 0; k < 4; k++) failed += errs.recv();
      EXPECT_EQ(failed, 3);
    }
  });
}

// A ping-pong in which each read has a deadline that passes soon after it: none is ended by that of an earlier one.
TEST_P(NetPoll, DeadlinesThatAreExtendedDoNotFire) {
  on([] {
    Pair p = connect();
    constexpr int kRounds = 2000;
    auto ended = make_chan<bool>();
    go([=, s = p.server] {
      char buf[1];
      for (int i = 0; i < kRounds; i++) {
        s.SetDeadline(in(kPatience));
        if (s.Read(buf).err || s.Write(buf).err) break;
      }
      ended.close();
    });
    char buf[1] = {'x'};
    for (int i = 0; i < kRounds; i++) {
      EXPECT_FALSE(p.client.Write(buf).err);
      error err;
      time::Time deadline;
      do {
        deadline = in(5 * time::Millisecond + i * time::Microsecond);
        p.client.SetReadDeadline(deadline);
        err = p.client.Read(buf).err;
        if (err && time::Now().Before(deadline)) break;
      } while (deadline_exceeded(err));  // the answer was late
      if (err) {
        ADD_FAILURE() << "round " << i << ": " << text(err);
        break;
      }
    }
    p.client.Close();
    ended.recv();
  });
}

TEST_P(NetPoll, ManyDeadlinesFireOnTime) {
  on([] {
    constexpr int kConns = 100;
    std::vector<Pair> pairs;
    for (int i = 0; i < kConns; i++) pairs.push_back(connect());
    sync::WaitGroup wg;
    std::atomic<int> timeouts{0};
    wg.Add(kConns);
    for (int i = 0; i < kConns; i++) {
      pairs[static_cast<size_t>(i)].client.SetReadDeadline(in((5 + i % 20) * time::Millisecond));
      go([&, c = pairs[static_cast<size_t>(i)].client] {
        char buf[1];
        if (errors::Is(c.Read(buf).err, os::ErrDeadlineExceeded)) timeouts.fetch_add(1);
        wg.Done();
      });
    }
    wg.Wait();
    EXPECT_EQ(timeouts.load(), kConns);
  });
}

TEST_P(NetPoll, ThreadsAndGoroutinesTogether) {
  on([] {
    Pair p = connect();
    std::thread reader([s = p.server] {
      char buf[16];
      for (;;) {
        auto [n, err] = s.Read(buf);
        if (err) break;
        s.Write(io::ConstBytes(buf, n));
      }
    });
    std::string back(8, ' ');
    for (int i = 0; i < 200; i++) {
      p.client.Write("12345678");
      ASSERT_EQ(text(io::ReadFull(p.client, back).err), "<nil>");
    }
    p.client.Close();
    runtime::blocking([&] { reader.join(); });
  });
}

// The protocol itself: an event taken before a close and delivered after the reuse carries an old generation.
TEST(NetPollDesc, GenerationsDiffer) {
  gort::run([] {
    ASSERT_TRUE(alone());  // no other closes connections meanwhile
    int fds[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    rt::pollDesc *first = nullptr, *second = nullptr;
    ASSERT_EQ(rt::pollOpen(fds[0], &first), 0);
    uint32_t seq = first->seq.load();
    rt::pollUnblock(first);
    EXPECT_EQ(rt::pollWait(first, 'r'), rt::pollErrClosing);
    EXPECT_EQ(rt::pollReset(first, 'w'), rt::pollErrClosing);
    rt::pollClose(first);
    ASSERT_EQ(rt::pollOpen(fds[0], &second), 0);
    EXPECT_EQ(first, second) << "memory of descriptors is used again";
    EXPECT_NE(second->seq.load(), seq);
    EXPECT_EQ(rt::pollCheck(second, 'r'), rt::pollNoError);
    rt::pollSetDeadline(second, -1, 'r');
    EXPECT_EQ(rt::pollWait(second, 'r'), rt::pollErrTimeout);
    EXPECT_EQ(rt::pollCheck(second, 'w'), rt::pollNoError);
    rt::pollUnblock(second);
    rt::pollClose(second);
    int file = open("/proc/self/cmdline", O_RDONLY);
    EXPECT_EQ(rt::pollOpen(file, &first), EPERM) << "regular files have no events";
    close(file);
    close(fds[0]);
    close(fds[1]);
  });
}

// Whatever was waited for, nobody is counted as waiting afterwards.
TEST(NetPollDesc, NoWaiterIsLeft) {
  gort::run([] { connect(); });
  EXPECT_FALSE(rt::netpoll_anywaiters());
}

}  // namespace
