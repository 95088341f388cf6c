// Cases of Go's test/ directory about goroutines and channels, in our own code, under the names of the files there.
// tests/conformance/README.md has the table; test/chan and test/ken are conformance pairs.
#include <gort/gort.h>

#include <atomic>
#include <string>
#include <vector>

#include "child_program.h"
#include "eventually.h"

using namespace gort;

namespace {

#define GO_TEST(name)      \
  static void go_##name(); \
  TEST(GoDirTest, name) {  \
    gort::run(go_##name);  \
  }                        \
  static void go_##name()

// The text of what f panics with.
template <class F>
std::string panic_of(F f) {
  return func<std::string>([&](std::string& text) {
    defer([&] { text = fmt::Sprint(recover()); });
    f();
  });
}

// 235.go: the numbers 2^i * 3^j * 5^k in order, by three goroutines that multiply.
GO_TEST(T235) {
  const uint64_t want[] = {2,   3,   4,   5,   6,   8,   9,   10,  12,  15,  16,  18,  20,  24,  25,  27,  30,  32,
                           36,  40,  45,  48,  50,  54,  60,  64,  72,  75,  80,  81,  90,  96,  100, 108, 120, 125,
                           128, 135, 144, 150, 160, 162, 180, 192, 200, 216, 225, 240, 243, 250, 256, 270, 288, 300};
  chan<uint64_t> in[3], out[3];
  uint64_t head[3] = {1, 1, 1}, x = 1;
  const uint64_t factor[3] = {2, 3, 5};
  for (int i = 0; i < 3; i++) {
    in[i] = make_chan<uint64_t>(100);
    out[i] = make_chan<uint64_t>(100);
    go([in = in[i], out = out[i], f = factor[i]] {
      for (uint64_t v : in) out.send(f * v);
    });
  }
  for (uint64_t w : want) {
    for (auto& c : in) c.send(x);
    for (int i = 0; i < 3; i++)
      if (head[i] == x) head[i] = out[i].recv();
    x = std::min({head[0], head[1], head[2]});
    ASSERT_EQ(x, w);
  }
  for (auto& c : in) c.close();
}

// chanlinear.go: many goroutines queued on one channel cost no more each than few.
GO_TEST(ChanLinear) {
  SKIP_UNDER(tool::kThread | tool::kValgrind, "a stack costs more time than the channels");
  auto processor_time = [] {
    timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return double(ts.tv_sec) + double(ts.tv_nsec) * 1e-9;
  };
  auto seconds = [&](int n) {
    const double begin = processor_time();
    auto c = make_chan<bool>();
    std::vector<chan<bool>> own;
    sync::WaitGroup wg;
    for (int i = 0; i < n; i++) {
      own.push_back(make_chan<bool>());
      wg.Add(1);
      go([c, d = own.back(), &wg] {
        for (int j = 0; j < 10; j++) select(recv(c), recv(d));
        wg.Done();
      });
    }
    for (int i = 0; i < 10; i++)
      for (auto& d : own) d.send(true);
    wg.Wait();
    return processor_time() - begin;
  };
  double few = 100, many = 100;
  for (int tries = 0; tries < 20 && (tries == 0 || many > 64 * few); tries++) {
    few = std::min(few, seconds(1000));
    many = std::min(many, seconds(16000));
  }
  EXPECT_LE(many, 64 * few) << "for 16 times as many; quadratic would be 256";
}

// closedchan.go: every way to receive and to send, on closed channels with and without a buffered value.
struct Ways {
  int kind;  // 0 operators, 1 select, 2 select with a second channel
  chan<int> c;
  chan<bool> dummy = make_chan<bool>();
  int Recv() const {
    int v = -1;
    if (kind == 0) return c.recv();
    if (kind == 1) select(recv(c, &v));
    if (kind == 2) select(recv(dummy), recv(c, &v));
    return v;
  }
  std::pair<int, bool> Recv2() const {
    int v = -1;
    bool ok = true;
    if (kind == 0) return c.recv_ok();
    auto got = [&](int x, bool o) {
      v = x;
      ok = o;
    };
    if (kind == 1) select(recv(c, got));
    if (kind == 2) select(recv(dummy), recv(c, got));
    return {v, ok};
  }
  // The third: whether the case was taken.
  std::tuple<int, bool, bool> Nbrecv2() const {
    int v = -1;
    bool ok = true;
    auto got = [&](int x, bool o) {
      v = x;
      ok = o;
    };
    bool selected =
        kind == 2 ? select(recv(dummy), otherwise(), recv(c, got)) == 2 : select(recv(c, got), otherwise()) == 0;
    return {v, ok, selected};
  }
  void Send(int x) const {
    if (kind == 0) return c.send(x);
    if (kind == 1) select(send(c, x));
    if (kind == 2) select(send(c, x), recv(dummy));
  }
  void Nbsend(int x) const { select(send(c, x), otherwise()); }
};

void test_closed(const Ways& c) {
  for (int i = 0; i < 3; i++) {
    EXPECT_EQ(c.Recv(), 0);
    EXPECT_EQ(c.Recv2(), std::pair(0, false));
    EXPECT_EQ(c.Nbrecv2(), std::tuple(0, false, true));
  }
  EXPECT_EQ(panic_of([&] { c.Nbsend(1); }), "send on closed channel");
  EXPECT_EQ(c.Recv(), 0);
  EXPECT_EQ(panic_of([&] { c.Send(2); }), "send on closed channel");
  EXPECT_EQ(c.Recv(), 0);
}

GO_TEST(ClosedChan) {
  for (int kind = 0; kind < 3; kind++) {
    auto unbuffered = make_chan<int>();
    unbuffered.close();
    test_closed({kind, unbuffered});
    for (int first = 0; first < 3; first++) {
      auto c = make_chan<int>(2);
      c.send(1);
      c.close();
      Ways w{kind, c};
      if (first == 0) {
        EXPECT_EQ(w.Recv(), 1);
      }
      if (first == 1) {
        EXPECT_EQ(w.Recv2(), std::pair(1, true));
      }
      if (first == 2) {
        EXPECT_EQ(w.Nbrecv2(), std::tuple(1, true, true));
      }
      test_closed(w);
    }
  }
  EXPECT_EQ(panic_of([] { chan<int>().close(); }), "close of nil channel");
  auto c = make_chan<int>();
  c.close();
  EXPECT_EQ(panic_of([&] { c.close(); }), "close of closed channel");
}

// range.go, its part about channels.
GO_TEST(RangeOverChannel) {
  auto letters = [] {
    auto c = make_chan<char>();
    go([=] {
      for (char x = 'a'; x <= 'z'; x++) c.send(x);
      c.close();
    });
    return c;
  };
  std::string s;
  for (char x : letters()) s += x;
  EXPECT_EQ(s, "abcdefghijklmnopqrstuvwxyz");
  int n = 0;
  for ([[maybe_unused]] char x : letters()) n++;
  EXPECT_EQ(n, 26);
}

// goprint.go: `go println(...)`, and a goroutine that is still running when main returns.
GO_PROGRAM(goprint) {
  go([] { println(42, true, false, true, 1.5, 7); });
  while (runtime::NumGoroutine() > 1) runtime::Gosched();
}
TEST(GoDirTest, GoPrint) {
  EXPECT_EQ(child::start("goprint").err, "42 true false true +1.500000e+000 7\n");
}

// stack.go, issue10353.go: go, defer and closures at different depths of the stack.
[[gnu::noinline]] int deep(int n, const std::function<void()>& f) {
  volatile char pad[200];
  pad[n % 200] = char(n);
  if (n == 0) {
    f();
    return 0;
  }
  return func<int>([&](int& r) {
    defer([&r, &pad, n] { r += pad[n % 200] == char(n); });
    return deep(n - 1, f);
  });
}
GO_TEST(Stack) {
  for (int n : {1, 10, 100, 1000}) {
    auto c = make_chan<int>();
    EXPECT_EQ(deep(n, [=] { go([=] { c.send(deep(n, [] {})); }); }), n);
    EXPECT_EQ(c.recv(), n);
  }
}

// fixedbugs/bug147.go: an unbuffered send waits for its receiver.
GO_TEST(Bug147) {
  int count = 0;
  auto c = make_chan<char>();
  go([&, c] {
    c.recv();
    count++;
    time::Sleep(time::Millisecond);
    count++;
    c.recv();
  });
  c.send(1);
  c.send(2);
  EXPECT_EQ(count, 2);
}

// fixedbugs/bug225.go, bug234.go, issue16870.go, issue43292.go: what the forms of a receive assign.
GO_TEST(Issue16870) {
  auto c = make_chan<int>(1), c2 = make_chan<int>();
  EXPECT_EQ(select(recv(c), otherwise()), 1);
  auto check = [&](auto receive) {
    int v = -1;
    bool ok = false;
    c.send(42);
    receive(v, ok);
    EXPECT_EQ(v, 42);
    EXPECT_TRUE(ok);
  };
  check([&](int& v, bool& ok) {
    auto r = c.recv_ok();
    v = r.first;
    ok = r.second;
  });
  auto assign = [](int& v, bool& ok) {
    return [&](int x, bool o) {
      v = x;
      ok = o;
    };
  };
  check([&](int& v, bool& ok) { select(recv(c, assign(v, ok))); });
  check([&](int& v, bool& ok) { select(recv(c, assign(v, ok)), otherwise()); });
  check([&](int& v, bool& ok) { select(recv(c, assign(v, ok)), recv(c2)); });
  c.close();
  auto r = c.recv_ok();
  EXPECT_EQ(r.first, 0);
  EXPECT_FALSE(r.second);
}

// fixedbugs/bug273.go, its part about channels.
GO_TEST(Bug273) {
  struct block {
    char b[(1 << 16) - 1];
  };
  EXPECT_EQ(panic_of([] { make_chan<block>(-1); }), "makechan: size out of range");
  EXPECT_EQ(panic_of([] { make_chan<block>(size_t{10} | size_t{1} << 46); }), "makechan: size out of range");
  EXPECT_EQ(panic_of([] { make_chan<block>(size_t{1} << 60); }), "makechan: size out of range");
}

// fixedbugs/issue4313.go, issue8336.go: a select evaluates its channels and values from the first to the last.
GO_TEST(Issue4313) {
  auto c = make_chan<int>(1);
  int x = 0;
  auto makec = [&] {
    x = 42;
    return make_chan<bool>();
  };
  // The braces make C++ evaluate in order, as Go does.
  auto [chosen, ok] = select({select_case::send(c, x), select_case::recv(makec())});
  EXPECT_EQ(chosen, 0);
  EXPECT_EQ(c.recv(), 0);
}

// fixedbugs/issue5963.go: a goroutine that locked its thread ends by Goexit, its deferred calls hand over.
GO_TEST(Issue5963) {
  auto c = make_chan<int>(1);
  go([=] {
    func([&] {
      defer([=] { c.send(7); });
      runtime::LockOSThread();
      runtime::Goexit();
    });
  });
  EXPECT_EQ(c.recv(), 7);
}

// fixedbugs/issue8011.go: <-<-c.
GO_TEST(Issue8011) {
  auto c = make_chan<chan<int>>(1);
  auto c1 = make_chan<int>(1);
  c1.send(42);
  c.send(c1);
  EXPECT_EQ(c.recv().recv(), 42);
}

// fixedbugs/issue8158.go: recovered panics whose goroutine then ends by Goexit, and memory that is given back.
GO_TEST(Issue8158) {
  auto c = make_chan<bool>(1);
  for (int i = 0; i < 5; i++) {
    go([=] {
      func([&] {
        defer([=] {
          recover();
          c.send(true);
          runtime::Goexit();
        });
        if (i % 2 == 1) {
          time::Sleep(time::Millisecond);
          runtime::GC();
        }
        panic("p");
      });
    });
    c.recv();
  }
}

// fixedbugs/issue8347.go: ok keeps its value where the receive is not chosen.
GO_TEST(Issue8347) {
  auto c = make_chan<bool>(1);
  bool ok = true;
  for (int i = 0; i < 12; i++) {
    select(recv(c, [&](bool, bool o) { ok = o; }), otherwise());
    if (i < 10) {
      ASSERT_TRUE(ok);
    }
    if (i == 10) c.close();
  }
  EXPECT_FALSE(ok);
}

// fixedbugs/issue13169.go: values on the heap through a channel, between goroutines whose stacks grow and shrink.
GO_TEST(Issue13169) {
  struct T {
    int a = 1, b = 2, c = 3;
  };
  auto c = make_chan<std::unique_ptr<T>>();
  sync::WaitGroup wg;
  for (int i = 0; i < 5; i++) {
    wg.Add(2);
    go([&] {
      for (int j = 0; j < 2000; j++) c.send(std::make_unique<T>());
      wg.Done();
    });
    go([&] {
      for (int j = 0; j < 2000; j++) {
        auto t = c.recv();
        ASSERT_EQ(t->a + t->b + t->c, 6);
        deep(j % 8, [] {});
      }
      wg.Done();
    });
  }
  wg.Wait();
}

// fixedbugs/issue19182.go: a loop of atomic operations is seen by the others, and does not keep them from running.
GO_PROGRAM(atomic_loop) {
  static std::atomic<uint64_t> a{0};
  runtime::GOMAXPROCS(1);
  go([] {
    for (;;) a++;
  });
  fmt::Println(eventually([] { return a > 0; }));
}
TEST(GoDirTest, Issue19182) {
  auto o = child::start("atomic_loop");
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.out, "true\n");
}

// fixedbugs/issue21576.go: a deadlock is reported in a program that uses os/signal.
GO_PROGRAM(deadlock_with_os_signal) {
  fmt::Println(signal::Ignored(SIGUSR1));
  make_chan<int>().send(1);
}
TEST(GoDirTest, Issue21576) {
  auto o = child::start("deadlock_with_os_signal");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.has("fatal error: all goroutines are asleep - deadlock!")) << o;
}

