// go_result and future.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <gort/future.h>
#include <gort/gort.h>

using namespace gort;

namespace {

TEST(Future, Examples) {
  gort::run([] {
    future<int> f = go_result([](int a, int b) { return a + b; }, 1, 2);
    EXPECT_EQ(f.get(), 3);
    future<int> g = go_result([] { return 4; });
    int got = 0;
    select(recv(g.done(), [&] { got = g.get(); }), recv(time::After(30 * time::Second), [] { FAIL() << "late"; }));
    EXPECT_EQ(got, 4);
  });
}

TEST(Future, ResultsOfAllKinds) {
  gort::run([] {
    static int global = 1;
    EXPECT_EQ(*go_result([] { return std::make_unique<int>(7); }).get(), 7);
    EXPECT_EQ(&go_result([]() -> int& { return global; }).get(), &global);
    bool ran = false;
    auto f = go_result([&] { ran = true; });
    static_assert(std::is_same_v<decltype(f), future<void>>);
    f.get();
    EXPECT_TRUE(ran);
    EXPECT_EQ(go_result([](std::unique_ptr<int> p) { return *p; }, std::make_unique<int>(8)).get(), 8);
    EXPECT_EQ(go_result(&std::string::size, std::string("four")).get(), 4u);
  });
}

TEST(Future, ExceptionsComeOutOfGet) {
  gort::run([] {
    auto f = go_result([]() -> int { throw std::runtime_error("bad"); });
    try {
      f.get();
      FAIL();
    } catch (std::runtime_error& e) {
      EXPECT_STREQ(e.what(), "bad");
    }
    EXPECT_FALSE(f.valid());
  });
}

TEST(Future, ARecoveredPanicIsNoFailure) {
  gort::run([] {
    auto f = go_result([] {
      return func<int>([](int& result) {
        defer([&] {
          if (recover()) result = 9;
        });
        panic("x");
      });
    });
    EXPECT_EQ(f.get(), 9);
  });
}

TEST(Future, GoexitBreaksThePromise) {
  gort::run([] {
    struct guard {
      bool* gone;
      ~guard() { *gone = true; }
    };
    bool gone = false;
    auto f = go_result([&]() -> int {
      guard g{&gone};
      runtime::Goexit();
    });
    try {
      f.get();
      FAIL();
    } catch (std::future_error& e) {
      EXPECT_EQ(e.code(), std::future_errc::broken_promise);
    }
    EXPECT_TRUE(gone);
  });
}

TEST(Future, GetIsForOnce) {
  gort::run([] {
    auto f = go_result([] { return 1; });
    f.get();
    EXPECT_THROW(f.get(), std::future_error);
    EXPECT_THROW(future<int>().wait(), std::future_error);
  });
}

TEST(Future, TheFunctionIsGoneWhenTheResultIsThere) {
  gort::run([] {
    auto p = std::make_shared<int>(1);
    auto f = go_result([p] { return *p; });
    f.wait();
    EXPECT_EQ(p.use_count(), 1);
    EXPECT_EQ(f.get(), 1);
  });
}

TEST(Future, ADroppedFutureDoesNotWait) {
  gort::run([] {
    auto c = make_chan<int>();
    go_result([c] { return c.recv(); });
    c.send(1);
  });
}

TEST(Future, ThreadsWaitForGoroutines) {
  auto f = gort::run([] {
    return go_result([] {
      time::Sleep(time::Millisecond);
      return 5;
    });
  });
  std::thread t([&] { EXPECT_EQ(f.get(), 5); });
  t.join();
}

TEST(Future, Many) {
  gort::run([] {
    std::vector<future<int>> all;
    for (int i = 0; i < 1000; i++) all.push_back(go_result([i] { return i; }));
    int sum = 0;
    for (auto& f : all) sum += f.get();
    EXPECT_EQ(sum, 499500);
  });
}

class FutureDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(FutureDeathTest, APanicEndsTheProgram) {
  EXPECT_EXIT(gort::run([] { go_result([]() -> int { panic("boom"); }).get(); }), testing::ExitedWithCode(2),
              "panic: boom\n");
}

}  // namespace
