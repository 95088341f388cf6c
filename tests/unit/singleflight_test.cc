// Package singleflight. Tests named as in golang.org/x/sync/singleflight do what those do.
#include <gtest/gtest.h>

#include <atomic>

#include <gort/gort.h>
#include <gort/singleflight.h>

#include "tests/unit/catch_panic.h"
#include "tests/unit/eventually.h"

using namespace gort;
using singleflight::Group;
using singleflight::Result;
using value = std::pair<any, error>;
using unit = std::monostate;

namespace {

TEST(Singleflight, Examples) {
  gort::run([] {
    auto load_user = [](int id) { return id * 2; };
    Group g;
    auto [v, err, shared] = g.Do("user:7", [&] { return std::pair(any(load_user(7)), error(nil)); });
    EXPECT_EQ(err, nil);
    EXPECT_EQ(v.must_as<int>(), 14);
    EXPECT_FALSE(shared);
  });
}

// The panic value is an error that unwraps to what fn panicked with, if that is one.
TEST(Singleflight, TestPanicErrorUnwrap) {
  const error plain = errors::New("error value");
  for (bool wrapped : {false, true}) {
    any v = catch_panic([&] {
      Group g;
      g.Do("key", [&]() -> value {
        if (wrapped) panic(plain);
        panic("string value");
      });
    });
    ASSERT_NE(v.as<error>(), nullptr);
    EXPECT_EQ(errors::Is(*v.as<error>(), plain), wrapped);
    EXPECT_EQ(v.as<error>()->Error().substr(0, 6), wrapped ? "error " : "string");
  }
}

TEST(Singleflight, TestDo) {
  gort::run([] {
    Group g;
    auto [v, err, _] = g.Do("key", [] { return value("bar", nil); });
    EXPECT_EQ(fmt::Sprintf("%v (%T)", v, v), "bar (string)");
    EXPECT_EQ(err, nil);
  });
}

TEST(Singleflight, TestDoErr) {
  gort::run([] {
    Group g;
    error someErr = errors::New("Some error");
    auto [v, err, _] = g.Do("key", [&] { return value(nil, someErr); });
    EXPECT_EQ(err, someErr);
    EXPECT_EQ(v, nil);
  });
}

TEST(Singleflight, TestDoDupSuppress) {
  gort::run([] {
    Group g;
    sync::WaitGroup wg1, wg2;
    auto c = make_chan<std::string>(1);
    std::atomic<int> calls{0};
    const int n = 10;
    auto fn = [&]() -> value {
      if (++calls == 1) wg1.Done();
      std::string v = c.recv();
      c.send(v);
      EXPECT_TRUE(in_state(n, "semacquire"));  // the n-1 others, and who started them
      return {v, nil};
    };
    wg1.Add(1);
    for (int i = 0; i < n; i++) {
      wg1.Add(1);
      wg2.Add(1);
      go([&] {
        wg1.Done();
        auto [v, err, _] = g.Do("key", fn);
        EXPECT_EQ(err, nil);
        EXPECT_EQ(v, any("bar"));
        wg2.Done();
      });
    }
    wg1.Wait();
    c.send("bar");
    wg2.Wait();
    EXPECT_EQ(calls, 1);
  });
}

TEST(Singleflight, TestForget) {
  gort::run([] {
    Group g;
    auto firstStarted = make_chan<unit>(), unblockFirst = make_chan<unit>(), firstFinished = make_chan<unit>();
    go([=]() mutable {
      g.Do("key", [=] {
        firstStarted.close();
        unblockFirst.recv();
        firstFinished.close();
        return value();
      });
    });
    firstStarted.recv();
    g.Forget("key");
    auto unblockSecond = make_chan<unit>();
    auto secondResult = g.DoChan("key", [=] {
      unblockSecond.recv();
      return value(2, nil);
    });
    unblockFirst.close();
    firstFinished.recv();
    auto thirdResult = g.DoChan("key", [] { return value(3, nil); });
    unblockSecond.close();
    secondResult.recv();
    EXPECT_EQ(thirdResult.recv().Val, any(2));
  });
}

TEST(Singleflight, TestDoChan) {
  gort::run([] {
    Group g;
    auto ch = g.DoChan("key", [] { return value("bar", nil); });
    Result res = ch.recv();
    EXPECT_EQ(fmt::Sprintf("%v (%T)", res.Val, res.Val), "bar (string)");
    EXPECT_EQ(res.Err, nil);
  });
}

TEST(Singleflight, TestPanicDo) {
  gort::run([] {
    Group g;
    auto fn = []() -> value { panic("invalid memory address or nil pointer dereference"); };
    const int n = 5;
    std::atomic<int> waited{n}, panicCount{0};
    auto done = make_chan<unit>();
    for (int i = 0; i < n; i++) {
      go([&] {
        func([&] {
          defer([&] {
            if (any err = recover()) panicCount++;
            if (--waited == 0) done.close();
          });
          g.Do("key", fn);
        });
      });
    }
    done.recv();
    EXPECT_EQ(panicCount, n);
  });
}

TEST(Singleflight, TestGoexitDo) {
  gort::run([] {
    Group g;
    auto fn = []() -> value { runtime::Goexit(); };
    const int n = 5;
    std::atomic<int> waited{n}, returned{0};
    auto done = make_chan<unit>();
    for (int i = 0; i < n; i++) {
      go([&] {
        func([&] {
          defer([&] {
            if (--waited == 0) done.close();
          });
          g.Do("key", fn);
          returned++;
        });
      });
    }
    done.recv();
    EXPECT_EQ(returned, 0);
  });
}

class SingleflightDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(SingleflightDeathTest, TestPanicDoChan) {
  auto program = [] {
    gort::run([] {
      func([] {
        defer([] { recover(); });
        Group g;
        auto ch = g.DoChan("", []() -> value { panic("Panicking in DoChan"); });
        ch.recv();
      });
    });
  };
  EXPECT_EXIT(program(), testing::ExitedWithCode(2), "Panicking in DoChan");
}

TEST_F(SingleflightDeathTest, TestPanicDoSharedByDoChan) {
  auto program = [] {
    gort::run([] {
      auto blocked = make_chan<unit>(), unblock = make_chan<unit>();
      Group g;
      go([=]() mutable {
        func([&] {
          defer([] { recover(); });
          g.Do("", [=]() -> value {
            blocked.close();
            unblock.recv();
            panic("Panicking in Do");
          });
        });
      });
      blocked.recv();
      auto ch = g.DoChan("", []() -> value { panic("DoChan unexpectedly executed callback"); });
      unblock.close();
      ch.recv();
    });
  };
  EXPECT_EXIT(program(), testing::ExitedWithCode(2), "Panicking in Do\n");
}

TEST(Singleflight, ExampleGroup) {
  gort::run([] {
    Group g;
    auto block = make_chan<unit>();
    auto res1c = g.DoChan("key", [=] {
      block.recv();
      return value("func 1", nil);
    });
    auto res2c = g.DoChan("key", [=] {
      block.recv();
      return value("func 2", nil);
    });
    block.close();
    Result res1 = res1c.recv(), res2 = res2c.recv();
    EXPECT_TRUE(res2.Shared);
    EXPECT_EQ(res1.Val, res2.Val);
    EXPECT_EQ(res1.Val, any("func 1"));
  });
}

TEST(Singleflight, ExceptionsArePanics) {
  any v = catch_panic([] {
    Group g;
    g.Do("key", []() -> value { throw std::runtime_error("thrown"); });
  });
  ASSERT_NE(v.as<error>(), nullptr);
  EXPECT_EQ(v.as<error>()->Error().substr(0, 6), "thrown");
}

}  // namespace
