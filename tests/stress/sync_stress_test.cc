// Random load on package sync and timers, from goroutines and threads at once, with invariants checked all the way and
// at the end. Each test runs for a fixed time.
#include <gtest/gtest.h>

#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "tests/stress/stress.h"
#include "tests/unit/eventually.h"

using namespace gort;
using stress::on_all;
using stress::pause;
using stress::Random;
using stress::test_time;
using time::Microsecond;
using time::Millisecond;

namespace {

TEST(SyncStress, MutexExcludes) {
  sync::Mutex mu[4];
  int64_t inside[4]{}, total[4]{};
  std::atomic<int64_t> want[4]{};
  std::atomic<uint64_t> seed{1};
  on_all(16, 3, [&](int) {
    Random r(seed++);
    for (int i = 0; i < 100; i++) {
      size_t k = r(4);
      if (r(8) == 0) {
        if (!mu[k].TryLock()) continue;
      } else {
        mu[k].Lock();
      }
      EXPECT_EQ(inside[k]++, 0);
      total[k]++;
      pause(r);
      inside[k]--;
      want[k]++;
      mu[k].Unlock();
    }
  });
  for (int k = 0; k < 4; k++) EXPECT_EQ(total[k], want[k].load());
}

TEST(SyncStress, RWMutexKeepsReadersAndWritersApart) {
  sync::RWMutex rw;
  std::atomic<int> readers{0}, writers{0};
  int64_t value = 0, copy = 0;
  std::atomic<uint64_t> seed{1};
  on_all(16, 3, [&](int) {
    Random r(seed++);
    for (int i = 0; i < 100; i++) {
      switch (r(10)) {
        case 0:
          rw.Lock();
          EXPECT_EQ(writers++, 0);
          EXPECT_EQ(readers.load(), 0);
          value++;
          pause(r);
          copy++;
          writers--;
          rw.Unlock();
          break;
        case 1:
          if (rw.TryLock()) {
            EXPECT_EQ(readers.load(), 0);
            value++, copy++;
            rw.Unlock();
          }
          break;
        default:
          if (r(8) == 0 ? !rw.TryRLock() : (rw.RLock(), false)) break;
          readers++;
          EXPECT_EQ(writers.load(), 0);
          EXPECT_EQ(value, copy);
          pause(r);
          readers--;
          rw.RUnlock();
      }
    }
  });
  EXPECT_EQ(value, copy);
}

// A bounded buffer under one mutex and two conditions: what goes in comes out once.
TEST(SyncStress, CondBoundedBuffer) {
  sync::Mutex mu;
  sync::Cond not_empty(&mu), not_full(&mu);
  std::vector<int64_t> buffer;
  int64_t put = 0, got = 0, sum_put = 0, sum_got = 0;
  std::atomic<uint64_t> seed{1};
  auto produce = [&](Random& r) {
    if (buffer.size() == 8) not_full.Wait();  // not in a loop: at the end the other side may have gone
    if (buffer.size() == 8) return;
    buffer.push_back(++put);
    sum_put += put;
    if (r(2) == 0)
      not_empty.Signal();
    else
      not_empty.Broadcast();
  };
  auto consume = [&](Random& r) {
    if (buffer.empty()) not_empty.Wait();
    if (buffer.empty()) return;
    sum_got += buffer.back();
    buffer.pop_back();
    got++;
    if (r(2) == 0)
      not_full.Signal();
    else
      not_full.Broadcast();
  };
  auto work = [&](int id) {
    Random r(seed++);
    for (int i = 0; i < 50; i++) {
      mu.Lock();
      if (id % 2 == 0)
        produce(r);
      else
        consume(r);
      mu.Unlock();
      if (r(16) == 0) pause(r);
    }
  };
  on_all(12, 2, work, [&] {
    not_full.Broadcast();
    not_empty.Broadcast();
  });
  for (int64_t v : buffer) sum_got += v, got++;
  EXPECT_EQ(put, got);
  EXPECT_EQ(sum_put, sum_got);
}

// Groups are made, used and destroyed at once: a Done must not touch its group after Wait has returned.
TEST(SyncStress, WaitGroupsComeAndGo) {
  std::atomic<uint64_t> seed{1};
  on_all(8, 2, [&](int) {
    Random r(seed++);
    auto wg = std::make_unique<sync::WaitGroup>();
    std::atomic<int> n{0};
    int k = static_cast<int>(r(6)) + 1;
    for (int round = 0; round < 3; round++) {
      wg->Add(k);
      for (int i = 0; i < k; i++) {
        go([&n, w = wg.get(), seed = r(1u << 30)] {
          Random mine(seed);
          pause(mine);
          n++;
          w->Done();
        });
      }
      wg->Wait();
      EXPECT_EQ(n.load(), k * (round + 1));
    }
  });
}

TEST(SyncStress, OnceRunsOnce) {
  std::atomic<uint64_t> seed{1};
  on_all(4, 2, [&](int) {
    Random r(seed++);
    sync::Once once;
    sync::WaitGroup wg;
    int runs = 0;
    for (int i = 0; i < 6; i++) {
      wg.Add(1);
      go([&, seed = r(1u << 30)] {
        Random mine(seed);
        pause(mine);
        once.Do([&] {
          pause(mine);
          runs++;
        });
        EXPECT_EQ(runs, 1);
        wg.Done();
      });
    }
    wg.Wait();
  });
}

struct Item {
  static inline std::atomic<int64_t> alive{0};
  std::unique_ptr<int> owned = std::make_unique<int>(7);
  Item() { alive++; }
  Item(Item&& o) noexcept : owned(std::move(o.owned)) { alive++; }
  ~Item() { alive--; }
};

TEST(SyncStress, PoolItemsHaveOneOwner) {
  {
    sync::Pool<Item> pool([] { return Item(); });
    std::atomic<uint64_t> seed{1};
    on_all(8, 3, [&](int) {
      Random r(seed++);
      for (int i = 0; i < 200; i++) {
        Item a = pool.Get();
        ASSERT_EQ(*a.owned, 7);
        if (r(4) == 0) pool.Put(Item());
        if (r(50) == 0) pause(r);
        pool.Put(std::move(a));
        if (r(2000) == 0) rt::poolCleanup();
      }
    });
  }
  EXPECT_EQ(Item::alive.load(), 0);
}

// Every key carries a counter that only grows; compare-and-swap makes each step happen once.
TEST(SyncStress, MapCountsEveryStep) {
  sync::Map<int, int64_t> m;
  std::atomic<int64_t> steps{0}, removed{0};
  std::atomic<uint64_t> seed{1};
  on_all(12, 3, [&](int) {
    Random r(seed++);
    for (int i = 0; i < 200; i++) {
      int k = static_cast<int>(r(64));
      auto [v, loaded] = m.LoadOrStore(k, 0);
      if (m.CompareAndSwap(k, v, v + 1)) steps++;
      if (r(50) == 0) {
        auto [was, ok] = m.LoadAndDelete(k);
        if (ok) removed += was;
      }
      if (r(500) == 0) m.Range([&](int, int64_t n) { return n >= 0; });
    }
  });
  int64_t left = 0;
  gort::run([&] { m.Range([&](int, int64_t n) { return left += n, true; }); });
  EXPECT_EQ(steps.load(), left + removed.load());
}

// Timers are started, stopped and reset by all. Each event is either stopped or happens, never both.
TEST(SyncStress, TimersFireOnceOrAreStopped) {
  std::atomic<int64_t> started{0}, stopped{0}, fired{0};
  std::atomic<uint64_t> seed{1};
  on_all(12, 2, [&](int) {
    Random r(seed++);
    for (int i = 0; i < 20; i++) {
      auto t = time::AfterFunc(time::Duration(r(300)) * Microsecond, [&] { fired++; });
      started++;
      for (uint32_t k = r(4); k > 0; k--) {
        if (r(2) == 0) pause(r);
        if (!t->Reset(time::Duration(r(300)) * Microsecond)) started++;  // it had fired: this is another event
      }
      if (r(2) == 0 && t->Stop()) stopped++;
    }
  });
  EXPECT_TRUE(eventually([&] { return started == stopped + fired; }));
  EXPECT_EQ(started.load(), stopped.load() + fired.load());
}

TEST(SyncStress, TickersComeAndGo) {
  std::atomic<uint64_t> seed{1};
  on_all(8, 2, [&](int) {
    Random r(seed++);
    auto t = time::NewTicker(time::Duration(1 + r(100)) * Microsecond);
    auto other = t;
    for (uint32_t k = r(5); k > 0; k--) {
      if (r(3) == 0) t->C.recv();
      if (r(3) == 0) t->Reset(time::Duration(1 + r(100)) * Microsecond);
    }
    if (r(2) == 0) go([other = std::move(other)] { other->Stop(); });
    t->Stop();
  });
}

TEST(SyncStress, SleepersAllWake) {
  std::atomic<uint64_t> seed{1};
  on_all(200, 3, [&](int) {
    Random r(seed++);
    auto start = time::Now();
    auto d = time::Duration(r(2000)) * Microsecond;
    time::Sleep(d);
    EXPECT_GE(time::Since(start), d);
  });
}

}  // namespace
