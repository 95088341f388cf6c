// Semaphores keyed by address, and notifyList: order, handoff, threads, many addresses in one root.
#include "sched/sema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

#include <gort/gort.h>

#include "sched/proc.h"
#include "tests/under_tool.h"
#include "tests/unit/eventually.h"

using namespace gort;

namespace {

using Sema = std::atomic<uint32_t>;
constexpr rt::waitReason kReason = rt::waitReason::Semacquire;

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

// served has n goroutines wait, each after the one before, and one released after the other: who came when.
std::vector<int> served(int n, bool last_is_lifo) {
  Sema s{0};
  sync::WaitGroup wg;
  sequence order;
  for (int i = 0; i < n; i++) {
    wg.Add(1);
    EXPECT_TRUE(go_parked([&, i] {
      rt::semacquire(&s, last_is_lifo && i == n - 1, kReason);
      order.push(i);
      wg.Done();
    }));
  }
  for (size_t i = 1; i <= size_t(n); i++) {
    rt::semrelease(&s, false);
    EXPECT_TRUE(eventually([&] { return order.size() == i; }));
  }
  wg.Wait();
  return order.all();
}

TEST(Sema, WaitersAreServedInOrder) {
  gort::run([] { EXPECT_EQ(served(5, false), (std::vector<int>{0, 1, 2, 3, 4})); });
}

TEST(Sema, LifoWaiterComesFirst) {
  gort::run([] { EXPECT_EQ(served(4, true), (std::vector<int>{3, 0, 1, 2})); });
}

// ran_within tells whether a waiter had run when semrelease returned.
bool ran_within(bool handoff) {
  return in_one_slice([handoff] {
    Sema s{0};
    std::atomic<bool> ran{false};
    sync::WaitGroup wg;
    wg.Add(1);
    EXPECT_TRUE(go_parked([&] {
      rt::semacquire(&s, false, kReason);
      ran = true;
      wg.Done();
    }));
    rt::semrelease(&s, handoff);
    const bool within = ran;
    wg.Wait();
    return within;
  });
}

// Go's TestSemaHandoff: with handoff the waiter runs at once, so the releaser cannot take the count again before it.
TEST(Sema, HandoffRunsTheWaiterAtOnce) {
  gort::run([] { EXPECT_TRUE(ran_within(true)); });
}

TEST(Sema, WithoutHandoffTheReleaserGoesOn) {
  gort::run([] { EXPECT_FALSE(ran_within(false)); });
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
  SKIP_UNDER(tool::kValgrind, "it maps no more than some 500 stacks");
  gort::run([] {
    constexpr size_t stride = 251 * 8 / sizeof(Sema), addresses = 300, waiters = 3;
    std::vector<Sema> memory(stride * addresses + stride);
    std::vector<sequence> order(addresses);
    sync::WaitGroup wg;
    std::vector<size_t> turn;
    for (size_t a = 0; a < addresses; a++)
      for (size_t w = 0; w < waiters; w++) turn.push_back(a);
    std::mt19937 rng(7);
    std::shuffle(turn.begin(), turn.end(), rng);
    std::vector<int> arrived(addresses);
    for (size_t a : turn) {
      wg.Add(1);
      ASSERT_TRUE(go_parked([&, a, n = arrived[a]++] {
        rt::semacquire(&memory[a * stride], false, kReason);
        order[a].push(n);
        wg.Done();
      }));
    }
    std::shuffle(turn.begin(), turn.end(), rng);
    for (size_t a : turn) {
      const size_t before = order[a].size();
      rt::semrelease(&memory[a * stride], false);
      ASSERT_TRUE(eventually([&] { return order[a].size() > before; }));
    }
    wg.Wait();
    for (auto& o : order) EXPECT_EQ(o.all(), (std::vector<int>{0, 1, 2}));
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
  gort::run([] {
    auto woken = in_one_slice([] {
      rt::notifyList l;
      sync::WaitGroup wg;
      sequence order;
      for (int i = 0; i < 4; i++) {
        wg.Add(1);
        EXPECT_TRUE(go_parked([&, i] {
          rt::notifyListWait(&l, rt::notifyListAdd(&l));
          order.push(i);
          wg.Done();
        }));
      }
      rt::notifyListNotifyAll(&l);
      wg.Wait();
      return order.all();
    });
    EXPECT_EQ(woken, (std::vector<int>{3, 0, 1, 2}));
  });
}

TEST(NotifyList, OneAtATimeInTicketOrder) {
  gort::run([] {
    rt::notifyList l;
    sync::WaitGroup wg;
    sequence order;
    std::vector<uint32_t> tickets;
    for (int i = 0; i < 4; i++) tickets.push_back(rt::notifyListAdd(&l));
    for (int i = 3; i >= 0; i--) {  // they come to wait in the reverse order
      wg.Add(1);
      ASSERT_TRUE(go_parked([&, i] {
        rt::notifyListWait(&l, tickets[size_t(i)]);
        order.push(i);
        wg.Done();
      }));
    }
    for (size_t i = 1; i <= 4; i++) {
      rt::notifyListNotifyOne(&l);
      EXPECT_TRUE(eventually([&] { return order.size() == i; }));
    }
    wg.Wait();
    EXPECT_EQ(order.all(), (std::vector<int>{0, 1, 2, 3}));
  });
}

}  // namespace
