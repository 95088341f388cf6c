// Channels: Go's rules (go-1.22.md 4.1), element types of every sort, lifetime of channels and of what is in them.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <ranges>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include <gort/gort.h>

#include "runtime/chan.h"
#include "tests/unit/catch_panic.h"
#include "tests/unit/eventually.h"

using namespace gort;

// gcc would note for every over-aligned element that it is passed otherwise than before GCC 4.6.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace {

static_assert(std::ranges::input_range<chan<int>>);
static_assert(std::ranges::input_range<recv_chan<std::unique_ptr<int>>>);
static_assert(sizeof(chan<int>) == sizeof(void*));
static_assert(!std::is_constructible_v<chan<int>, recv_chan<int>> &&
              !std::is_constructible_v<recv_chan<int>, send_chan<int>>);
static_assert(rt::go_type_name<chan<int>>() == "chan int");
static_assert(rt::go_type_name<recv_chan<std::string>>() == "<-chan string");
static_assert(rt::go_type_name<send_chan<chan<int>>>() == "chan<- chan int");
static_assert(rt::go_type_name<chan<recv_chan<int>>>() == "chan (<-chan int)");

// wait_for waits until a goroutine that was started has come to where it waits.
template <class F>
void wait_for(F cond) {
  EXPECT_TRUE(eventually(cond));
}
int64_t receivers(const rt::chan_ref& ch) {
  rt::lock_guard l(ch.rt_chan()->lock);
  int64_t n = 0;
  for (rt::sudog* s = ch.rt_chan()->recvq.first; s != nullptr; s = s->next) n++;
  return n;
}
int64_t senders(const rt::chan_ref& ch) {
  rt::lock_guard l(ch.rt_chan()->lock);
  int64_t n = 0;
  for (rt::sudog* s = ch.rt_chan()->sendq.first; s != nullptr; s = s->next) n++;
  return n;
}

// Counted counts its living objects.
struct Counted {
  static inline std::atomic<int> alive{0};
  int v = 0;
  Counted() { alive++; }
  Counted(int n) : v(n) { alive++; }
  Counted(const Counted& o) : v(o.v) { alive++; }
  Counted(Counted&& o) noexcept : v(o.v) {
    o.v = -1;
    alive++;
  }
  Counted& operator=(const Counted&) = default;
  ~Counted() { alive--; }
};

struct NoDefault {
  explicit NoDefault(std::string s) : text(std::move(s)) {}
  std::string text;
};

struct alignas(128) Wide {
  int64_t v[16];
};

// ---- the examples of chan.h ----

int64_t sum(recv_chan<int> in) {
  int64_t s = 0;
  for (int v : in) s += v;
  return s;
}
void count(send_chan<int> out, int n) {
  for (int i = 0; i < n; i++) out.send(i);
  out.close();
}

TEST(Chan, ExampleEnds) {
  gort::run([] {
    auto ch = make_chan<int>();
    go(count, ch, 10);
    EXPECT_EQ(sum(ch), 45);
  });
}

TEST(Chan, ExampleBuffered) {
  gort::run([] {
    auto ch = make_chan<std::string>(2);
    go([ch] {
      ch.send("hello");
      ch.close();
    });
    std::string all;
    for (auto& s : ch) all += s;
    EXPECT_EQ(all, "hello");
    auto [v, ok] = ch.recv_ok();
    EXPECT_EQ(v, "");
    EXPECT_FALSE(ok);
  });
}

TEST(Chan, ExampleTryRecv) {
  gort::run([] {
    auto ch = make_chan<int>(1);
    ch.send(7);
    int got = 0;
    if (auto v = ch.try_recv()) got = *v;
    EXPECT_EQ(got, 7);
    auto [v, ok] = ch.try_recv();
    EXPECT_EQ(v, 0);
    EXPECT_FALSE(ok);
  });
}

// ---- nil, equality, len, cap ----

