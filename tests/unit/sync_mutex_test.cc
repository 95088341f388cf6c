// sync.Mutex and sync.RWMutex. Tests named as in Go's src/sync do what those do.
#include <gtest/gtest.h>

#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include <gort/gort.h>

#include "tests/unit/catch_panic.h"
#include "tests/unit/eventually.h"

using namespace gort;

namespace {

static_assert(sizeof(sync::Mutex) == 8 && sizeof(sync::RWMutex) == 24);
static_assert(!std::is_copy_constructible_v<sync::Mutex> && !std::is_copy_constructible_v<sync::RWMutex>);

TEST(SyncMutex, Example) {
  gort::run([] {
    sync::Mutex mu;
    mu.Lock();
    mu.Unlock();
    { std::lock_guard held(mu); }
    sync::Locker l = &mu;
    l.Lock();
    l.Unlock();
  });
}

void hammer(sync::Mutex& m, int loops, recv_chan<bool>, chan<int> done) {
  for (int i = 0; i < loops; i++) {
    if (i % 3 == 0) {
      if (m.TryLock()) m.Unlock();
      continue;
    }
    m.Lock();
    m.Unlock();
  }
  done.send(1);
}

TEST(SyncMutex, TestMutex) {
  gort::run([] {
    sync::Mutex m;
    m.Lock();
    EXPECT_FALSE(m.TryLock());
    m.Unlock();
    EXPECT_TRUE(m.TryLock());
    EXPECT_FALSE(m.TryLock());
    m.Unlock();
    auto c = make_chan<int>();
    for (int i = 0; i < 10; i++) go([&m, c] { hammer(m, 1000, nil, c); });
    for (int i = 0; i < 10; i++) c.recv();
  });
}

// A goroutine that needs the lock for a moment gets it although another holds it nearly all of the time.
TEST(SyncMutex, TestMutexFairness) {
  gort::run([] {
    sync::Mutex mu;
    auto stop = make_chan<int>();
    auto done = make_chan<int>(1);
    sync::WaitGroup ended;
    ended.Add(2);
    go([&] {
      while (!stop.try_recv().selected()) {
        mu.Lock();
        time::Sleep(100 * time::Microsecond);
        mu.Unlock();
      }
      ended.Done();
    });
    go([&] {
      for (int i = 0; i < 10; i++) {
        time::Sleep(100 * time::Microsecond);
        mu.Lock();
        mu.Unlock();
      }
      done.send(1);
      ended.Done();
    });
    auto timeout = time::After(time::Minute);
    bool ok = false;
    select(recv(done, [&](int, bool) { ok = true; }), recv(timeout, [](time::Time, bool) {}));
    EXPECT_TRUE(ok) << "can't acquire Mutex in a minute";
    stop.close();
    ended.Wait();
  });
}

TEST(SyncMutex, MayBeUnlockedByAnother) {
  gort::run([] {
    sync::Mutex mu;
    sync::WaitGroup ended;
    ended.Add(1);
    mu.Lock();
    go([&] {
      mu.Unlock();
      ended.Done();
    });
    mu.Lock();
    mu.Unlock();
    ended.Wait();
  });
}

TEST(SyncMutex, StaysLockedWhenAPanicPasses) {
  sync::Mutex mu;
  catch_panic([&] {
    mu.Lock();
    panic("still locked");
  });
  EXPECT_FALSE(mu.TryLock());
  mu.Unlock();
}

TEST(SyncMutex, ThreadsAndGoroutinesExcludeEachOther) {
  sync::Mutex mu;
  int64_t n = 0;
  constexpr int kLoops = 20000;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; i++) {
    threads.emplace_back([&] {
      for (int j = 0; j < kLoops; j++) {
        std::lock_guard l(mu);
        n++;
      }
    });
  }
  gort::run([&] {
    sync::WaitGroup wg;
    for (int i = 0; i < 4; i++) {
      wg.Add(1);
      go([&] {
        for (int j = 0; j < kLoops; j++) {
          mu.Lock();
          n++;
          if (j % 1000 == 0) runtime::Gosched();  // held across a park
          mu.Unlock();
        }
        wg.Done();
      });
    }
    wg.Wait();
  });
  for (auto& t : threads) t.join();
  EXPECT_EQ(n, 6 * kLoops);
}

TEST(SyncMutex, WorksWithTheStandardLocks) {
  gort::run([] {
    sync::Mutex a, b;
    {
      std::scoped_lock both(a, b);
      EXPECT_FALSE(a.try_lock());
    }
    std::unique_lock u(a, std::try_to_lock);
    EXPECT_TRUE(u.owns_lock());
  });
}

// ---- RWMutex ----

void parallel_reader(sync::RWMutex& m, chan<int> locked, chan<int> unlock, chan<int> done) {
  if (m.TryRLock()) {
    locked.send(1);
    unlock.recv();
    m.RUnlock();
  } else {
    m.RLock();
    locked.send(1);
    unlock.recv();
    m.RUnlock();
  }
  done.send(1);
}

