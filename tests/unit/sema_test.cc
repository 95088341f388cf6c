// Semaphores keyed by address, and notifyList: order, handoff, threads, many addresses in one root.
#include "sched/sema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <gort/gort.h>

#include "sched/proc.h"
#include "tests/under_tool.h"

using namespace gort;

namespace {

using Sema = std::atomic<uint32_t>;
constexpr rt::waitReason kReason = rt::waitReason::Semacquire;

// one_proc runs f on a goroutine with GOMAXPROCS 1: goroutines then run in a known order.
template <class F>
void one_proc(F f) {
  gort::run([&] {
    int old = runtime::GOMAXPROCS(1);
    f();
    runtime::GOMAXPROCS(old);
  });
}

// parked yields until n goroutines have had the time to park.
void let_park(int n) {
  for (int i = 0; i < n + 5; i++) runtime::Gosched();
}

TEST(Sema, AvailableCountIsTakenWithoutWaiting) {
  gort::run([] {
    Sema s{2};
    rt::semacquire(&s, false, kReason);
    rt::semacquire(&s, false, kReason);
    EXPECT_EQ(s.load(), 0u);
    rt::semrelease(&s, false);
    EXPECT_EQ(s.load(), 1u);
  });
}

TEST(Sema, WaitersAreServedInOrder) {
  one_proc([] {
    Sema s{0};
    sync::WaitGroup wg;
    std::vector<int> order;
    for (int i = 0; i < 5; i++) {
      wg.Add(1);
      go([&, i] {
        rt::semacquire(&s, false, kReason);
        order.push_back(i);
        wg.Done();
      });
      let_park(1);
    }
    for (int i = 0; i < 5; i++) {
      rt::semrelease(&s, false);
      let_park(1);
    }
    wg.Wait();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  });
}

TEST(Sema, LifoWaiterComesFirst) {
  one_proc([] {
    Sema s{0};
    sync::WaitGroup wg;
    std::vector<int> order;
    for (int i = 0; i < 4; i++) {
      wg.Add(1);
      go([&, i] {
        rt::semacquire(&s, i == 3, kReason);
        order.push_back(i);
        wg.Done();
      });
      let_park(1);
    }
    for (int i = 0; i < 4; i++) {
      rt::semrelease(&s, false);
      let_park(1);
    }
    wg.Wait();
    EXPECT_EQ(order, (std::vector<int>{3, 0, 1, 2}));
  });
}

// Go's TestSemaHandoff: with handoff the waiter runs at once, so the releaser cannot take the count again before it.
TEST(Sema, HandoffRunsTheWaiterAtOnce) {
  one_proc([] {
    Sema s{1};
    std::atomic<bool> waiter_ran{false};
    sync::WaitGroup wg;
    wg.Add(1);
    rt::semacquire(&s, false, kReason);
    go([&] {
      rt::semacquire(&s, false, kReason);
      waiter_ran = true;
      rt::semrelease(&s, false);
      wg.Done();
    });
    let_park(1);
    rt::semrelease(&s, true);
    EXPECT_TRUE(waiter_ran.load());
    wg.Wait();
  });
}

TEST(Sema, WithoutHandoffTheReleaserGoesOn) {
  one_proc([] {
    Sema s{0};
    std::atomic<bool> waiter_ran{false};
    sync::WaitGroup wg;
    wg.Add(1);
    go([&] {
      rt::semacquire(&s, false, kReason);
      waiter_ran = true;
      wg.Done();
    });
    let_park(1);
    rt::semrelease(&s, false);
    EXPECT_FALSE(waiter_ran.load());
    wg.Wait();
  });
}

TEST(Sema, ThreadsAndGoroutinesMeet) {
  Sema s{0};
  std::atomic<int> got{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) {
    threads.emplace_back([&] {
      rt::semacquire(&s, false, kReason);
      got++;
    });
  }
  gort::run([&] {
    for (int i = 0; i < 4; i++) rt::semrelease(&s, false);
  });
  for (auto& t : threads) t.join();
  EXPECT_EQ(got.load(), 4);
}

// All addresses fall into one root: 251 roots, chosen by (address / 8) % 251. Each has several waiters; wake them in
// random order of addresses and in order of arrival on each.
TEST(Sema, ManyAddressesInOneRootKeepTheirOwnQueues) {
  SKIP_UNDER(tool::kThread | tool::kValgrind, "goroutines lose their P between taking a number and queueing");
  one_proc([] {
    constexpr size_t stride = 251 * 8 / sizeof(Sema), addresses = 300, waiters = 3;
    std::vector<Sema> memory(stride * addresses + stride);
    std::vector<std::vector<int>> order(addresses);
    sync::WaitGroup wg;
    std::vector<size_t> turn;
    for (size_t a = 0; a < addresses; a++)
      for (size_t w = 0; w < waiters; w++) turn.push_back(a);
    std::mt19937 rng(7);
    std::shuffle(turn.begin(), turn.end(), rng);
    std::vector<int> arrived(addresses);
    std::mutex mu;  // one P, but a goroutine may be running on without it
    for (size_t a : turn) {
      wg.Add(1);
      go([&, a] {
        mu.lock();
        int n = arrived[a]++;
        mu.unlock();
        rt::semacquire(&memory[a * stride], false, kReason);
        std::lock_guard l(mu);
        order[a].push_back(n);
        wg.Done();
      });
    }
    let_park(int(turn.size()));
    std::shuffle(turn.begin(), turn.end(), rng);
    for (size_t a : turn) {
      rt::semrelease(&memory[a * stride], false);
      runtime::Gosched();
    }
    wg.Wait();
    for (auto& o : order) EXPECT_TRUE(std::is_sorted(o.begin(), o.end()) && o.size() == waiters);
  });
}

TEST(NotifyList, NotifyBeforeWaitIsNotLost) {
  gort::run([] {
    rt::notifyList l;
    uint32_t t = rt::notifyListAdd(&l);
    rt::notifyListNotifyOne(&l);
    rt::notifyListWait(&l, t);
  });
}

TEST(NotifyList, TicketsWrapAround) {
  gort::run([] {
    rt::notifyList l;
    l.wait = l.notify = 0xffffffff;
    for (int i = 0; i < 3; i++) {
      uint32_t t = rt::notifyListAdd(&l);
      if (i == 1)
        rt::notifyListNotifyAll(&l);
      else
        rt::notifyListNotifyOne(&l);
      rt::notifyListWait(&l, t);
    }
    EXPECT_EQ(l.notify.load(), 2u);
  });
}

// Wakes all: the last becomes runnext, the others queue behind it.
TEST(NotifyList, BroadcastOrderOnOneP) {
  one_proc([] {
    rt::notifyList l;
    sync::WaitGroup wg;
    std::vector<int> order;
    for (int i = 0; i < 4; i++) {
      wg.Add(1);
      go([&, i] {
        rt::notifyListWait(&l, rt::notifyListAdd(&l));
        order.push_back(i);
        wg.Done();
      });
      let_park(1);
    }
    rt::notifyListNotifyAll(&l);
    wg.Wait();
    EXPECT_EQ(order, (std::vector<int>{3, 0, 1, 2}));
  });
}

TEST(NotifyList, OneAtATimeInTicketOrder) {
  one_proc([] {
    rt::notifyList l;
    sync::WaitGroup wg;
    std::vector<int> order;
    std::vector<uint32_t> tickets;
    for (int i = 0; i < 4; i++) tickets.push_back(rt::notifyListAdd(&l));
    for (int i = 3; i >= 0; i--) {  // they come to wait in the reverse order
      wg.Add(1);
      go([&, i] {
        rt::notifyListWait(&l, tickets[size_t(i)]);
        order.push_back(i);
        wg.Done();
      });
      let_park(1);
    }
    for (int i = 0; i < 4; i++) {
      rt::notifyListNotifyOne(&l);
      let_park(1);
    }
    wg.Wait();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
  });
}

}  // namespace