TEST(Chan, DefaultConstructedIsNil) {
  chan<int> c;
  EXPECT_TRUE(c == nil);
  EXPECT_TRUE(c == nullptr);
  EXPECT_FALSE(c);
  EXPECT_EQ(c.len(), 0);
  EXPECT_EQ(c.cap(), 0);
  c = make_chan<int>(3);
  EXPECT_TRUE(c);
  EXPECT_FALSE(c == nil);
  c = nil;
  EXPECT_TRUE(c == nil);
}

TEST(Chan, HandlesOfOneChannelAreEqual) {
  auto a = make_chan<int>(), b = make_chan<int>();
  chan<int> a2 = a;
  recv_chan<int> r = a;
  send_chan<int> s = a;
  EXPECT_EQ(a, a2);
  EXPECT_EQ(a, r);
  EXPECT_EQ(r, s);
  EXPECT_NE(a, b);
  EXPECT_EQ(a.gort_word(), r.gort_word());
  std::unordered_set<chan<int>> set{a, b, a2};
  EXPECT_EQ(set.size(), 2u);
  EXPECT_EQ(any(a), any(a2));
  EXPECT_NE(any(a), any(b));
}

TEST(Chan, LenAndCapFollowTheBuffer) {
  gort::run([] {
    auto c = make_chan<int>(3);
    EXPECT_EQ(c.cap(), 3);
    for (int i = 0; i < 3; i++) {
      EXPECT_EQ(c.len(), i);
      c.send(i);
    }
    c.recv();
    EXPECT_EQ(c.len(), 2);
    c.close();
    EXPECT_EQ(c.len(), 2);
  });
}

TEST(Chan, NilNeverGoesAheadWithoutBlocking) {
  chan<int> c;
  EXPECT_FALSE(c.try_send(1));
  auto r = c.try_recv();
  EXPECT_FALSE(r.selected());
}

// ---- misuse ----

TEST(ChanPanics, CloseOfNil) {
  EXPECT_EQ(panic_text([] { chan<int>().close(); }), "runtime.plainError: close of nil channel");
}
TEST(ChanPanics, CloseOfClosed) {
  EXPECT_EQ(panic_text([] {
              auto c = make_chan<int>();
              c.close();
              c.close();
            }),
            "runtime.plainError: close of closed channel");
}
TEST(ChanPanics, SendOnClosed) {
  EXPECT_EQ(panic_text([] {
              auto c = make_chan<std::string>(1);
              c.close();
              c.send("x");
            }),
            "runtime.plainError: send on closed channel");
  EXPECT_EQ(panic_text([] {
              auto c = make_chan<int>(1);
              c.close();
              c.try_send(1);
            }),
            "runtime.plainError: send on closed channel");
}
TEST(ChanPanics, CloseMakesWaitingSenderPanic) {
  Counted::alive = 0;
  EXPECT_EQ(panic_text([] {
              auto c = make_chan<Counted>();
              go([c] {
                wait_for([&] { return senders(c) == 1; });
                c.close();
              });
              c.send(5);
            }),
            "runtime.plainError: send on closed channel");
  EXPECT_EQ(Counted::alive, 0);
}
TEST(ChanPanics, AreRuntimeErrors) {
  any e = catch_panic([] { chan<int>().close(); });
  EXPECT_TRUE(e.is<runtime::Error>());
}
TEST(ChanPanics, SizeOutOfRange) {
  const std::string text = "runtime.plainError: makechan: size out of range";
  EXPECT_EQ(panic_text([] { make_chan<int>(-1); }), text);
  EXPECT_EQ(panic_text([] { make_chan<int64_t>(int64_t(1) << 61); }), text);
  EXPECT_EQ(panic_text([] { make_chan<int64_t>(int64_t(1) << 46); }), text);
  EXPECT_EQ(panic_text([] { make_chan<std::monostate>(-1); }), text);
}
TEST(Chan, EmptyElementsNeedNoMemory) {
  gort::run([] {
    auto c = make_chan<std::monostate>(int64_t(1) << 60);
    EXPECT_EQ(c.cap(), int64_t(1) << 60);
    c.send({});
    c.send({});
    EXPECT_EQ(c.len(), 2);
    c.recv();
    EXPECT_EQ(c.len(), 1);
  });
}

