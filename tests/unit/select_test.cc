// select: Go's rules (go-1.22.md 4.2), the forms of a case, and what a select leaves behind.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gort/gort.h>

#include "runtime/chan.h"
#include "tests/unit/catch_panic.h"
#include "tests/unit/eventually.h"

using namespace gort;

namespace {

template <class F>
void wait_for(F cond) {
  EXPECT_TRUE(eventually(cond));
}
bool waits(const rt::chan_ref& ch) {
  return !ch.rt_chan()->recvq.empty() || !ch.rt_chan()->sendq.empty();
}

// ---- the examples of select.h ----

TEST(Select, ExampleBodies) {
  gort::run([] {
    auto a = make_chan<int>(1), b = make_chan<int>(), c = make_chan<int>(), d = make_chan<int>();
    a.send(5);
    int got = 0;
    int i = select(recv(a, [&](int v, bool ok) { got = ok ? v : -1; }), recv(b, [&](int) { FAIL(); }),
                   recv(c, [&] { FAIL(); }), send(d, 7, [&] { FAIL(); }), otherwise([&] { FAIL(); }));
    EXPECT_EQ(i, 0);
    EXPECT_EQ(got, 5);
  });
}

TEST(Select, ExampleSwitch) {
  gort::run([] {
    auto a = make_chan<int>(1), b = make_chan<int>(), d = make_chan<int>();
    a.send(5);
    int v = 0;
    bool ok = false;
    switch (select(recv(a, &v, &ok), recv(b), send(d, 7))) {
      case 0:
        break;
      default:
        FAIL();
    }
    EXPECT_EQ(v, 5);
    EXPECT_TRUE(ok);
  });
}

TEST(Select, ExampleLoop) {
  gort::run([] {
    auto data = make_chan<int>();
    auto quit = make_chan<bool>();
    go([=] {
      data.send(1);
      quit.close();
    });
    int sum = 0;
    for (bool more = true; more;) {
      select(recv(data, [&](int v) { sum += v; }), recv(quit, [&] { more = false; }));
    }
    EXPECT_EQ(sum, 1);
  });
}

TEST(Select, ExampleList) {
  gort::run([] {
    std::vector<chan<int>> chans(20);
    for (auto& c : chans) c = make_chan<int>(1);
    chans[13].send(99);
    std::vector<select_case> cases;
    std::vector<int> got(chans.size());
    for (size_t i = 0; i < chans.size(); i++) cases.push_back(select_case::recv(chans[i], &got[i]));
    cases.push_back(select_case::otherwise());
    auto [i, ok] = select(cases);
    EXPECT_EQ(i, 13);
    EXPECT_TRUE(ok);
    EXPECT_EQ(got[13], 99);
    auto [j, ok2] = select(cases);
    EXPECT_EQ(j, 20);
    EXPECT_FALSE(ok2);
  });
}

// ---- which case ----

TEST(Select, DefaultOnlyIfNothingIsReady) {
  gort::run([] {
    auto a = make_chan<int>(1), b = make_chan<int>(1);
    EXPECT_EQ(select(recv(a), recv(b), otherwise()), 2);
    EXPECT_EQ(select(otherwise(), recv(a), recv(b)), 0);
    EXPECT_EQ(select(otherwise(), recv(a)), 0);
    b.send(1);
    EXPECT_EQ(select(recv(a), recv(b), otherwise()), 1);
    EXPECT_EQ(select(otherwise(), recv(a), send(b, 3)), 2);
    EXPECT_EQ(select(otherwise()), 0);
    EXPECT_EQ(b.recv(), 3);
  });
}

TEST(Select, NilChannelsAreNeverReady) {
  gort::run([] {
    chan<int> none;
    auto a = make_chan<int>(1);
    EXPECT_EQ(select(recv(none), send(none, 1), otherwise()), 2);
    EXPECT_EQ(select(recv(none), otherwise()), 1);
    EXPECT_EQ(select(send(none, 1), otherwise()), 1);
    EXPECT_EQ(select(recv(none), send(a, 1), send(none, 1)), 1);
    EXPECT_EQ(select(send(none, 1), recv(a), recv(none)), 1);
  });
}

TEST(Select, ClosedChannelIsReadyToReceive) {
  gort::run([] {
    auto a = make_chan<std::string>(1), b = make_chan<std::string>();
    a.close();
    std::string v = "old";
    bool ok = true;
    EXPECT_EQ(select(recv(a, &v, &ok), recv(b)), 0);
    EXPECT_EQ(v, "");
    EXPECT_FALSE(ok);
    EXPECT_EQ(select(recv(b), recv(a,
                                   [](std::string s, bool k) {
                                     EXPECT_EQ(s, "");
                                     EXPECT_FALSE(k);
                                   })),
              1);
  });
}

TEST(Select, SendOnClosedPanicsWhenPicked) {
  auto text = [](auto f) { return panic_text(f); };
  auto shut = make_chan<int>(1), idle = make_chan<int>();
  shut.close();
  const std::string want = "runtime.plainError: send on closed channel";
  EXPECT_EQ(text([&] { select(send(shut, 1), recv(idle)); }), want);
  EXPECT_EQ(text([&] { select(send(shut, 1), recv(idle), otherwise()); }), want);
  EXPECT_EQ(text([&] { select(send(shut, 1)); }), want);
  EXPECT_EQ(text([&] { select(send(shut, 1), otherwise()); }), want);
  EXPECT_EQ(text([&] {
              auto c = make_chan<int>();
              go([c] {
                wait_for([&] { return waits(c); });
                c.close();
              });
              select(send(c, 1), recv(idle));
            }),
            want);
  EXPECT_FALSE(waits(idle));
}

TEST(Select, ReadyCasesArePickedEvenly) {
  gort::run([] {
    std::array<chan<int>, 4> c;
    for (auto& ch : c) {
      ch = make_chan<int>(1);
      ch.send(1);
    }
    std::array<int, 4> n{};
    const int rounds = 40000;
    for (int k = 0; k < rounds; k++) {
      int i = select(recv(c[0]), recv(c[1]), recv(c[2]), recv(c[3]));
      n[size_t(i)]++;
      c[size_t(i)].send(1);
    }
    for (int k : n) EXPECT_NEAR(k, rounds / 4, 600);
  });
}

TEST(Select, CasesOnOneChannelArePickedEvenlyAlsoWhenWoken) {
  gort::run([] {
    auto c = make_chan<int>(), other = make_chan<int>();
    std::array<int, 3> n{};
    const int rounds = 6000;
    go([=] {
      for (int k = 0; k < rounds; k++) {
        wait_for([&] { return waits(c); });
        c.send(k);
      }
    });
    for (int k = 0; k < rounds; k++) n[size_t(select(recv(c), recv(c), recv(other), recv(c)) % 3)]++;
    for (int k : {0, 1}) EXPECT_NEAR(n[size_t(k)], k == 0 ? 2 * rounds / 3 : rounds / 3, 300);
    EXPECT_EQ(n[2], 0);
  });
}

TEST(Select, NeverMatchesItself) {
  gort::run([] {
    auto c = make_chan<int>();
    EXPECT_EQ(select(send(c, 1), recv(c), otherwise()), 2);
    auto got = make_chan<int>(1);
    go([=] {
      int v = -1;
      int i = select(send(c, 1), recv(c, &v));
      got.send(i == 1 ? v : -2);
    });
    wait_for([&] { return waits(c); });
    runtime::Gosched();
    c.send(42);
    EXPECT_EQ(got.recv(), 42);
    EXPECT_FALSE(waits(c));
  });
}

TEST(Select, TwoSelectsMeet) {
  gort::run([] {
    auto a = make_chan<int>(), b = make_chan<int>();
    int64_t sum = 0;
    auto done = make_chan<bool>();
    const int n = 20000;
    go([=] {
      for (int i = 1; i <= n; i++) select(send(a, i), send(b, i));
      done.close();
    });
    for (int i = 0; i < n; i++) select(recv(b, [&](int v) { sum += v; }), recv(a, [&](int v) { sum += v; }));
    EXPECT_EQ(sum, int64_t(n) * (n + 1) / 2);
    done.recv();
  });
}

// ---- blocking ----

TEST(Select, LoserLeavesNothingBehind) {
  gort::run([] {
    auto a = make_chan<int>(), quiet = make_chan<int>(), full = make_chan<int>(1);
    full.send(0);
    for (int i = 0; i < 1000; i++) {
      go([=] { a.send(i); });
      int v = -1;
      EXPECT_EQ(select(recv(quiet), recv(a, &v), send(full, 1), recv(quiet)), 1);
      EXPECT_EQ(v, i);
      EXPECT_FALSE(waits(quiet));
      EXPECT_FALSE(waits(full));
    }
  });
}

TEST(Select, CloseWakesIt) {
  gort::run([] {
    auto a = make_chan<std::unique_ptr<int>>();
    auto b = make_chan<int>();
    go([=] {
      wait_for([&] { return waits(a); });
      a.close();
    });
    bool called = false;
    EXPECT_EQ(select(recv(b), recv(a,
                                   [&](std::unique_ptr<int> p, bool ok) {
                                     EXPECT_EQ(p, nullptr);
                                     EXPECT_FALSE(ok);
                                     called = true;
                                   })),
              1);
    EXPECT_TRUE(called);
  });
}

TEST(Select, ManyCases) {
  for (int n : {3, 8, 9, 16, 17, 64, 65, 300, 65536}) {
    gort::run([n] {
      std::vector<chan<int>> chans(static_cast<size_t>(n));
      for (auto& c : chans) c = make_chan<int>();
      std::vector<select_case> cases;
      int v = -1;
      for (auto& c : chans) cases.push_back(select_case::recv(c, &v));
      for (int at : {0, n / 2, n - 1}) {
        go([c = chans[static_cast<size_t>(at)], at] { c.send(at); });  // the select waits
        auto [i, ok] = select(cases);
        EXPECT_EQ(i, at);
        EXPECT_TRUE(ok);
        EXPECT_EQ(v, at);
        go([c = chans[static_cast<size_t>(at)], at] { c.send(-at); });
        wait_for([&] { return waits(chans[static_cast<size_t>(at)]); });
        EXPECT_EQ(select(cases).index, at);
        EXPECT_EQ(v, -at);
      }
      for (auto& c : chans) EXPECT_FALSE(waits(c));
      cases.pop_back();
      cases.push_back(select_case::otherwise());
      EXPECT_EQ(select(cases).index, n - 1);
    });
  }
}

TEST(Select, HandlesMayEndOnceServed) {
  gort::run([] {
    for (int i = 0; i < 10000; i++) {
      auto a = make_chan<int>(), quit = make_chan<int>(), served = make_chan<int>(1);
      go([&, served] {
        int v = -1;
        select(recv(a, &v), recv(quit), recv(quit));
        served.send(v);
      });
      a.send(i);
      a = nil;
      quit = nil;
      EXPECT_EQ(served.recv(), i);
    }
  });
}

TEST(Select, OrphanIsFreedByTheLastSelectToLeave) {
  struct Token {
    std::shared_ptr<int> p;
  };
  auto token = std::make_shared<int>(0);
  gort::run([&] {
    auto a = make_chan<int>(), served = make_chan<int>(1);
    auto full = std::make_unique<chan<Token>>(make_chan<Token>(1));
    full->send(Token{token});
    EXPECT_EQ(token.use_count(), 2);
    go([&a, served, f = full.get()] { served.send(select(recv(a), send(*f, Token{}))); });
    wait_for([&] { return waits(*full); });
    full.reset();
    EXPECT_EQ(token.use_count(), 2);
    a.send(1);
    EXPECT_EQ(served.recv(), 0);
    EXPECT_EQ(token.use_count(), 1);
  });
}

TEST(Select, OrdinaryThreads) {
  auto a = make_chan<int>();
  auto b = make_chan<std::string>();
  auto quit = make_chan<bool>();
  std::thread t([=] {
    for (int i = 0; i < 100; i++) select(send(a, i), recv(quit));
    b.send("done");
  });
  int n = 0;
  for (bool more = true; more;) {
    select(recv(a, [&](int v) { n += v; }), recv(b, [&](std::string) { more = false; }));
  }
  EXPECT_EQ(n, 4950);
  t.join();
}

// ---- forms of a case ----

TEST(Select, BodyForms) {
  gort::run([] {
    struct NoDefault {
      explicit NoDefault(int n) : v(n) {}
      int v;
    };
    auto a = make_chan<int>(8), idle = make_chan<int>();
    for (int i = 0; i < 8; i++) a.send(i);
    int got = 0;
    select(recv(a, [&](int v, bool) { got += v; }), recv(idle));
    select(recv(a, [&](int v) { got += v; }), recv(idle));
    select(recv(a, [&](std::optional<int> v) { got += *v; }), recv(idle));
    select(recv(a, [&](auto v) { got += v; }), recv(idle));
    select(recv(a, [&](const int& v) { got += v; }), recv(idle));
    select(recv(a, [&](auto v, auto ok) { got += ok ? v : 100; }), recv(idle));
    EXPECT_EQ(got, 0 + 1 + 2 + 3 + 4 + 5);
    select(recv(a, [&]() mutable { got = 0; }), recv(idle));
    select(recv(a, [&] { return 5; }));
    EXPECT_EQ(got, 0);
    auto nd = make_chan<NoDefault>(1);
    nd.send(NoDefault(3));
    select(recv(nd, [&](std::optional<NoDefault> v) { got = v->v; }), recv(idle));
    EXPECT_EQ(got, 3);
    nd.close();
    select(recv(nd, [&](std::optional<NoDefault> v) { got = v ? 1 : -1; }), recv(idle));
    EXPECT_EQ(got, -1);
  });
}

int last_body = 0;
void body_of_value(int v) {
  last_body = v;
}
void body_of_optional(std::optional<int> v) {
  last_body = v ? *v : -1;
}
void body_of_nothing() {
  last_body = 9;
}

TEST(Select, FunctionsAndConstBodiesOnConstChannels) {
  gort::run([] {
    const auto a = make_chan<int>(1);
    const auto idle = make_chan<int>();
    auto const_channel = [&]() -> const chan<int> { return a; };
    const auto body = [] { last_body = 8; };
    select(send(a, 3, body_of_nothing), recv(idle, body_of_value));
    EXPECT_EQ(last_body, 9);
    select(recv(a, body_of_value), recv(idle, body));
    EXPECT_EQ(last_body, 3);
    select(send(const_channel(), 4, body), send(idle, 1, std::move(body)));
    EXPECT_EQ(last_body, 8);
    select(recv(const_channel(), &body_of_optional), recv(idle, std::move(body)));
    EXPECT_EQ(last_body, 4);
    int v = 0;
    select(recv(const_channel(), &v), otherwise(body_of_nothing));
    EXPECT_EQ(last_body, 9);
    select(recv(idle, body), otherwise(std::move(body)));
    EXPECT_EQ(last_body, 8);
    a.close();
    select(recv(a, body_of_optional));
    EXPECT_EQ(last_body, -1);
  });
}

TEST(Select, DirectionalAndTemporaryChannels) {
  gort::run([] {
    auto a = make_chan<std::string>(1);
    send_chan<std::string> s = a;
    recv_chan<std::string> r = a;
    auto idle = [] { return make_chan<int>(); };
    EXPECT_EQ(select(send(s, "x"), recv(idle())), 0);
    std::string v;
    EXPECT_EQ(select(recv(idle()), recv(r, &v)), 1);
    EXPECT_EQ(v, "x");
    auto full = [] {
      auto c = make_chan<int>(1);
      c.send(7);
      return c;
    };
    int got = 0;
    EXPECT_EQ(select(recv(full(), [&](int n) { got = n; }), recv(idle())), 0);
    EXPECT_EQ(got, 7);
  });
}

TEST(Select, ValuesAreEvaluatedOnceWhetherSentOrNot) {
  gort::run([] {
    int evaluated = 0;
    auto value = [&] { return ++evaluated; };
    auto a = make_chan<int>(1);
    chan<int> none;
    EXPECT_EQ(select(send(none, value()), send(a, 5), recv(none)), 1);
    EXPECT_EQ(evaluated, 1);
    EXPECT_EQ(a.recv(), 5);
  });
}

TEST(Select, LosingSendKeepsNothing) {
  gort::run([] {
    auto p = std::make_shared<int>(1);
    auto full = make_chan<std::shared_ptr<int>>(1);
    full.send(nullptr);
    auto a = make_chan<int>(1);
    a.send(1);
    select(send(full, p), recv(a));
    EXPECT_EQ(p.use_count(), 1);
  });
}

TEST(Select, BodyMayPanicAndSelectAgain) {
  EXPECT_EQ(panic_text([] {
              auto a = make_chan<int>(2);
              a.send(1);
              a.send(2);
              select(recv(a, [&] { select(recv(a, [&] { panic("inner"); }), otherwise()); }), otherwise());
            }),
            "string: inner");
}

TEST(Select, BracesAreEvaluatedInOrder) {
  gort::run([] {
    std::string order;
    auto ch = [&](const char* name) {
      order += name;
      return make_chan<int>(1);
    };
    int v = 0;
    auto [i, ok] = select({select_case::recv(ch("a"), &v), select_case::recv(ch("b")), select_case::otherwise()});
    EXPECT_EQ(i, 2);
    EXPECT_FALSE(ok);
    EXPECT_EQ(order, "ab");
  });
}

TEST(Select, ListSendsItsValueEveryTime) {
  gort::run([] {
    auto c = make_chan<std::string>(3);
    std::vector<select_case> cases{select_case::send(c, "again"), select_case::otherwise()};
    for (int i = 0; i < 3; i++) EXPECT_EQ(select(cases).index, 0);
    EXPECT_EQ(select(cases).index, 1);
    for (int i = 0; i < 3; i++) EXPECT_EQ(c.recv(), "again");
  });
}

TEST(Select, ListMistakes) {
  EXPECT_EQ(panic_text([] {
              select({select_case::otherwise(), select_case::otherwise()});
            }),
            "string: reflect.Select: multiple default cases");
  EXPECT_EQ(panic_text([] { select(std::vector<select_case>(65537, select_case::recv(make_chan<int>()))); }),
            "string: reflect.Select: too many cases (max 65536)");
}

// ---- wait reasons ----

// The scheduler does not publish a waiting g's fields to those who only look, as a traceback does.
[[gnu::noinline]] __attribute__((no_sanitize("thread"))) rt::waitReason read_reason(rt::g* gp) {
  return gp->waitreason;
}

template <class F>
rt::waitReason reason_of(F f) {
  std::atomic<rt::g*> gp{nullptr};
  go([&gp, f] {
    gp = rt::getg();
    f();
  });
  wait_for([&] { return gp != nullptr && gp.load()->status.load() == rt::_Gwaiting; });
  return read_reason(gp);
}

TEST(Select, WaitReasons) {
  gort::run([] {
    chan<int> none;
    auto c = make_chan<int>();
    EXPECT_EQ(reason_of([] { select(); }), rt::waitReason::SelectNoCases);
    EXPECT_EQ(reason_of([] { select(std::vector<select_case>()); }), rt::waitReason::SelectNoCases);
    EXPECT_EQ(reason_of([=] { select(recv(c)); }), rt::waitReason::ChanReceive);
    EXPECT_EQ(reason_of([=] { select(recv(none)); }), rt::waitReason::ChanReceiveNilChan);
    EXPECT_EQ(reason_of([=] { select(send(none, 1)); }), rt::waitReason::ChanSendNilChan);
    EXPECT_EQ(reason_of([=] { select(recv(none), recv(none)); }), rt::waitReason::Select);
    auto d = make_chan<int>();
    EXPECT_EQ(reason_of([=] { select(send(d, 1)); }), rt::waitReason::ChanSend);
    auto e = make_chan<int>();
    EXPECT_EQ(reason_of([=] { select(recv(e), send(none, 1)); }), rt::waitReason::Select);
  });
}

}  // namespace
