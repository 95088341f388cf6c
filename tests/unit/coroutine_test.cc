// Coroutines on goroutines.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <gort/coroutine.h>
#include <gort/gort.h>

#include "tests/unit/catch_panic.h"

using namespace gort;

namespace {

task<int> sum(recv_chan<int> in) {
  int s = 0;
  while (auto v = co_await coro::recv(in)) s += *v;
  co_return s;
}

chan<int> numbers(int n) {
  auto c = make_chan<int>();
  go([c, n] {
    for (int i = 1; i <= n; i++) c.send(i);
    c.close();
  });
  return c;
}

TEST(Coroutine, Examples) {
  gort::run([] {
    EXPECT_EQ(coro::wait(sum(numbers(10))), 55);
    future<int> f = coro::start(sum(numbers(4)));
    EXPECT_EQ(f.get(), 10);
    auto other = []() -> task<int> {
      int more = co_await sum(numbers(3));
      int v = co_await go_result([](int x) { return x * 2; }, 21);
      auto ch = make_chan<int>(1);
      co_await coro::send(ch, 7);
      co_return more + v + ch.recv();
    };
    EXPECT_EQ(coro::wait(other()), 55);
  });
}

task<void> produce(chan<int> out, int n) {
  for (int i = 0; i < n; i++) co_await coro::send(out, i);
  out.close();
}

TEST(Coroutine, SendersAndReceiversMeet) {
  gort::run([] {
    auto c = make_chan<int>();
    future<void> p = coro::start(produce(c, 1000));
    EXPECT_EQ(coro::wait(sum(c)), 499500);
    p.get();
  });
}

TEST(Coroutine, ManyCoroutines) {
  gort::run([] {
    auto c = make_chan<int>();
    std::vector<future<void>> all;
    for (int i = 0; i < 50; i++) {
      all.push_back(coro::start([](chan<int> c, int i) -> task<void> { co_await coro::send(c, i); }(c, i)));
    }
    int got = 0;
    for (int i = 0; i < 50; i++) got += c.recv();
    EXPECT_EQ(got, 1225);
    for (auto& f : all) f.get();
  });
}

task<int> ready(int v) {
  co_return v;
}

// Awaiting what is there neither suspends nor uses stack.
TEST(Coroutine, LoopsOverReadyTasksDoNotNest) {
  gort::run([] {
    auto loop = []() -> task<int64_t> {
      int64_t s = 0;
      for (int i = 0; i < 1000000; i++) s += co_await ready(1);
      auto c = make_chan<int>(1);
      for (int i = 0; i < 100000; i++) {
        co_await coro::send(c, 1);
        s += *co_await coro::recv(c);
      }
      co_return s;
    };
    EXPECT_EQ(coro::wait(loop()), 1100000);
  });
}

task<int> nested(int depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await nested(depth - 1);
}

TEST(Coroutine, TasksNest) {
  gort::run([] { EXPECT_EQ(coro::wait(nested(100)), 100); });
}

task<int> thrower(bool suspended) {
  if (suspended) co_await coro::recv(time::After(time::Millisecond));
  throw std::runtime_error("bad");
}

task<std::string> catcher(bool suspended) {
  std::string what = "nothing";
  try {
    co_await thrower(suspended);
  } catch (std::runtime_error& e) {
    what = e.what();
  }
  co_return what;
}

TEST(Coroutine, ExceptionsComeOutOfTheAwait) {
  gort::run([] {
    for (bool suspended : {false, true}) {
      EXPECT_EQ(coro::wait(catcher(suspended)), "bad");
      EXPECT_THROW(coro::wait(thrower(suspended)), std::runtime_error);
      EXPECT_THROW(coro::start(thrower(suspended)).get(), std::runtime_error);
    }
  });
}

task<int&> reference_to(int* p) {
  co_return *p;
}
task<std::unique_ptr<int>> boxed(int v) {
  co_return std::make_unique<int>(v);
}
task<int> through(chan<std::unique_ptr<int>> c) {
  auto five = std::make_unique<int>(5);
  co_await coro::send(c, std::move(five));
  auto p = co_await coro::recv(c);
  co_return **p;
}

TEST(Coroutine, ResultsOfAllKinds) {
  gort::run([] {
    static int global = 3;
    EXPECT_EQ(&coro::wait(reference_to(&global)), &global);
    EXPECT_EQ(*coro::wait(boxed(4)), 4);
    EXPECT_EQ(coro::wait(through(make_chan<std::unique_ptr<int>>(1))), 5);
  });
}

task<void> send_one(chan<int> c) {
  co_await coro::send(c, 1);
}

// The coroutine goes on, and panics, on the goroutine that waited for it: its own caller's deferred calls see nothing
// of that.
task<std::string> send_carefully(chan<int> c, chan<int> closed) {
  auto sending = coro::send(c, 1);
  if (!sending.await_ready()) {
    time::AfterFunc(time::Millisecond, [c, closed] {
      c.close();
      closed.close();
    });
    co_await coro::recv(closed);
    any v = catch_panic([&] { sending.await_ready(); });
    co_return fmt::Sprint(v);
  }
  co_return "sent";
}

TEST(Coroutine, SendOnAClosedChannelPanicsInTheCoroutine) {
  any v = catch_panic([] {
    auto c = make_chan<int>();
    c.close();
    coro::wait(send_one(c));
  });
  EXPECT_EQ(fmt::Sprint(v), "send on closed channel");
  gort::run(
      [] { EXPECT_EQ(coro::wait(send_carefully(make_chan<int>(), make_chan<int>())), "send on closed channel"); });
}

TEST(Coroutine, ThreadsRunCoroutines) {
  std::thread t([] { EXPECT_EQ(coro::wait(sum(numbers(5))), 15); });
  t.join();
}

TEST(Coroutine, GoexitInACoroutineEndsTheGoroutine) {
  gort::run([] {
    auto ended = make_chan<bool>();
    go([ended] {
      func([&] {
        defer([&] { ended.send(true); });
        coro::wait([]() -> task<void> {
          runtime::Goexit();
          co_return;
        }());
        ADD_FAILURE() << "went on";
      });
    });
    EXPECT_TRUE(ended.recv());
  });
}

TEST(Coroutine, APanicPassesThroughACoroutine) {
  any v = catch_panic([] {
    coro::wait([]() -> task<void> {
      panic("through");
      co_return;
    }());
  });
  EXPECT_EQ(v, any("through"));
}

TEST(Coroutine, DroppedTasksDoNotRun) {
  bool ran = false;
  {
    auto t = [](bool* ran) -> task<void> {
      *ran = true;
      co_return;
    }(&ran);
  }
  EXPECT_FALSE(ran);
}

}  // namespace
