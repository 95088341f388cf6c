// Package semaphore. Tests named as in golang.org/x/sync/semaphore do what those do.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include <gort/errgroup.h>
#include <gort/gort.h>
#include <gort/semaphore.h>

#include "tests/unit/catch_panic.h"
#include "tests/unit/eventually.h"

using namespace gort;
using context::Context;
using semaphore::Weighted;

namespace {

const time::Duration maxSleep = time::Millisecond;

TEST(Semaphore, Examples) {
  gort::run([] {
    Weighted sem(10);
    error err = sem.Acquire(context::Background(), 3);
    EXPECT_EQ(err, nil);
    sem.Release(3);
    auto p = semaphore::NewWeighted(1);
    EXPECT_TRUE(p->TryAcquire(1));
  });
}

TEST(Semaphore, TestWeighted) {
  gort::run([] {
    const int n = runtime::GOMAXPROCS(0), loops = 400 / n;
    Weighted sem(n);
    sync::WaitGroup wg;
    wg.Add(n);
    for (int i = 0; i < n; i++) {
      go([&, i] {
        for (int k = 0; k < loops; k++) {
          sem.Acquire(context::Background(), i);
          time::Sleep((k * 7919) % maxSleep.Nanoseconds());
          sem.Release(i);
        }
        wg.Done();
      });
    }
    wg.Wait();
    EXPECT_TRUE(sem.TryAcquire(n));
  });
}

TEST(Semaphore, TestWeightedPanic) {
  EXPECT_EQ(panic_text([] { Weighted(1).Release(1); }), "string: semaphore: released more than held");
}

TEST(Semaphore, TestWeightedNegativeSizePanic) {
  EXPECT_EQ(panic_text([] { Weighted(-1); }), "string: semaphore: size < 0");
}

TEST(Semaphore, TestWeightedZeroSize) {
  EXPECT_TRUE(Weighted(0).TryAcquire(0));
}

TEST(Semaphore, TestWeightedNegativeWeightPanic) {
  Weighted w(1);
  EXPECT_EQ(panic_text([&] { w.Acquire(context::Background(), -1); }), "string: semaphore: n < 0");
  EXPECT_EQ(panic_text([&] { w.TryAcquire(-1); }), "string: semaphore: n < 0");
  EXPECT_EQ(panic_text([&] { w.Release(-1); }), "string: semaphore: n < 0");
}

TEST(Semaphore, TestWeightedTryAcquire) {
  gort::run([] {
    Context ctx = context::Background();
    Weighted sem(2);
    std::vector<bool> tries;
    sem.Acquire(ctx, 1);
    tries.push_back(sem.TryAcquire(1));
    tries.push_back(sem.TryAcquire(1));
    sem.Release(2);
    tries.push_back(sem.TryAcquire(1));
    sem.Acquire(ctx, 1);
    tries.push_back(sem.TryAcquire(1));
    EXPECT_EQ(tries, (std::vector<bool>{true, false, true, false}));
  });
}

TEST(Semaphore, TestWeightedAcquire) {
  gort::run([] {
    Context bg = context::Background();
    Weighted sem(2);
    auto acquired_within = [&](time::Duration d) {
      auto [ctx, cancel] = context::WithTimeout(bg, d);
      context::CancelGuard guard(cancel);
      return sem.Acquire(ctx, 1) == nil;
    };
    sem.Acquire(bg, 1);
    EXPECT_TRUE(acquired_within(time::Minute));
    EXPECT_FALSE(acquired_within(10 * time::Millisecond));
    sem.Release(2);
    EXPECT_TRUE(acquired_within(time::Minute));
    sem.Acquire(bg, 1);
    EXPECT_FALSE(acquired_within(10 * time::Millisecond));
  });
}

TEST(Semaphore, TestWeightedDoesntBlockIfTooBig) {
  gort::run([] {
    const int n = 2;
    Weighted sem(n);
    auto [big, cancel] = context::WithCancel(context::Background());
    auto gone = make_chan<error>();
    go([&sem, gone, big = big] { gone.send(sem.Acquire(big, n + 1)); });
    auto [g, ctx] = errgroup::WithContext(context::Background());
    for (int i = n * 3; i > 0; i--) {
      g.Go([&sem, ctx = ctx]() -> error {
        error err = sem.Acquire(ctx, 1);
        if (err == nil) {
          time::Sleep(time::Millisecond);
          sem.Release(1);
        }
        return err;
      });
    }
    EXPECT_EQ(g.Wait(), nil);
    cancel();
    EXPECT_EQ(gone.recv(), context::Canceled);
  });
}

TEST(Semaphore, TestLargeAcquireDoesntStarve) {
  gort::run([] {
    Context ctx = context::Background();
    const int64_t n = runtime::GOMAXPROCS(0);
    Weighted sem(n);
    std::atomic<bool> running{true};
    sync::WaitGroup wg;
    wg.Add(n);
    for (int64_t i = n; i > 0; i--) {
      sem.Acquire(ctx, 1);
      go([&] {
        while (running) {
          time::Sleep(time::Millisecond);
          sem.Release(1);
          sem.Acquire(ctx, 1);
        }
        sem.Release(1);
        wg.Done();
      });
    }
    sem.Acquire(ctx, n);
    running = false;
    sem.Release(n);
    wg.Wait();
  });
}

TEST(Semaphore, TestAllocCancelDoesntStarve) {
  gort::run([] {
    Weighted sem(10);
    sem.Acquire(context::Background(), 1);
    auto [ctx, cancel] = context::WithCancel(context::Background());
    sync::WaitGroup wg;
    wg.Add(1);
    go([&, ctx = ctx] {
      sem.Acquire(ctx, 10);
      wg.Done();
    });
    while (sem.TryAcquire(1)) {
      sem.Release(1);
      runtime::Gosched();
    }
    go([cancel = cancel] { cancel(); });
    EXPECT_EQ(sem.Acquire(context::Background(), 1), nil);
    sem.Release(1);
    wg.Wait();
  });
}

TEST(Semaphore, TestWeightedAcquireCanceled) {
  gort::run([] {
    Weighted sem(2);
    auto [ctx, cancel] = context::WithCancel(context::Background());
    sem.Acquire(context::Background(), 1);
    auto ch = make_chan<std::monostate>();
    go([&, cancel = cancel] {
      while (sem.TryAcquire(1)) sem.Release(1);
      cancel();
      sem.Release(1);
      ch.close();
    });
    EXPECT_EQ(sem.Acquire(ctx, 2), context::Canceled);
    ch.recv();
    EXPECT_TRUE(sem.TryAcquire(2));
    sem.Release(2);
    EXPECT_EQ(sem.Acquire(ctx, 1), context::Canceled);
  });
}

TEST(Semaphore, WaitersAreServedInOrder) {
  gort::run([] {
    Weighted sem(3);
    sem.Acquire(context::Background(), 3);
    auto order = make_chan<int>(3);
    sync::WaitGroup wg;
    for (int n : {3, 1, 2}) {
      wg.Add(1);
      EXPECT_TRUE(go_parked([&sem, &wg, order, n] {
        sem.Acquire(context::Background(), n);
        order.send(n);
        sem.Release(n);
        wg.Done();
      }));
    }
    sem.Release(2);
    EXPECT_FALSE(sem.TryAcquire(1));
    sem.Release(1);
    EXPECT_EQ(order.recv(), 3);
    EXPECT_EQ(order.recv() + order.recv(), 3);
    wg.Wait();
  });
}

TEST(Semaphore, ThreadsTakePart) {
  Weighted sem(1);
  sem.Acquire(context::Background(), 1);
  std::thread t([&] {
    EXPECT_EQ(sem.Acquire(context::Background(), 1), nil);
    sem.Release(1);
  });
  sem.Release(1);
  t.join();
  EXPECT_TRUE(sem.TryAcquire(1));
}

}  // namespace