// fixedbugs/issue9110.go: selects and condition variables leave nothing behind.
GO_TEST(Issue9110) {
  for (int i = 0; i < 10; i++) {
    auto c = make_chan<int>();
    sync::WaitGroup wg;
    for (int k = 0; k < 10; k++) {
      wg.Add(1);
      go([&] {
        select(recv(c), recv(c), recv(c));
        wg.Done();
      });
    }
    EXPECT_TRUE(in_state(10, "select"));
    c.close();
    wg.Wait();
    sync::Mutex mu;
    sync::Cond cond(&mu);
    wg.Add(1);
    go([&] {
      mu.Lock();
      cond.Wait();
      mu.Unlock();
      wg.Done();
    });
    ASSERT_TRUE(in_state(1, "sync.Cond.Wait"));
    cond.Broadcast();
    wg.Wait();
  }
}

// fixedbugs/issue9321.go: the traces of all goroutines, made by several at the same time.
GO_TEST(Issue9321) {
  int procs = runtime::GOMAXPROCS(4);
  for (int round = 0; round < 3; round++) {
    sync::WaitGroup wg;
    wg.Add(2);
    for (int i = 0; i < 2; i++)
      go([&] {
        std::string buf(1 << 16, '\0');
        for (int k = 0; k < 5; k++) EXPECT_GT(runtime::Stack(buf, true), 0u);
        wg.Done();
      });
    wg.Wait();
  }
  runtime::GOMAXPROCS(procs);
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
