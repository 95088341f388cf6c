// Cases of Go 1.22's src/runtime/{chan,chanbarrier,rwmutex}_test.go, in our own code. tests/conformance/README.md has
// the table.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <atomic>
#include <cmath>
#include <map>
#include <memory>

using namespace gort;

namespace {

struct Procs {
  int old;
  explicit Procs(int n) : old(runtime::GOMAXPROCS(n)) {}
  ~Procs() { runtime::GOMAXPROCS(old); }
};

#define GO_TEST(name)         \
  static void go_##name();    \
  TEST(GoRuntimeTest, name) { \
    gort::run(go_##name);     \
  }                           \
  static void go_##name()

// Uses some stack, as Go's stackGrowthRecursive.
[[gnu::noinline]] int use_stack(int n) {
  volatile int64_t pad[128];
  pad[0] = n;
  return n == 0 ? 0 : use_stack(n - 1) + int(pad[0] * 0);
}

// What TestChan does with a channel of one capacity, in its order.
void receive_blocks_on_empty(size_t cap) {
  auto c = make_chan<int>(cap);
  std::atomic<int> received{0};
  sync::WaitGroup wg;
  wg.Add(2);
  go([&] {
    c.recv();
    received++;
    wg.Done();
  });
  go([&] {
    c.recv_ok();
    received++;
    wg.Done();
  });
  time::Sleep(time::Millisecond);
  EXPECT_EQ(received, 0) << cap;
  EXPECT_EQ(select(recv(c), otherwise()), 1) << cap;
  EXPECT_EQ(select(recv(c, [](int, bool) {}), otherwise()), 1) << cap;
  c.send(0);
  c.send(0);
  wg.Wait();
}

void send_blocks_on_full(size_t cap) {
  auto c = make_chan<int>(cap);
  for (size_t i = 0; i < cap; i++) c.send(int(i));
  std::atomic<bool> sent{false};
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    c.send(0);
    sent = true;
    wg.Done();
  });
  time::Sleep(time::Millisecond);
  EXPECT_FALSE(sent) << cap;
  EXPECT_EQ(select(send(c, 0), otherwise()), 1) << cap;
  c.recv();
  wg.Wait();
}

void closed_gives_buffer_then_zero(size_t cap) {
  auto c = make_chan<int>(cap);
  for (size_t i = 0; i < cap; i++) c.send(int(i));
  c.close();
  for (size_t i = 0; i < cap; i++) EXPECT_EQ(c.recv(), int(i));
  EXPECT_EQ(c.recv(), 0);
  auto [v, ok] = c.recv_ok();
  EXPECT_EQ(v, 0);
  EXPECT_FALSE(ok);
}

void close_unblocks_receive(size_t cap) {
  auto c = make_chan<int>(cap);
  auto done = make_chan<bool>();
  go([&] {
    auto [v, ok] = c.recv_ok();
    done.send(v == 0 && !ok);
  });
  time::Sleep(time::Millisecond);
  c.close();
  EXPECT_TRUE(done.recv()) << cap;
}

void values_arrive_in_order(size_t cap) {
  auto c = make_chan<int>(cap);
  for (int round = 0; round < 2; round++) {
    go([c] {
      for (int i = 0; i < 100; i++) c.send(i);
    });
    for (int i = 0; i < 100; i++) {
      auto [v, ok] = c.recv_ok();
      ASSERT_TRUE(ok);
      ASSERT_EQ(v, i) << cap;
    }
  }
}

void nothing_is_lost_among_many(size_t cap) {
  constexpr int kP = 4, kL = 1000;
  auto c = make_chan<int>(cap);
  auto done = make_chan<std::map<int, int>>();
  for (int p = 0; p < kP; p++)
    go([c] {
      for (int i = 0; i < kL; i++) c.send(i);
    });
  for (int p = 0; p < kP; p++)
    go([c, done] {
      std::map<int, int> got;
      for (int i = 0; i < kL; i++) got[c.recv()]++;
      done.send(got);
    });
  std::map<int, int> all;
  for (int p = 0; p < kP; p++)
    for (auto [v, n] : done.recv()) all[v] += n;
  EXPECT_EQ(all.size(), size_t(kL));
  for (auto [v, n] : all) ASSERT_EQ(n, kP) << v;
}

