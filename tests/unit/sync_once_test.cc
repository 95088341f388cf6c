// sync.Once, OnceFunc, OnceValue, OnceValues. Tests named as in Go's src/sync do what those do.
#include <gtest/gtest.h>

#include <thread>

#include <gort/gort.h>

#include "tests/unit/catch_panic.h"

using namespace gort;

namespace {

TEST(SyncOnce, TestOnce) {
  gort::run([] {
    int one = 0;
    sync::Once once;
    auto c = make_chan<bool>();
    for (int i = 0; i < 10; i++) {
      go([&] {
        once.Do([&] { one++; });
        EXPECT_EQ(one, 1);
        c.send(true);
      });
    }
    for (int i = 0; i < 10; i++) c.recv();
    EXPECT_EQ(one, 1);
  });
}

TEST(SyncOnce, TestOncePanic) {
  sync::Once once;
  EXPECT_EQ(panic_text([&] { once.Do([] { panic("failed"); }); }), "string: failed");
  catch_panic([&] { once.Do([] { FAIL() << "Once.Do called twice"; }); });
}

// The flag and the lock are released before the deferred calls of outer functions run.
TEST(SyncOnce, DeferredCallOfThePanicMayUseIt) {
  gort::run([] {
    sync::Once once;
    bool again = false;
    func([&] {
      defer([&] { recover(); });
      defer([&] { once.Do([&] { again = true; }); });
      once.Do([] { panic("x"); });
    });
    EXPECT_FALSE(again);
  });
}

TEST(SyncOnce, GoexitCountsAsDone) {
  gort::run([] {
    sync::Once once;
    sync::WaitGroup wg;
    wg.Add(1);
    go([&] {
      func([&] {
        defer([&] { wg.Done(); });
        once.Do([] { runtime::Goexit(); });
      });
    });
    wg.Wait();
    bool again = false;
    once.Do([&] { again = true; });
    EXPECT_FALSE(again);
  });
}

void plain() {}

TEST(SyncOnce, TakesAllSortsOfFunctions) {
  gort::run([] {
    int n = 0;
    std::function<void()> f = [&] { n++; };
    sync::Once a, b, c, d;
    a.Do(f);
    b.Do(plain);
    c.Do([&, keep = std::string("x")]() mutable { n += int(keep.size()); });
    d.Do(std::bind([&](int k) { n += k; }, 10));
    EXPECT_EQ(n, 12);
  });
  sync::Once o;
  const std::string nil_deref = "runtime.errorString: runtime error: invalid memory address or nil pointer dereference";
  EXPECT_EQ(panic_text([&] { o.Do(nil); }), nil_deref);
  EXPECT_FALSE(catch_panic([&] { o.Do(nil); }));  // it counts as done
  sync::Once p;
  EXPECT_EQ(panic_text([&] { p.Do(std::function<void()>()); }), nil_deref);
}

TEST(SyncOnce, ThreadsMayCallIt) {
  sync::Once once;
  std::atomic<int> n{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; i++) {
    threads.emplace_back([&] {
      once.Do([&] { n++; });
      EXPECT_EQ(n.load(), 1);
    });
  }
  for (auto& t : threads) t.join();
}

TEST(SyncOnceFunc, TestOnceFunc) {
  gort::run([] {
    int calls = 0;
    auto of = sync::OnceFunc([&] { calls++; });
    auto copy = of;
    of();
    copy();
    EXPECT_EQ(calls, 1);
  });
}

TEST(SyncOnceFunc, TestOnceValue) {
  gort::run([] {
    int calls = 0;
    auto ov = sync::OnceValue([&] {
      calls++;
      return calls;
    });
    EXPECT_EQ(ov(), 1);
    EXPECT_EQ(ov(), 1);
    EXPECT_EQ(calls, 1);
  });
}

TEST(SyncOnceFunc, TestOnceValues) {
  gort::run([] {
    int calls = 0;
    auto ov = sync::OnceValues([&] {
      calls++;
      return std::pair(calls, std::string("second"));
    });
    auto [a, b] = ov();
    auto [c, d] = ov();
    EXPECT_EQ(a + c, 2);
    EXPECT_EQ(b + d, "secondsecond");
    auto parsed = sync::OnceValues([] { return time::ParseDuration("90s"); });
    auto [d2, err] = parsed();
    EXPECT_TRUE(err == nil);
    EXPECT_EQ(d2, 90 * time::Second);
  });
}

template <class F>
void panics_every_time(F of, int& calls) {
  for (int i = 0; i < 2; i++) EXPECT_EQ(panic_text([&] { of(); }), "string: x");
  EXPECT_EQ(calls, 1);
}

TEST(SyncOnceFunc, TestOnceFuncPanic) {
  int calls = 0;
  panics_every_time(sync::OnceFunc([&] {
                      calls++;
                      panic("x");
                    }),
                    calls);
}

TEST(SyncOnceFunc, TestOnceValuePanic) {
  int calls = 0;
  panics_every_time(sync::OnceValue([&]() -> int {
                      calls++;
                      panic("x");
                    }),
                    calls);
}

TEST(SyncOnceFunc, TestOnceValuesPanic) {
  int calls = 0;
  panics_every_time(sync::OnceValues([&]() -> std::pair<int, int> {
                      calls++;
                      panic("x");
                    }),
                    calls);
}

TEST(SyncOnceFunc, TestOnceFuncPanicNil) {
  int calls = 0;
  auto of = sync::OnceFunc([&] {
    calls++;
    panic(nil);
  });
  for (int i = 0; i < 2; i++) {
    any v = catch_panic([&] { of(); });
    EXPECT_EQ(v.type_name(), "*runtime.PanicNilError");
  }
  EXPECT_EQ(calls, 1);
}

TEST(SyncOnceFunc, FunctionIsReleasedAfterTheCall) {
  gort::run([] {
    auto held = std::make_shared<int>(1);
    auto of = sync::OnceFunc([held] {});
    EXPECT_EQ(held.use_count(), 2);
    of();
    EXPECT_EQ(held.use_count(), 1);
  });
}

}  // namespace