// ---- send and receive ----

TEST(Chan, BufferIsFirstInFirstOut) {
  gort::run([] {
    auto c = make_chan<int>(5);
    int sent = 0, got = 0;
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 1 + round % 5; i++) c.send(sent++);
      while (c.len() > 0) EXPECT_EQ(c.recv(), got++);
    }
    EXPECT_EQ(sent, got);
  });
}

TEST(Chan, ReceiveFromFullBufferTakesWaitingSendersValueIn) {
  gort::run([] {
    auto c = make_chan<std::string>(2);
    c.send("a");
    c.send("b");
    go([c] { c.send("c"); });
    wait_for([&] { return senders(c) == 1; });
    EXPECT_EQ(c.recv(), "a");
    EXPECT_EQ(c.len(), 2);
    EXPECT_EQ(c.recv(), "b");
    EXPECT_EQ(c.recv(), "c");
  });
}

TEST(Chan, ClosedChannelGivesBufferThenZero) {
  gort::run([] {
    auto c = make_chan<int>(2);
    c.send(1);
    c.send(2);
    c.close();
    EXPECT_EQ(c.recv_ok(), std::make_pair(1, true));
    EXPECT_EQ(c.try_recv(), std::optional<int>(2));
    EXPECT_EQ(c.recv_ok(), std::make_pair(0, false));
    EXPECT_EQ(c.recv(), 0);
    EXPECT_EQ(c.recv_opt(), std::nullopt);
    auto r = c.try_recv();
    EXPECT_FALSE(r.has_value());
    EXPECT_TRUE(r.closed());
    EXPECT_TRUE(r.selected());
  });
}

TEST(Chan, TryOnUnbufferedNeedsAPartner) {
  gort::run([] {
    auto c = make_chan<int>();
    EXPECT_FALSE(c.try_send(1));
    auto r = c.try_recv();
    EXPECT_FALSE(r.selected());
    auto got = make_chan<int>(1);
    go([=] { got.send(c.recv()); });
    wait_for([&] { return receivers(c) == 1; });
    EXPECT_TRUE(c.try_send(2));
    EXPECT_EQ(got.recv(), 2);
    go([=] { c.send(3); });
    wait_for([&] { return senders(c) == 1; });
    EXPECT_EQ(c.try_recv(), std::optional<int>(3));
  });
}

TEST(Chan, WaitersAreServedInOrder) {
  gort::run([] {
    auto c = make_chan<int>();
    auto done = make_chan<bool>();
    std::array<int, 8> got{};
    for (int i = 0; i < 8; i++) {
      go([&, i] {
        got[size_t(i)] = c.recv();
        done.send(true);
      });
      wait_for([&] { return receivers(c) == i + 1; });
    }
    for (int i = 0; i < 8; i++) c.send(i);
    for (int i = 0; i < 8; i++) done.recv();
    for (int i = 0; i < 8; i++) EXPECT_EQ(got[size_t(i)], i);
    for (int i = 0; i < 8; i++) {
      go([&, i] {
        c.send(i);
        done.send(true);
      });
      wait_for([&] { return senders(c) == i + 1; });
    }
    for (int i = 0; i < 8; i++) EXPECT_EQ(c.recv(), i);
    for (int i = 0; i < 8; i++) done.recv();
  });
}

TEST(Chan, CloseWakesReceiversInGosOrder) {
  gort::run([] {
    auto woken = in_one_slice([] {
      auto c = make_chan<int>();
      sequence order;
      sync::WaitGroup wg;
      wg.Add(5);
      for (int i = 1; i <= 5; i++) {
        EXPECT_TRUE(go_parked([&, i] {
          c.recv();
          order.push(i);
          wg.Done();
        }));
      }
      c.close();
      wg.Wait();
      return order.all();
    });
    EXPECT_EQ(woken, (std::vector<int>{1, 5, 4, 3, 2}));
  });
}