GO_TEST(Chan) {
  Procs procs(4);
  for (size_t cap = 0; cap < 20; cap++) {
    receive_blocks_on_empty(cap);
    send_blocks_on_full(cap);
    closed_gives_buffer_then_zero(cap);
    close_unblocks_receive(cap);
    values_arrive_in_order(cap);
    nothing_is_lost_among_many(cap);
    auto c = make_chan<int>(cap);
    EXPECT_EQ(c.len(), 0u);
    EXPECT_EQ(c.cap(), cap);
    for (size_t i = 0; i < cap; i++) c.send(int(i));
    EXPECT_EQ(c.len(), cap);
  }
}

GO_TEST(NonblockRecvRace) {
  for (int i = 0; i < 2000; i++) {
    auto c = make_chan<int>(1);
    c.send(1);
    sync::WaitGroup wg;
    wg.Add(1);
    go([&] {
      EXPECT_EQ(select(recv(c), otherwise()), 0) << "chan is not ready";
      wg.Done();
    });
    c.close();
    c.recv();
    wg.Wait();
  }
}

// One of two channels is ready at every moment: a select with default never takes the default.
void nonblock_select_race(bool close) {
  auto done = make_chan<bool>(1);
  for (int i = 0; i < 5000; i++) {
    auto c1 = make_chan<int>(1), c2 = make_chan<int>(close ? 0 : 1);
    c1.send(1);
    go([=] { done.send(select(recv(c1), recv(c2), otherwise()) != 2); });
    if (close)
      c2.close();
    else
      c2.send(1);
    select(recv(c1), otherwise());
    ASSERT_TRUE(done.recv()) << "no chan is ready";
  }
}

GO_TEST(NonblockSelectRace) {
  nonblock_select_race(false);
}
GO_TEST(NonblockSelectRace2) {
  nonblock_select_race(true);
}

GO_TEST(SelfSelect) {
  Procs procs(2);
  for (size_t cap : {0, 10}) {
    auto c = make_chan<int>(cap);
    sync::WaitGroup wg;
    wg.Add(2);
    for (int p = 0; p < 2; p++)
      go([&, p, cap] {
        auto got = [&](int v) {
          if (cap == 0) {
            EXPECT_NE(v, p) << "self receive";
          }
        };
        for (int i = 0; i < 1000; i++) {
          if (p == 0 || i % 2 == 0)
            select(send(c, p), recv(c, got));
          else
            select(recv(c, got), send(c, p));
        }
        wg.Done();
      });
    wg.Wait();
  }
}

GO_TEST(SelectStress) {
  Procs procs(10);
  constexpr int kN = 5000;
  chan<int> c[4] = {make_chan<int>(), make_chan<int>(), make_chan<int>(2), make_chan<int>(3)};
  sync::WaitGroup wg;
  wg.Add(10);
  for (int k = 0; k < 4; k++) {
    go([&, k] {
      for (int i = 0; i < kN; i++) c[k].send(0);
      wg.Done();
    });
    go([&, k] {
      for (int i = 0; i < kN; i++) c[k].recv();
      wg.Done();
    });
  }
  // A channel that has had its share becomes nil: its case is never ready again.
  auto counted = [](chan<int>* mine, int n[4]) {
    return [mine, n](int k) {
      if (++n[k] == kN) mine[k] = nil;
    };
  };
  go([&] {
    chan<int> mine[4] = {c[0], c[1], c[2], c[3]};
    int n[4] = {};
    auto count = counted(mine, n);
    for (int i = 0; i < 4 * kN; i++) {
      static constexpr int order[] = {3, 2, 0, 1};
      count(order[select(send(mine[3], 0), send(mine[2], 0), send(mine[0], 0), send(mine[1], 0))]);
    }
    wg.Done();
  });
  go([&] {
    chan<int> mine[4] = {c[0], c[1], c[2], c[3]};
    int n[4] = {};
    auto count = counted(mine, n);
    for (int i = 0; i < 4 * kN; i++) count(select(recv(mine[0]), recv(mine[1]), recv(mine[2]), recv(mine[3])));
    wg.Done();
  });
  wg.Wait();
  for (auto& x : c) EXPECT_EQ(x.len(), 0u);
}