TEST(SyncRWMutex, TestParallelReaders) {
  gort::run([] {
    for (int readers : {1, 3, 4}) {
      sync::RWMutex m;
      auto locked = make_chan<int>(), unlock = make_chan<int>(), done = make_chan<int>();
      for (int i = 0; i < readers; i++) go([&, locked, unlock, done] { parallel_reader(m, locked, unlock, done); });
      for (int i = 0; i < readers; i++) locked.recv();  // all are inside at once
      for (int i = 0; i < readers; i++) unlock.send(1);
      for (int i = 0; i < readers; i++) done.recv();
    }
  });
}

void hammer_rwmutex(int procs, int readers, int iterations) {
  int old = runtime::GOMAXPROCS(procs);
  std::atomic<int> activity{0};  // readers, and writers in units of 10000
  sync::RWMutex rw;
  sync::WaitGroup wg;
  auto reader = [&] {
    for (int i = 0; i < iterations; i++) {
      if (i % 2 != 0 || !rw.TryRLock()) rw.RLock();
      int n = activity.fetch_add(1) + 1;
      EXPECT_TRUE(n >= 1 && n < 10000);
      for (int k = 0; k < 100; k++) asm volatile("");
      activity.fetch_sub(1);
      rw.RUnlock();
    }
    wg.Done();
  };
  auto writer = [&] {
    for (int i = 0; i < iterations; i++) {
      if (i % 2 != 0 || !rw.TryLock()) rw.Lock();
      EXPECT_EQ(activity.fetch_add(10000) + 10000, 10000);
      for (int k = 0; k < 100; k++) asm volatile("");
      activity.fetch_sub(10000);
      rw.Unlock();
    }
    wg.Done();
  };
  wg.Add(readers + 2);
  go(writer);
  for (int i = 0; i < readers / 2; i++) go(reader);
  go(writer);
  for (int i = readers / 2; i < readers; i++) go(reader);
  wg.Wait();
  runtime::GOMAXPROCS(old);
}

TEST(SyncRWMutex, TestRWMutex) {
  gort::run([] {
    sync::RWMutex m;
    m.Lock();
    EXPECT_FALSE(m.TryLock());
    EXPECT_FALSE(m.TryRLock());
    m.Unlock();
    EXPECT_TRUE(m.TryLock());
    m.Unlock();
    EXPECT_TRUE(m.TryRLock());
    EXPECT_TRUE(m.TryRLock());
    EXPECT_FALSE(m.TryLock());
    m.RUnlock();
    m.RUnlock();
    for (int procs : {1, 4})
      for (int readers : {1, 3, 10}) hammer_rwmutex(procs, readers, 300);
  });
}

TEST(SyncRWMutex, TestRLocker) {
  gort::run([] {
    sync::RWMutex wl;
    auto wlocked = make_chan<int>(1), rlocked = make_chan<int>(1);
    sync::Locker rl = wl.RLocker();
    const int n = 10;
    go([&] {
      for (int i = 0; i < n; i++) {
        rl.Lock();
        rl.Lock();
        rlocked.send(1);
        wl.Lock();
        wlocked.send(1);
      }
    });
    for (int i = 0; i < n; i++) {
      rlocked.recv();
      rl.Unlock();
      EXPECT_FALSE(wlocked.try_recv().selected()) << "RLocker() didn't read-lock it";
      rl.Unlock();
      wlocked.recv();
      EXPECT_FALSE(rlocked.try_recv().selected()) << "RLocker() didn't respect the write lock";
      wl.Unlock();
    }
  });
}

// From the moment a writer waits, new readers wait behind it.
TEST(SyncRWMutex, WaitingWriterComesBeforeNewReaders) {
  gort::run([] {
    sync::RWMutex rw;
    auto order = make_chan<std::string>(2);
    sync::WaitGroup ended;
    ended.Add(2);
    rw.RLock();
    go([&] {
      rw.Lock();
      order.send("writer");
      rw.Unlock();
      ended.Done();
    });
    while (rw.TryRLock()) {
      rw.RUnlock();
      runtime::Gosched();
    }
    EXPECT_TRUE(go_parked([&] {
      rw.RLock();
      order.send("reader");
      rw.RUnlock();
      ended.Done();
    }));
    EXPECT_EQ(order.len(), 0);
    rw.RUnlock();
    EXPECT_EQ(order.recv(), "writer");
    EXPECT_EQ(order.recv(), "reader");
    ended.Wait();
  });
}

TEST(SyncRWMutex, WorksWithTheStandardLocks) {
  gort::run([] {
    sync::RWMutex mu;
    {
      std::shared_lock r1(mu), r2(mu);
      EXPECT_FALSE(mu.try_lock());
    }
    { std::unique_lock w(mu); }
    { std::lock_guard w(mu); }
    EXPECT_TRUE(mu.try_lock_shared());
    mu.unlock_shared();
  });
}

TEST(SyncLocker, NilLockerPanics) {
  sync::Locker l = nil;
  EXPECT_TRUE(l == nil);
  EXPECT_EQ(panic_text([&] { l.Lock(); }),
            "runtime.errorString: runtime error: invalid memory address or nil pointer dereference");
}

TEST(SyncLocker, TakesTheStandardMutexes) {
  std::mutex m;
  sync::Locker l = &m;
  l.Lock();
  l.Unlock();
  EXPECT_TRUE(m.try_lock());
  m.unlock();
}

}  // namespace
