// sync.Cond. Tests named as in Go's src/sync do what those do.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include <gort/gort.h>

#include "tests/unit/catch_panic.h"

using namespace gort;

namespace {

TEST(SyncCond, Example) {
  gort::run([] {
    sync::Mutex mu;
    sync::Cond c(&mu);
    bool ready = false;
    sync::WaitGroup ended;
    ended.Add(1);
    go([&] {
      mu.Lock();
      ready = true;
      c.Broadcast();
      mu.Unlock();
      ended.Done();
    });
    mu.Lock();
    while (!ready) c.Wait();
    mu.Unlock();
    ended.Wait();
  });
}

TEST(SyncCond, TestCondSignal) {
  gort::run([] {
    sync::Mutex m;
    auto c = sync::NewCond(&m);
    const int n = 2;
    auto running = make_chan<int>(n), awake = make_chan<int>(n);
    sync::WaitGroup ended;  // the goroutines refer to this function's variables
    ended.Add(n);
    for (int i = 0; i < n; i++) {
      go([&] {
        m.Lock();
        running.send(1);
        c.Wait();
        awake.send(1);
        m.Unlock();
        ended.Done();
      });
    }
    for (int i = 0; i < n; i++) running.recv();
    for (int left = n; left > 0; left--) {
      EXPECT_FALSE(awake.try_recv().selected()) << "goroutine not asleep";
      m.Lock();
      c.Signal();
      m.Unlock();
      awake.recv();
      EXPECT_FALSE(awake.try_recv().selected()) << "too many goroutines awake";
    }
    c.Signal();
    ended.Wait();
  });
}

TEST(SyncCond, TestCondSignalGenerations) {
  gort::run([] {
    sync::Mutex m;
    sync::Cond c(&m);
    const int n = 100;
    auto running = make_chan<int>(n);
    auto awake = make_chan<int>(n);
    sync::WaitGroup ended;
    ended.Add(n);
    for (int i = 0; i < n; i++) {
      go([&, i] {
        m.Lock();
        running.send(1);
        c.Wait();
        awake.send(i);
        m.Unlock();
        ended.Done();
      });
      if (i > 0) {
        EXPECT_EQ(awake.recv(), i - 1) << "wrong goroutine woke up";
      }
      running.recv();
      m.Lock();
      c.Signal();
      m.Unlock();
    }
    awake.recv();
    ended.Wait();
  });
}

TEST(SyncCond, TestCondBroadcast) {
  gort::run([] {
    sync::Mutex m;
    sync::Cond c(&m);
    const int n = 50;
    auto running = make_chan<int>(n), awake = make_chan<int>(n);
    bool exit = false;
    sync::WaitGroup ended;
    ended.Add(n);
    for (int i = 0; i < n; i++) {
      go([&, i] {
        m.Lock();
        while (!exit) {
          running.send(i);
          c.Wait();
          awake.send(i);
        }
        m.Unlock();
        ended.Done();
      });
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) running.recv();
      if (i == n - 1) {
        m.Lock();
        exit = true;
        m.Unlock();
      }
      EXPECT_FALSE(awake.try_recv().selected()) << "goroutine not asleep";
      m.Lock();
      c.Broadcast();
      m.Unlock();
      std::vector<bool> seen(n);
      for (int j = 0; j < n; j++) {
        auto g = size_t(awake.recv());
        EXPECT_FALSE(seen[g]) << "goroutine woke up twice";
        seen[g] = true;
      }
    }
    EXPECT_FALSE(running.try_recv().selected()) << "goroutine still running";
    c.Broadcast();
    ended.Wait();
  });
}

TEST(SyncCond, TestRace) {
  gort::run([] {
    int x = 0;
    sync::Mutex m;
    sync::Cond c(&m);
    auto done = make_chan<int>();
    go([&] {
      m.Lock();
      x = 1;
      c.Wait();
      EXPECT_EQ(x, 2);
      x = 3;
      c.Signal();
      m.Unlock();
      done.send(1);
    });
    go([&] {
      for (bool end = false; !end;) {
        m.Lock();
        if (x == 1) {
          x = 2;
          c.Signal();
          end = true;
        }
        m.Unlock();
        runtime::Gosched();
      }
      done.send(1);
    });
    go([&] {
      for (;;) {
        m.Lock();
        if (x == 2) {
          c.Wait();
          EXPECT_EQ(x, 3);
        }
        bool end = x == 3;
        m.Unlock();
        if (end) break;
        runtime::Gosched();
      }
      done.send(1);
    });
    for (int i = 0; i < 3; i++) done.recv();
  });
}

// A goroutine that has not waited yet when Signal is called does not take the signal from one that has.
TEST(SyncCond, TestCondSignalStealing) {
  gort::run([] {
    for (int iters = 0; iters < 1000; iters++) {
      sync::Mutex m;
      sync::Cond cond(&m);
      auto ch = make_chan<int>();
      go([&, ch] {
        m.Lock();
        ch.send(1);
        cond.Wait();
        m.Unlock();
        ch.send(1);
      });
      ch.recv();
      m.Lock();
      m.Unlock();
      bool done = false;
      auto left = make_chan<int>();
      go([&, left] {
        m.Lock();
        while (!done) cond.Wait();
        m.Unlock();
        left.send(1);
      });
      cond.Signal();
      ch.recv();
      m.Lock();
      done = true;
      m.Unlock();
      cond.Broadcast();
      left.recv();
    }
  });
}

TEST(SyncCond, TestCondCopy) {
  EXPECT_EQ(panic_text([] {
              sync::Mutex m;
              sync::Cond c(&m);
              c.Signal();
              sync::Cond c2 = c;
              c2.Signal();
            }),
            "string: sync.Cond is copied");
}

TEST(SyncCond, MayBeCopiedBeforeItsFirstUse) {
  sync::Mutex m;
  sync::Cond c(&m);
  sync::Cond c2 = c;
  c2.Signal();
  c.Broadcast();
}

TEST(SyncCond, AThreadMayWait) {
  sync::Mutex m;
  sync::Cond c(&m);
  int turn = 0;
  std::thread t([&] {
    for (int i = 0; i < 200; i++) {
      m.Lock();
      while (turn != 1) c.Wait();
      turn = 0;
      c.Signal();
      m.Unlock();
    }
  });
  gort::run([&] {
    for (int i = 0; i < 200; i++) {
      m.Lock();
      while (turn != 0) c.Wait();
      turn = 1;
      c.Signal();
      m.Unlock();
    }
  });
  t.join();
}

}  // namespace