GO_TEST(SelectFairness) {
  constexpr int kTrials = 10000;
  auto c1 = make_chan<char>(kTrials + 1), c2 = make_chan<char>(kTrials + 1);
  for (int i = 0; i < kTrials + 1; i++) {
    c1.send(1);
    c2.send(2);
  }
  auto c3 = make_chan<char>(), c4 = make_chan<char>(), out = make_chan<char>(), done = make_chan<char>();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    for (bool more = true; more;) {
      char b = 0;
      select(recv(c3, &b), recv(c4, &b), recv(c1, &b), recv(c2, &b));
      more = select(send(out, b), recv(done)) == 0;
    }
    wg.Done();
  });
  int count[3] = {};
  for (int i = 0; i < kTrials; i++) count[int(out.recv())]++;
  double sigma = std::sqrt(kTrials * 0.5 * 0.5);
  EXPECT_LT(std::abs(count[1] - kTrials * 0.5), 10 * sigma) << count[1] << ", " << count[2];
  EXPECT_EQ(count[0], 0);
  done.close();
  wg.Wait();
}

GO_TEST(ChanSendInterface) {
  struct mt {
    bool operator==(const mt&) const = default;
  };
  auto c = make_chan<any>(1);
  c.send(mt());
  EXPECT_EQ(select(send(c, any(mt())), otherwise()), 1);
  EXPECT_EQ(select(send(c, any(mt())), send(c, any(mt())), otherwise()), 2);
  EXPECT_TRUE(c.recv().is<mt>());
}

GO_TEST(PseudoRandomSend) {
  constexpr int kN = 100;
  for (size_t cap : {0, kN}) {
    auto c = make_chan<int>(cap);
    int count[2] = {};
    sync::Mutex m;
    m.Lock();
    go([&] {
      for (int i = 0; i < kN; i++) {
        runtime::Gosched();
        count[c.recv()]++;
      }
      m.Unlock();
    });
    for (int i = 0; i < kN; i++) select(send(c, 1), send(c, 0));
    m.Lock();
    EXPECT_GT(count[0], kN / 10) << cap;
    EXPECT_GT(count[1], kN / 10) << cap;
  }
}

GO_TEST(MultiConsumer) {
  constexpr int kWork = 23, kIter = 50000;
  static constexpr int pn[] = {2, 3, 7, 11, 13, 17, 19, 23, 27, 31};
  auto q = make_chan<int>(kWork * 3), r = make_chan<int>(kWork * 3);
  sync::WaitGroup wg;
  for (int w = 0; w < kWork; w++) {
    wg.Add(1);
    go([&, w] {
      for (int v : q) {
        if (pn[w % 10] == v) runtime::Gosched();
        r.send(v);
      }
      wg.Done();
    });
  }
  int64_t expect = 0;
  go([&] {
    for (int i = 0; i < kIter; i++) {
      expect += pn[i % 10];
      q.send(pn[i % 10]);
    }
    q.close();
    wg.Wait();
    r.close();
  });
  int64_t n = 0, s = 0;
  for (int v : r) {
    n++;
    s += v;
  }
  EXPECT_EQ(n, kIter);
  EXPECT_EQ(s, expect);
}

// Stacks do not shrink here; what the test leaves is a sender that waits with a stack that was deep.
GO_TEST(ShrinkStackDuringBlockedSend) {
  auto c = make_chan<int>(), done = make_chan<int>();
  go([=] {
    for (int i = 0; i < 10; i++) {
      c.send(i);
      use_stack(20);
    }
    done.send(0);
  });
  for (int i = 0; i < 10; i++) {
    EXPECT_EQ(c.recv(), i);
    time::Sleep(time::Millisecond);
    runtime::GC();
  }
  done.recv();
}

GO_TEST(NoShrinkStackWhileParking) {
  for (int i = 0; i < 100; i++) {
    auto c = make_chan<int>(), done = make_chan<int>();
    go([=] {
      for (int k = 0; k < 10; k++) {
        time::Sleep(10 * time::Microsecond);
        c.recv();
      }
      done.send(0);
    });
    go([=] {
      for (int k = 0; k < 10; k++) {
        c.send(k);
        use_stack(20);
      }
      done.send(0);
    });
    time::Sleep(50 * time::Microsecond);
    runtime::GC();
    done.recv();
    done.recv();
  }
}

