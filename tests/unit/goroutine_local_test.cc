// goroutine_local.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include <gort/goroutine_local.h>
#include <gort/gort.h>

#include "tests/unit/eventually.h"

using namespace gort;

namespace {

// counted counts how many there are.
struct counted {
  static inline std::atomic<int> alive{0};
  int n = 0;
  counted() { alive++; }
  counted(const counted& o) : n(o.n) { alive++; }
  ~counted() { alive--; }
};

std::atomic<int> next_id{1};
goroutine_local<std::vector<char>> scratch;
goroutine_local<int> id([] { return next_id++; });
goroutine_local<counted> local_counted;

// Waits until goroutines that have said that they are done have really ended.
void wait_alive(int n) {
  EXPECT_TRUE(eventually([n] { return counted::alive == n; })) << counted::alive;
}

TEST(GoroutineLocal, Examples) {
  gort::run([] {
    scratch->resize(4096);
    EXPECT_EQ(scratch.get().size(), 4096u);
    int was = *id;
    *id += 1;
    EXPECT_EQ(*id, was + 1);
  });
}

TEST(GoroutineLocal, EachGoroutineHasItsOwn) {
  gort::run([] {
    *id = -1;
    sync::WaitGroup wg;
    for (int i = 0; i < 100; i++) {
      wg.Add(1);
      go([&wg, i] {
        EXPECT_FALSE(local_counted.has_value());
        local_counted->n = i;
        EXPECT_NE(*id, -1);
        int mine = *id;
        runtime::Gosched();
        time::Sleep(time::Microsecond);
        EXPECT_EQ(local_counted->n, i);
        EXPECT_EQ(*id, mine);
        wg.Done();
      });
    }
    wg.Wait();
    EXPECT_EQ(*id, -1);
    wait_alive(0);
  });
}

TEST(GoroutineLocal, DestroyedWhenTheGoroutineEnds) {
  gort::run([] {
    auto done = make_chan<int>();
    go([&] {
      local_counted->n = 1;
      EXPECT_EQ(counted::alive, 1);
      done.send(1);
      runtime::Goexit();
    });
    done.recv();
    wait_alive(0);
  });
}

TEST(GoroutineLocal, ReusedGoroutinesStartWithoutValues) {
  gort::run([] {
    for (int i = 0; i < 200; i++) {
      auto done = make_chan<bool>();
      go([&] {
        bool had = local_counted.has_value();
        local_counted.get();
        done.send(had);
      });
      EXPECT_FALSE(done.recv());
    }
    wait_alive(0);
  });
}

TEST(GoroutineLocal, ThreadsHaveTheirOwn) {
  local_counted->n = 5;
  std::thread t([] {
    EXPECT_FALSE(local_counted.has_value());
    local_counted->n = 6;
  });
  t.join();
  EXPECT_EQ(counted::alive, 1);
  EXPECT_EQ(local_counted->n, 5);
  local_counted.reset();
  EXPECT_EQ(counted::alive, 0);
  EXPECT_FALSE(local_counted.has_value());
}

TEST(GoroutineLocal, DestructorsRunNewestFirstAndMayUseGort) {
  struct speaker {
    chan<int> out;
    int n = 0;
    ~speaker() {
      if (out != nil) out.send(n);
    }
  };
  static goroutine_local<speaker> first, second;
  gort::run([] {
    auto said = make_chan<int>();  // without a buffer: the destructor waits
    go([said] {
      first->out = said;
      first->n = 1;
      second->out = said;
      second->n = 2;
    });
    EXPECT_EQ(said.recv(), 2);
    EXPECT_EQ(said.recv(), 1);
  });
}

TEST(GoroutineLocal, DestructorsMayMakeValues) {
  static std::atomic<int> made;
  made = 0;
  struct maker {
    bool armed = false;
    ~maker() {
      if (!armed) return;
      local_counted->n = 1;
      made++;
    }
  };
  static goroutine_local<maker> m;
  gort::run([] {
    auto done = make_chan<int>();
    go([done] {
      m->armed = true;
      done.send(1);
    });
    done.recv();
    EXPECT_TRUE(eventually([] { return made == 1; }));
    wait_alive(0);
  });
}

TEST(GoroutineLocal, KeysAreUsedAgain) {
  gort::run([] {
    for (int i = 0; i < 100; i++) {
      goroutine_local<int> k([i] { return i; });
      EXPECT_FALSE(k.has_value());
      EXPECT_EQ(*k, i);
      goroutine_local<counted> c;
      c->n = 1;
    }
    EXPECT_LE(counted::alive, 1);
  });
  wait_alive(0);
}

TEST(GoroutineLocal, ThrowingMakers) {
  goroutine_local<int> k([]() -> int { throw 1; });
  EXPECT_THROW(*k, int);
  EXPECT_FALSE(k.has_value());
}

}  // namespace
