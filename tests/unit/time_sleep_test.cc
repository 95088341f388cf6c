// time.Sleep, Timer, Ticker, After, AfterFunc. Tests named as in Go's src/time do what those do.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <thread>
#include <vector>

#include <gort/gort.h>

#include "tests/unit/catch_panic.h"
#include "tests/unit/eventually.h"

using namespace gort;
using time::Millisecond;

namespace {

TEST(TimeSleep, Examples) {
  gort::run([] {
    auto t = time::NewTimer(5 * Millisecond);
    time::Time at = t->C.recv();
    EXPECT_FALSE(at.IsZero());
    EXPECT_FALSE(t->Stop());
    auto k = time::NewTicker(Millisecond);
    for (int i = 0; i < 3; i++) k->C.recv();
    k->Stop();
    auto f = time::AfterFunc(time::Hour, [] { println("late"); });
    EXPECT_TRUE(f->Stop());
  });
}

TEST(TimeSleep, TestSleep) {
  gort::run([] {
    const auto delay = 50 * Millisecond;
    auto start = time::Now();
    time::Sleep(delay);
    EXPECT_GE(time::Since(start), delay);
  });
}

TEST(TimeSleep, ThreadSleeps) {
  auto start = time::Now();
  time::Sleep(5 * Millisecond);
  EXPECT_GE(time::Since(start), 5 * Millisecond);
}

TEST(TimeSleep, SleepersWakeInOrder) {
  gort::run([] {
    EXPECT_TRUE(with_ever_longer(10 * Millisecond, [](time::Duration apart) {
      auto woke = make_chan<int>(5);
      for (int i : {5, 1, 4, 2, 3}) {
        go([=] {
          auto start = time::Now();
          time::Sleep(i * apart);
          EXPECT_GE(time::Since(start), i * apart);
          woke.send(i);
        });
      }
      bool sorted = true;
      for (int i = 1; i <= 5; i++) sorted &= woke.recv() == i;
      return sorted;
    }));
  });
}

TEST(TimeSleep, NonPositiveReturnsWithoutYielding) {
  gort::run([] {
    EXPECT_FALSE(in_one_slice([] {
      std::atomic<bool> ran{false};
      sync::WaitGroup wg;
      wg.Add(1);
      go([&] {
        ran = true;
        wg.Done();
      });
      time::Sleep(0);
      time::Sleep(-1);
      const bool yielded = ran;
      wg.Wait();
      return yielded;
    }));
  });
}

TEST(TimeTimer, TestAfterFunc) {
  gort::run([] {
    int i = 10;
    auto c = make_chan<int>();
    std::function<void()> f = [&] {
      i--;
      if (i >= 0) {
        time::AfterFunc(0, f);
        time::Sleep(Millisecond);
      } else {
        c.send(1);
      }
    };
    time::AfterFunc(0, f);
    c.recv();
  });
}

TEST(TimeTimer, TestAfterStress) {
  gort::run([] {
    std::atomic<bool> stop{false};
    auto left = make_chan<int>();
    go([&] {
      while (!stop) {
        runtime::GC();
        time::Sleep(1);
      }
      left.send(1);
    });
    auto ticker = time::NewTicker(1);
    for (int i = 0; i < 100; i++) ticker->C.recv();
    ticker->Stop();
    stop = true;
    left.recv();
  });
}

TEST(TimeTimer, TestAfter) {
  gort::run([] {
    const auto delay = 50 * Millisecond;
    auto start = time::Now();
    auto end = time::After(delay).recv();
    EXPECT_GE(time::Since(start), delay);
    EXPECT_FALSE(end.Before(start.Add(delay)));
  });
}

TEST(TimeTimer, TestAfterTick) {
  gort::run([] {
    const int count = 5;
    const auto delta = 20 * Millisecond;
    auto t0 = time::Now();
    for (int i = 0; i < count; i++) time::After(delta).recv();
    auto d = time::Since(t0);
    EXPECT_GE(d, delta * count);
  });
}

// stopped_before tells whether timers of 1 and 3 d could be stopped before they fired: not on a machine that is too
// slow.
bool stopped_before(time::Duration d) {
  time::AfterFunc(2 * d, [] {});
  auto t0 = time::NewTimer(d);
  auto c1 = make_chan<int>(1);
  auto t1 = time::AfterFunc(3 * d, [=] { c1.send(1); });
  auto c2 = make_chan<int>(1);
  auto t2 = time::AfterFunc(4 * d, [=] { c2.send(1); });
  const bool stopped0 = t0->Stop(), stopped1 = t1->Stop();
  c2.recv();
  EXPECT_FALSE(t0->Stop());
  EXPECT_FALSE(t1->Stop());
  EXPECT_FALSE(t2->Stop());
  if (!stopped0 || !stopped1) return false;
  EXPECT_FALSE(t0->C.try_recv().selected()) << "event 0 was not stopped";
  EXPECT_FALSE(c1.try_recv().selected()) << "event 1 was not stopped";
  return true;
}

TEST(TimeTimer, TestAfterStop) {
  gort::run([] { EXPECT_TRUE(with_ever_longer(25 * Millisecond, stopped_before)); });
}

TEST(TimeTimer, TestAfterQueuing) {
  gort::run([] {
    EXPECT_TRUE(with_ever_longer(5 * Millisecond, [](time::Duration d) {
      const int slots[] = {5, 3, 6, 6, 6, 1, 1, 2, 7, 9, 4, 8, 0};
      auto result = make_chan<int>(13);
      auto t0 = time::Now();
      for (int slot : slots) {
        go([=] {
          time::After(slot * d).recv();
          EXPECT_GE(time::Since(t0), slot * d);
          result.send(slot);
        });
      }
      std::vector<int> got;
      for (size_t i = 0; i < std::size(slots); i++) got.push_back(result.recv());
      return std::is_sorted(got.begin(), got.end());
    }));
  });
}

// A timer that Stop has found waiting does not fire; one that it has not does.
TEST(TimeTimer, TestTimerStopStress) {
  gort::run([] {
    constexpr size_t n = 100;
    auto fired = std::make_shared<std::array<std::atomic<bool>, n>>();
    std::array<bool, n> stopped{};
    sync::WaitGroup wg;
    for (size_t i = 0; i < n; i++) {
      wg.Add(1);
      go([&, i] {
        auto timer = time::AfterFunc(300 * Millisecond, [fired, i] { (*fired)[i] = true; });
        time::Sleep(Millisecond);
        stopped[i] = timer->Stop();
        wg.Done();
      });
    }
    wg.Wait();
    time::Sleep(400 * Millisecond);
    for (size_t i = 0; i < n; i++) {
      if (stopped[i]) {
        EXPECT_FALSE((*fired)[i].load()) << "timer " << i << " was not stopped";
      } else {
        EXPECT_TRUE(eventually([&] { return (*fired)[i].load(); }));
      }
    }
  });
}

// reset_with returns what is wrong; on a slow machine that may be a sleep that took too long.
std::string reset_with(time::Duration d) {
  auto t0 = time::NewTimer(2 * d);
  time::Sleep(d);
  if (!t0->Reset(3 * d)) return "resetting unfired timer returned false";
  time::Sleep(2 * d);
  if (t0->C.try_recv().selected()) return "timer fired early";
  time::Sleep(2 * d);
  if (!t0->C.try_recv().selected()) return "reset timer did not fire";
  if (t0->Reset(50 * Millisecond)) return "resetting expired timer returned true";
  t0->Stop();
  return "";
}

TEST(TimeTimer, TestReset) {
  gort::run([] {
    std::string wrong;
    EXPECT_TRUE(with_ever_longer(5 * Millisecond, [&](time::Duration d) {
      wrong = reset_with(d);
      return wrong.empty();
    })) << wrong;
  });
}

TEST(TimeTimer, StaleValueStaysAfterStop) {
  gort::run([] {
    auto t = time::NewTimer(Millisecond);
    EXPECT_TRUE(eventually([&] { return t->C.len() == 1; }));
    EXPECT_FALSE(t->Stop());
    EXPECT_EQ(t->C.len(), 1);
    EXPECT_EQ(t->C.cap(), 1);
    EXPECT_FALSE(t->Reset(Millisecond));
    time::Sleep(10 * Millisecond);  // finds the channel full
    EXPECT_EQ(t->C.len(), 1);
  });
}

TEST(TimeTimer, TestOverflowSleep) {
  gort::run([] {
    const auto big = time::Duration(INT64_MAX);
    auto never = time::After(big);
    go([=] { time::Sleep(big); });
    time::Sleep(25 * Millisecond);
    EXPECT_FALSE(never.try_recv().selected()) << "big timeout fired";
    time::After(time::Duration(INT64_MIN)).recv();
  });
}

TEST(TimeTimer, UninitializedPanics) {
  EXPECT_EQ(panic_text([] {
              time::Timer t;
              t.Reset(1);
            }),
            "string: time: Reset called on uninitialized Timer");
  EXPECT_EQ(panic_text([] {
              time::Timer t;
              t.Stop();
            }),
            "string: time: Stop called on uninitialized Timer");
}

TEST(TimeTimer, TestZeroTimer) {
  gort::run([] {
    auto t = time::NewTimer(time::Hour);
    for (int i = 0; i < 1000; i++) {
      t->Reset(0);
      t->C.recv();
    }
  });
}

// A timer that is moved ahead fires then, and not when it would have.
TEST(TimeTimer, TestTimerModifiedEarlier) {
  gort::run([] {
    auto past = time::Until(time::Unix(0, 0));
    for (int i = 0; i < 200; i++) {
      auto timer = time::NewTimer(time::Hour);
      if (i % 2 == 0) time::Sleep(100 * time::Microsecond);
      timer->Reset(i % 3 == 0 ? past : Millisecond);
      auto deadline = time::NewTimer(time::Minute);
      select(recv(timer->C, [](time::Time, bool) {}),
             recv(deadline->C, [](time::Time, bool) { ADD_FAILURE() << "too late"; }));
      deadline->Stop();
    }
  });
}

// Many timers started and stopped on several Ps.
TEST(TimeTimer, TestAdjustTimers) {
  gort::run([] {
    std::vector<time::TimerPtr> timers(1000);
    for (size_t i = 0; i < timers.size(); i++) timers[i] = time::AfterFunc(time::Hour, [] {});
    sync::WaitGroup wg;
    for (size_t g = 0; g < 4; g++) {
      wg.Add(1);
      go([&, g] {
        uint64_t r = g + 1;
        for (int j = 0; j < 2000; j++) {
          r = r * 6364136223846793005u + 1;
          auto& t = timers[(r >> 33) % timers.size()];
          if ((r >> 20) % 3 == 0)
            t->Stop();
          else
            t->Reset(time::Duration(int64_t((r >> 8) % 1000)) * time::Microsecond + (j % 2 != 0 ? time::Hour : 0));
          if (j % 500 == 0) time::Sleep(Millisecond);
        }
        wg.Done();
      });
    }
    wg.Wait();
    for (auto& t : timers) t->Stop();
  });
}

struct Counted {
  static inline std::atomic<int> alive{0};
  Counted() { alive++; }
  Counted(const Counted&) { alive++; }
  ~Counted() { alive--; }
};

TEST(TimeTimer, ClosureLivesAsLongAsTheTimer) {
  gort::run([] {
    Counted::alive = 0;
    {
      auto t = time::AfterFunc(time::Hour, [c = Counted()] {});
      EXPECT_EQ(Counted::alive.load(), 1);
      auto copy = t;
      EXPECT_TRUE(copy->Stop());
    }
    EXPECT_EQ(Counted::alive.load(), 0);
    std::atomic<int> ran{0};
    time::AfterFunc(Millisecond, [c = Counted(), &ran] { ran++; });  // no pointer is kept
    EXPECT_TRUE(eventually([&] { return ran == 1 && Counted::alive == 0; }));
    auto t = time::AfterFunc(Millisecond, [c = Counted(), &ran] { ran++; });
    EXPECT_TRUE(eventually([&] { return ran == 2; }));
    EXPECT_FALSE(t->Reset(Millisecond));  // again
    EXPECT_TRUE(eventually([&] { return ran == 3; }));
    EXPECT_EQ(Counted::alive.load(), 1);
    t = nil;
    EXPECT_TRUE(eventually([&] { return Counted::alive == 0; }));
    time::AfterFunc(Millisecond, [c = Counted(), &ran] {
      ran++;
      runtime::Goexit();
    });
    EXPECT_TRUE(eventually([&] { return ran == 4 && Counted::alive == 0; }));
  });
}

void plain_function() {}

TEST(TimeTimer, AfterFuncTakesAllSortsOfFunctions) {
  gort::run([] {
    std::atomic<int> n{0};
    struct alignas(64) Wide {
      std::atomic<int>* n;
      void operator()() { *n += (reinterpret_cast<uintptr_t>(this) % 64 == 0) ? 1 : 100; }
    };
    time::AfterFunc(0, Wide{&n});
    time::AfterFunc(0, std::function<void()>([&] { n++; }));
    time::AfterFunc(0, std::bind([&](int k) { n += k; }, 10));
    time::AfterFunc(0, plain_function);
    EXPECT_TRUE(eventually([&] { return n == 12; }));
  });
}

TEST(TimeTimer, AThreadMayWaitForATimer) {
  auto t = time::NewTimer(Millisecond);
  t->C.recv();
  std::atomic<bool> ran{false};
  time::AfterFunc(Millisecond, [&] { ran = true; });
  while (!ran) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

// ---- Ticker ----

TEST(TimeTicker, TestTicker) {
  gort::run([] {
    const int count = 5;
    const auto delta = 20 * Millisecond;
    auto t0 = time::Now();
    auto ticker = time::NewTicker(delta);
    for (int i = 0; i < count; i++) ticker->C.recv();
    ticker->Stop();
    EXPECT_GE(time::Since(t0), delta * count);
    EXPECT_LT(time::Since(t0), time::Minute);
    EXPECT_TRUE(eventually([&] {
      ticker->C.try_recv();  // of before Stop
      time::Sleep(2 * delta);
      return !ticker->C.try_recv().selected();
    })) << "Ticker did not shut down";
    ticker->Reset(delta);
    ticker->C.recv();
    ticker->Stop();
  });
}

TEST(TimeTicker, SlowReceiverMissesTicks) {
  gort::run([] {
    auto ticker = time::NewTicker(2 * Millisecond);
    EXPECT_TRUE(eventually([&] { return ticker->C.len() == 1; }));
    time::Sleep(50 * Millisecond);
    EXPECT_EQ(ticker->C.len(), 1);
    ticker->C.recv();
    ticker->Stop();
  });
}

TEST(TimeTicker, TestTickerStopWithDirectInitialization) {
  time::Ticker tk;
  tk.Stop();
  EXPECT_EQ(panic_text([&] { tk.Reset(time::Second); }), "string: time: Reset called on uninitialized Ticker");
}

TEST(TimeTicker, TestTeardown) {
  gort::run([] {
    for (int i = 0; i < 3; i++) {
      auto ticker = time::NewTicker(10 * Millisecond);
      ticker->C.recv();
      ticker->Stop();
    }
  });
}

TEST(TimeTicker, TestTick) {
  EXPECT_TRUE(time::Tick(-1) == nil);
}

TEST(TimeTicker, TestNewTickerLtZeroDuration) {
  EXPECT_EQ(panic_text([] { time::NewTicker(-1); }), "string: non-positive interval for NewTicker");
}

TEST(TimeTicker, TestTickerResetLtZeroDuration) {
  EXPECT_EQ(panic_text([] {
              auto tk = time::NewTicker(time::Second);
              struct stop {
                time::TickerPtr t;
                ~stop() { t->Stop(); }
              } s{tk};
              tk->Reset(0);
            }),
            "string: non-positive interval for Ticker.Reset");
}

// Stop and the last pointer's end race with ticks.
TEST(TimeTicker, MayEndWhileItTicks) {
  gort::run([] {
    sync::WaitGroup wg;
    for (int g = 0; g < 4; g++) {
      wg.Add(1);
      go([&] {
        for (int i = 0; i < 300; i++) {
          auto t = time::NewTicker(1);
          if (i % 3 == 0) t->C.recv();
          if (i % 7 == 0) t->Reset(10 * time::Microsecond);
          t->Stop();
        }
        wg.Done();
      });
    }
    wg.Wait();
  });
}

}  // namespace
