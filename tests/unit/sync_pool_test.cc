// sync.Pool. Tests named as in Go's src/sync do what those do.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include <gort/debug.h>
#include <gort/gort.h>

using namespace gort;

namespace {

[[maybe_unused]] const int automatic = debug::SetGCPercent(-1);  // the tests alone say when pools age

TEST(SyncPool, Example) {
  gort::run([] {
    sync::Pool<std::string> buffers([] { return std::string(); });
    std::string b = buffers.Get();
    buffers.Put(std::move(b));
  });
}

std::string get(sync::Pool<any>& p) {
  any v = p.Get();
  return v ? v.must_as<std::string>() : "nil";
}

TEST(SyncPool, TestPool) {
  gort::run([] {
    int old = runtime::GOMAXPROCS(1);
    sync::Pool p;
    EXPECT_EQ(get(p), "nil");
    p.Put("a");
    p.Put("b");
    EXPECT_EQ(get(p), "a");
    EXPECT_EQ(get(p), "b");
    EXPECT_EQ(get(p), "nil");
    for (int i = 0; i < 100; i++) p.Put("c");
    rt::poolCleanup();
    EXPECT_EQ(get(p), "c");  // still there as a victim
    rt::poolCleanup();
    EXPECT_EQ(get(p), "nil");
    runtime::GOMAXPROCS(old);
  });
}

TEST(SyncPool, TestPoolNew) {
  gort::run([] {
    int old = runtime::GOMAXPROCS(1);
    int i = 0;
    sync::Pool<any> p([&] { return any(++i); });
    EXPECT_EQ(p.Get().must_as<int>(), 1);
    EXPECT_EQ(p.Get().must_as<int>(), 2);
    p.Put(42);
    EXPECT_EQ(p.Get().must_as<int>(), 42);
    EXPECT_EQ(p.Get().must_as<int>(), 3);
    runtime::GOMAXPROCS(old);
  });
}

struct Counted {
  static inline std::atomic<int> alive{0};
  int v = 0;
  explicit Counted(int n) : v(n) { alive++; }
  Counted(Counted&& o) noexcept : v(o.v) { alive++; }
  ~Counted() { alive--; }
};

// Items are destroyed by the second cleanup, and by the pool's end.
TEST(SyncPool, TestPoolGC) {
  gort::run([] {
    {
      sync::Pool<Counted> p([] { return Counted(0); });
      for (int i = 0; i < 100; i++) p.Put(Counted(i));
      EXPECT_EQ(Counted::alive.load(), 100);
      rt::poolCleanup();
      EXPECT_EQ(Counted::alive.load(), 100);
      rt::poolCleanup();
      EXPECT_EQ(Counted::alive.load(), 0);
      for (int i = 0; i < 10; i++) p.Put(Counted(i));
    }
    EXPECT_EQ(Counted::alive.load(), 0);
  });
}

TEST(SyncPool, MoveOnlyItemsAndNullPointers) {
  gort::run([] {
    int old = runtime::GOMAXPROCS(1);
    sync::Pool<std::unique_ptr<int>> p;
    p.Put(nullptr);
    EXPECT_EQ(p.Get(), nullptr);
    p.Put(std::make_unique<int>(5));
    EXPECT_EQ(*p.Get(), 5);
    sync::Pool<int*> q;
    q.Put(nullptr);
    EXPECT_EQ(q.Get(), nullptr);
    runtime::GOMAXPROCS(old);
  });
}

TEST(SyncPool, TestPoolStress) {
  gort::run([] {
    const int P = 10, N = 20000;
    sync::Pool<int> p;
    sync::WaitGroup done;
    for (int i = 0; i < P; i++) {
      done.Add(1);
      go([&] {
        int v = 0;
        for (int j = 0; j < N; j++) {
          p.Put(v);
          v = p.Get();
          EXPECT_EQ(v, 0);
        }
        done.Done();
      });
    }
    done.Wait();
  });
}

TEST(SyncPool, ThreadsMayUseIt) {
  sync::Pool<std::unique_ptr<int>> p([] { return std::make_unique<int>(1); });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) {
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; j++) {
        auto v = p.Get();
        EXPECT_EQ(*v, 1);
        p.Put(std::move(v));
      }
    });
  }
  for (int i = 0; i < 20; i++) rt::poolCleanup();
  for (auto& t : threads) t.join();
}

}  // namespace