GO_TEST(SelectDuplicateChannel) {
  auto c = make_chan<int>(), d = make_chan<int>(), e = make_chan<int>();
  go([=] {
    select(recv(c), recv(c), recv(d));
    e.send(9);
  });
  time::Sleep(time::Millisecond);
  auto b_done = make_chan<int>();
  go([=] { b_done.send(c.recv()); });
  time::Sleep(time::Millisecond);
  d.send(7);
  EXPECT_EQ(e.recv(), 9);
  c.send(8);
  EXPECT_EQ(b_done.recv(), 8);
}

GO_TEST(SelectStackAdjust) {
  auto c = make_chan<int*>(), d = make_chan<int*>();
  auto ready = make_chan<bool>();
  for (bool dup : {false, true})
    go([=] {
      use_stack(10);
      ready.send(true);
      int val = 42;
      int* cx = &val;
      chan<int*> c2, d2;
      if (dup) {
        c2 = c;
        d2 = d;
      }
      select(recv(c, &cx), recv(c2), recv(d), recv(d2));
      EXPECT_EQ(cx, &val);
      EXPECT_EQ(val, 42);
      ready.send(true);
    });
  ready.recv();
  ready.recv();
  time::Sleep(5 * time::Millisecond);
  runtime::GC();
  d.close();
  ready.recv();
  ready.recv();
}

// ---- chanbarrier_test.go: values that own memory go through channels whose other end never comes ----

struct response {
  std::shared_ptr<int> resp;
  error err;
};
struct my_error {
  std::string Error() const { return ""; }
  bool operator==(const my_error&) const = default;
};

response request(bool use_select, const chan<int>& done) {
  auto ch = make_chan<std::shared_ptr<response>>();
  auto answer = [] { return std::make_shared<response>(response{nullptr, my_error()}); };
  if (use_select)
    go([=] { select(send(ch, answer()), recv(done)); });
  else
    go([=] { ch.send(answer()); });
  auto r = ch.recv();
  runtime::Gosched();
  return *r;
}

void send_barrier(bool use_select) {
  sync::WaitGroup wg;
  auto done = make_chan<int>();
  for (int i = 0; i < 10; i++) {
    wg.Add(1);
    go([&] {
      for (int j = 0; j < 500; j++) {
        response r = request(use_select, done);
        ASSERT_TRUE(r.err.is<my_error>());
      }
      wg.Done();
    });
  }
  wg.Wait();
}

GO_TEST(ChanSendSelectBarrier) {
  send_barrier(true);
}
GO_TEST(ChanSendBarrier) {
  send_barrier(false);
}

// ---- rwmutex_test.go ----

GO_TEST(ParallelRWMutexReaders) {
  for (int readers : {1, 3, 4}) {
    Procs procs(readers + 1);
    sync::RWMutex m;
    auto locked = make_chan<bool>(readers), done = make_chan<bool>();
    std::atomic<bool> unlock{false};
    for (int i = 0; i < readers; i++)
      go([&] {
        m.RLock();
        locked.send(true);
        while (!unlock) {
        }
        m.RUnlock();
        done.send(true);
      });
    for (int i = 0; i < readers; i++) locked.recv();
    unlock = true;
    for (int i = 0; i < readers; i++) done.recv();
  }
}

void hammer(int procs, int readers, int iterations) {
  Procs p(procs);
  std::atomic<int> activity{0};  // readers, and 10000 for each writer
  sync::RWMutex m;
  auto done = make_chan<bool>();
  auto writer = [&] {
    for (int i = 0; i < iterations; i++) {
      m.Lock();
      EXPECT_EQ(activity += 10000, 10000);
      activity -= 10000;
      m.Unlock();
    }
    done.send(true);
  };
  auto reader = [&] {
    for (int i = 0; i < iterations; i++) {
      m.RLock();
      int n = ++activity;
      EXPECT_TRUE(n >= 1 && n < 10000) << n;
      activity--;
      m.RUnlock();
    }
    done.send(true);
  };
  go(writer);
  for (int i = 0; i < readers / 2; i++) go(reader);
  go(writer);
  for (int i = readers / 2; i < readers; i++) go(reader);
  for (int i = 0; i < 2 + readers; i++) done.recv();
}

GO_TEST(RWMutex) {
  for (int procs : {1, 4, 10})
    for (int readers : {1, 3, 10}) hammer(procs, readers, 300);
  hammer(10, 5, 300);
}

}  // namespace