TEST(Chan, CloseWakesReceiversOfEveryType) {
  gort::run([] {
    auto c = make_chan<std::string>();
    auto out = make_chan<std::string>(2);
    for (int i = 0; i < 2; i++) {
      go([=] {
        auto [v, ok] = c.recv_ok();
        out.send(v + (ok ? "true" : "false"));
      });
    }
    wait_for([&] { return receivers(c) == 2; });
    c.close();
    EXPECT_EQ(out.recv(), "false");
    EXPECT_EQ(out.recv(), "false");
  });
}

TEST(Chan, RangeEndsAtClose) {
  gort::run([] {
    auto c = make_chan<int>();
    go([c] {
      for (int i = 0; i < 100; i++) c.send(i);
      c.close();
    });
    int n = 0;
    for (int v : c) EXPECT_EQ(v, n++);
    EXPECT_EQ(n, 100);
    for (int v : c) ADD_FAILURE() << v;
  });
}

TEST(Chan, RangeKeepsTheChannelItBeganWith) {
  gort::run([] {
    auto c = make_chan<int>(3);
    for (int i = 0; i < 3; i++) c.send(i);
    c.close();
    int n = 0;
    for (int v : c) {
      c = nil;
      n += v;
    }
    EXPECT_EQ(n, 3);
  });
}

// clang before 16 rejects libstdc++'s views on any range.
#if !defined(__clang_major__) || __clang_major__ >= 16
TEST(Chan, IsAView) {
  gort::run([] {
    auto c = make_chan<int>(5);
    for (int i = 1; i <= 5; i++) c.send(i);
    c.close();
    std::vector<int> got;
    for (int v : c | std::views::filter([](int v) { return v % 2 == 1; })) got.push_back(v);
    EXPECT_EQ(got, (std::vector<int>{1, 3, 5}));
  });
}
#endif

// ---- element types ----

template <class T, class Make, class Check>
void pass_through(Make make, Check check) {
  gort::run([&] {
    for (int cap : {0, 1, 3, 40}) {
      auto c = make_chan<T>(cap);
      go([&] {
        for (int i = 0; i < 50; i++) c.send(make(i));
        c.close();
      });
      int i = 0;
      for (auto&& v : c) check(v, i++);
      EXPECT_EQ(i, 50);
    }
  });
}

template <size_t N>
struct Bytes {
  unsigned char b[N];
};
template <size_t N>
void pass_bytes() {
  pass_through<Bytes<N>>(
      [](int i) {
        Bytes<N> b;
        for (size_t k = 0; k < N; k++) b.b[k] = static_cast<unsigned char>(size_t(i) + k);
        return b;
      },
      [](const Bytes<N>& b, int i) {
        for (size_t k = 0; k < N; k++) ASSERT_EQ(b.b[k], static_cast<unsigned char>(size_t(i) + k));
      });
}
TEST(ChanElements, PlainBytesOfEverySize) {
  pass_bytes<1>();
  pass_bytes<2>();
  pass_bytes<3>();
  pass_bytes<4>();
  pass_bytes<8>();
  pass_bytes<12>();
  pass_bytes<16>();
  pass_bytes<24>();
  pass_bytes<1000>();
}

