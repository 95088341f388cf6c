// sync.WaitGroup. Tests named as in Go's src/sync do what those do.
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include <gort/gort.h>

#include "tests/unit/catch_panic.h"
#include "tests/unit/eventually.h"

using namespace gort;

namespace {

TEST(SyncWaitGroup, Example) {
  gort::run([] {
    sync::WaitGroup wg;
    for (int i = 0; i < 3; i++) {
      wg.Add(1);
      go([&wg] { wg.Done(); });
    }
    wg.Wait();
  });
}

TEST(SyncWaitGroup, TestWaitGroup) {
  gort::run([] {
    sync::WaitGroup wg1, wg2;
    for (int round = 0; round != 8; round++) {
      const int n = 16;
      wg1.Add(n);
      wg2.Add(n);
      auto exited = make_chan<int>(n);
      for (int i = 0; i != n; i++) {
        go([&, exited] {
          wg1.Done();
          wg2.Wait();
          exited.send(1);
        });
      }
      wg1.Wait();
      for (int i = 0; i != n; i++) {
        EXPECT_FALSE(exited.try_recv().selected()) << "WaitGroup released group too soon";
        wg2.Done();
      }
      for (int i = 0; i != n; i++) exited.recv();
    }
  });
}

TEST(SyncWaitGroup, TestWaitGroupMisuse) {
  EXPECT_EQ(panic_text([] {
              sync::WaitGroup wg;
              wg.Add(1);
              wg.Done();
              wg.Done();
            }),
            "string: sync: negative WaitGroup counter");
}

// The WaitGroup ends as soon as Wait has returned, while the Done that let it go on may still be returning.
TEST(SyncWaitGroup, TestWaitGroupRace) {
  gort::run([] {
    for (int i = 0; i < 1000; i++) {
      auto wg = std::make_unique<sync::WaitGroup>();
      std::atomic<int> n{0};
      wg->Add(1);
      go([&n, w = wg.get()] {
        n++;
        w->Done();
      });
      wg->Add(1);
      go([&n, w = wg.get()] {
        n++;
        w->Done();
      });
      wg->Wait();
      EXPECT_EQ(n.load(), 2);
    }
  });
}

TEST(SyncWaitGroup, SeveralMayWait) {
  gort::run([] {
    sync::WaitGroup wg, waiters;
    std::atomic<int> released{0};
    wg.Add(1);
    for (int i = 0; i < 10; i++) {
      waiters.Add(1);
      EXPECT_TRUE(go_parked([&] {
        wg.Wait();
        released++;
        waiters.Done();
      }));
    }
    EXPECT_EQ(released.load(), 0);
    wg.Done();
    waiters.Wait();
    EXPECT_EQ(released.load(), 10);
  });
}

TEST(SyncWaitGroup, AThreadMayWaitForGoroutinesAndTheOtherWayRound) {
  sync::WaitGroup wg;
  std::atomic<int> n{0};
  gort::run([&] {
    for (int i = 0; i < 10; i++) {
      wg.Add(1);
      go([&] {
        time::Sleep(time::Millisecond);
        n++;
        wg.Done();
      });
    }
  });
  wg.Wait();
  EXPECT_EQ(n.load(), 10);
  wg.Add(1);
  std::thread t([&] { wg.Done(); });
  gort::run([&] { wg.Wait(); });
  t.join();
}

}  // namespace