TEST(ChanElements, Strings) {
  pass_through<std::string>([](int i) { return std::string(size_t(i), 'x'); },
                            [](const std::string& s, int i) { EXPECT_EQ(s, std::string(size_t(i), 'x')); });
}
TEST(ChanElements, MoveOnly) {
  pass_through<std::unique_ptr<int>>([](int i) { return std::make_unique<int>(i); },
                                     [](const std::unique_ptr<int>& p, int i) { EXPECT_EQ(*p, i); });
}
TEST(ChanElements, NoDefaultConstructor) {
  pass_through<NoDefault>([](int i) { return NoDefault(std::to_string(i)); },
                          [](const NoDefault& v, int i) { EXPECT_EQ(v.text, std::to_string(i)); });
  gort::run([] {
    auto c = make_chan<NoDefault>(1);
    c.send(NoDefault("x"));
    c.close();
    EXPECT_EQ(c.recv_opt()->text, "x");
    EXPECT_FALSE(c.recv_opt());
  });
}
TEST(ChanElements, OverAligned) {
  pass_through<Wide>([](int i) { return Wide{{i}}; },
                     [](const Wide& w, int i) {
                       EXPECT_EQ(w.v[0], i);
                       EXPECT_EQ(reinterpret_cast<uintptr_t>(&w) % 128, 0u);
                     });
}
TEST(ChanElements, ErrorAndAny) {
  gort::run([] {
    auto c = make_chan<error>(1);
    c.send(nil);
    EXPECT_TRUE(c.recv() == nil);
    c.send(errors::New("boom"));
    EXPECT_EQ(c.recv().Error(), "boom");
    auto a = make_chan<any>(1);
    a.send(42);
    EXPECT_EQ(a.recv(), any(42));
  });
}
TEST(ChanElements, ChannelsOfChannels) {
  gort::run([] {
    auto requests = make_chan<chan<int>>();
    go([requests] {
      for (auto& reply : requests) reply.send(42);
    });
    auto reply = make_chan<int>();
    requests.send(reply);
    EXPECT_EQ(reply.recv(), 42);
    requests.close();
  });
}

// ---- lifetime ----

TEST(ChanLifetime, EveryElementIsDestroyedOnce) {
  Counted::alive = 0;
  gort::run([] {
    for (int cap : {0, 2}) {
      auto c = make_chan<Counted>(cap);
      go([c] {
        for (int i = 0; i < 10; i++) c.send(i);
        c.close();
      });
      EXPECT_EQ(c.recv().v, 0);
      EXPECT_EQ(c.recv_ok().first.v, 1);
      EXPECT_EQ(c.recv_opt()->v, 2);
      for (auto& v : c) {
        if (v.v == 6) break;
      }
      select(recv(c));  // drops it
      for (auto& v : c) EXPECT_GE(v.v, 8);
      EXPECT_EQ(c.recv().v, 0);
    }
  });
  EXPECT_EQ(Counted::alive, 0);
}

TEST(ChanLifetime, BufferGoesWithTheLastHandle) {
  Counted::alive = 0;
  gort::run([] {
    auto c = make_chan<Counted>(4);
    for (int i = 0; i < 6; i++) {
      c.send(i);
      if (i < 3) c.recv();
    }
    EXPECT_EQ(Counted::alive, 3);
    recv_chan<Counted> r = c;
    c = nil;
    EXPECT_EQ(Counted::alive, 3);
    r = nil;
    EXPECT_EQ(Counted::alive, 0);
  });
}

// A value that is dropped may use the channel it came from in its destructor.
TEST(ChanLifetime, DroppedValueIsDestroyedOutsideTheLock) {
  struct Closer {
    std::unique_ptr<chan<Closer>> c;
    ~Closer() {
      if (c) c->close();
    }
    Closer(Closer&&) = default;
    explicit Closer(chan<Closer> ch) : c(std::make_unique<chan<Closer>>(ch)) {}
  };
  gort::run([] {
    for (int form = 0; form < 3; form++) {
      auto c = make_chan<Closer>(1), idle = make_chan<Closer>();
      c.send(Closer(c));
      switch (form) {
        case 0:
          select(recv(c));
          break;
        case 1:
          select(recv(c, [] {}), recv(idle));
          break;
        case 2:
          select({select_case::recv(c), select_case::recv(idle)});
          break;
      }
      EXPECT_FALSE(c.recv_opt().has_value());
    }
  });
}

TEST(ChanLifetime, FailedTrySendLeavesNothing) {
  Counted::alive = 0;
  gort::run([] {
    auto c = make_chan<Counted>(1);
    EXPECT_TRUE(c.try_send(1));
    EXPECT_FALSE(c.try_send(2));
    EXPECT_EQ(Counted::alive, 1);
  });
  EXPECT_EQ(Counted::alive, 0);
}

// The usual shape `[&]`: the handle ends while the sender is still on its way out of send.
TEST(ChanLifetime, HandleCapturedByReferenceMayEndOnceServed) {
  gort::run([] {
    for (int i = 0; i < 20000; i++) {
      auto done = make_chan<int>(i % 2);
      go([&] { done.send(i); });
      EXPECT_EQ(done.recv(), i);
    }
  });
}

TEST(ChanLifetime, ChannelWithAWaiterOutlivesItsHandles) {
  gort::run([] {
    auto c = std::make_unique<chan<int>>(make_chan<int>());
    rt::hchan* h = c->rt_chan();
    std::atomic<bool> started{false};
    go([p = c.get(), &started] {
      started = true;
      p->recv();
    });
    wait_for([&] { return started && receivers(*c) == 1; });
    c.reset();
    std::vector<chan<int>> others;
    for (int i = 0; i < 1000; i++) {
      others.push_back(make_chan<int>());
      ASSERT_NE(others.back().rt_chan(), h);
    }
  });
}

// ---- ordinary threads ----

TEST(ChanThreads, ThreadsAndGoroutinesMeet) {
  gort::run([] {
    auto c = make_chan<int>(2);
    auto back = make_chan<int64_t>();
    go([=] {
      int64_t s = 0;
      for (int v : c) s += v;
      back.send(s);
    });
    std::vector<std::thread> ts;
    for (int t = 0; t < 4; t++) {
      ts.emplace_back([c] {
        for (int i = 0; i < 500; i++) c.send(i);
      });
    }
    std::thread closer([&] {
      for (auto& t : ts) t.join();
      c.close();
    });
    EXPECT_EQ(back.recv(), 4 * 124750);
    closer.join();
  });
}

TEST(ChanThreads, ThreadsAlone) {
  auto a = make_chan<int>(), b = make_chan<int>();
  std::thread t([=] {
    for (int v : a) b.send(v + 1);
    b.close();
  });
  for (int i = 0; i < 200; i++) {
    a.send(i);
    EXPECT_EQ(b.recv(), i + 1);
  }
  a.close();
  EXPECT_FALSE(b.recv_ok().second);
  t.join();
}

// ---- wait reasons ----

// The scheduler does not publish a waiting g's fields to those who only look, as a traceback does.
[[gnu::noinline]] __attribute__((no_sanitize("thread"))) rt::waitReason read_reason(rt::g* gp) {
  return gp->waitreason;
}

rt::waitReason reason_of(void (*f)(chan<int>), chan<int> c) {
  std::atomic<rt::g*> gp{nullptr};
  go([&gp, f, c] {
    gp = rt::getg();
    f(c);
  });
  wait_for([&] { return gp != nullptr && gp.load()->status.load() == rt::_Gwaiting; });
  return read_reason(gp);
}

TEST(Chan, WaitReasons) {
  gort::run([] {
    auto c = make_chan<int>();
    EXPECT_EQ(reason_of([](chan<int> c) { c.send(1); }, nil), rt::waitReason::ChanSendNilChan);
    EXPECT_EQ(reason_of([](chan<int> c) { c.recv(); }, nil), rt::waitReason::ChanReceiveNilChan);
    EXPECT_EQ(reason_of([](chan<int> c) { c.recv(); }, c), rt::waitReason::ChanReceive);
    EXPECT_EQ(reason_of(
                  [](chan<int> c) {
                    for (int v : c) (void)v;
                  },
                  c),
              rt::waitReason::ChanReceive);
    EXPECT_EQ(reason_of([](chan<int> c) { c.send(1); }, make_chan<int>()), rt::waitReason::ChanSend);
  });
}

}  // namespace
