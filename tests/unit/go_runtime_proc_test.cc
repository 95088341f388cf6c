// Cases of Go 1.22's src/runtime/proc_test.go, in our own code. tests/conformance/README.md has the table.
#include <gort/gort.h>
#include <gort/net.h>

#include <atomic>
#include <memory>
#include <thread>
#include <unistd.h>

#include "child_program.h"
#include "eventually.h"
#include "sched/clock.h"
#include "sched/netpoll.h"
#include "sched/proc.h"
#include "sched/runq.h"

using namespace gort;

namespace {

struct Procs {
  int old;
  explicit Procs(int n) : old(runtime::GOMAXPROCS(n)) {}
  ~Procs() { runtime::GOMAXPROCS(old); }
};

#define GO_TEST(name)         \
  static void go_##name();    \
  TEST(GoRuntimeTest, name) { \
    gort::run(go_##name);     \
  }                           \
  static void go_##name()

void perpetuum_mobile(chan<bool> stop) {
  if (select(recv(stop), otherwise()) == 1) go(perpetuum_mobile, stop);
}

GO_TEST(StopTheWorldDeadlock) {
  Procs procs(3);
  auto compl_ = make_chan<bool>(2), stop = make_chan<bool>(1);
  go([=] {
    char buf[4096];
    for (int i = 0; i < 50; i++) {
      runtime::GC();
      runtime::Stack(buf, true);
    }
    compl_.send(true);
  });
  go([=] {
    for (int i = 0; i < 100; i++) runtime::GOMAXPROCS(2 + i % 2);
    compl_.send(true);
  });
  go(perpetuum_mobile, stop);
  compl_.recv();
  compl_.recv();
  stop.send(true);
  EXPECT_TRUE(alone());
}

void yield_progress(bool locked) {
  auto c = make_chan<bool>(), ack = make_chan<bool>();
  go([=] {
    if (locked) runtime::LockOSThread();
    while (select(recv(c), otherwise()) == 1) runtime::Gosched();
    ack.send(true);
  });
  time::Sleep(10 * time::Millisecond);
  c.send(true);
  ack.recv();
}

GO_TEST(YieldProgress) {
  yield_progress(false);
}
GO_TEST(YieldLockedProgress) {
  yield_progress(true);
}

GO_TEST(YieldLocked) {
  auto c = make_chan<bool>();
  go([=] {
    runtime::LockOSThread();
    for (int i = 0; i < 10; i++) {
      runtime::Gosched();
      time::Sleep(time::Millisecond);
    }
    c.send(true);
    // It ends locked, and takes its thread along.
  });
  c.recv();
}

// P goroutines that wait for each other by spinning: all have to run at the same time.
void take_turns(std::atomic<int>& x, int p, int of) {
  for (int i = 0; i < 3; i++) {
    int expected = of * i + p;
    while (x.load() != expected) {
    }
    x.store(expected + 1);
  }
}

GO_TEST(GoroutineParallelism) {
  if (runtime::NumCPU() == 1) GTEST_SKIP() << "one processor";
  constexpr int kP = 4;
  Procs procs(kP);
  for (int i = 0; i < 2; i++) {
    std::atomic<int> x{0};
    auto done = make_chan<bool>();
    for (int p = 0; p < kP; p++)
      go([&, p] {
        take_turns(x, p, kP);
        done.send(true);
      });
    for (int p = 0; p < kP; p++) done.recv();
  }
}

void parallelism2(bool load, bool netpoll) {
  constexpr int kP = 4;
  Procs procs(kP);
  {
    if (load) {
      // When these end, the threads that ran them are about to park.
      auto done = make_chan<bool>();
      auto x = std::make_shared<std::atomic<int>>(0);
      for (int p = 0; p < kP; p++)
        go([=] {
          if (++*x == kP) return done.send(true);
          while (x->load() != kP) {
          }
        });
      done.recv();
    }
    net::Listener l;
    if (netpoll) l = net::Listen("tcp", "127.0.0.1:0").listener;
    std::atomic<int> x{0};
    auto done = make_chan<bool>();
    for (int p = 0; p < kP / 2; p++)
      go([&, p] {
        for (int p2 = 0; p2 < 2; p2++)
          go([&, p, p2] {
            take_turns(x, 2 * p + p2, kP);
            done.send(true);
          });
      });
    for (int p = 0; p < kP; p++) done.recv();
  }
}

GO_TEST(GoroutineParallelism2) {
  if (runtime::NumCPU() == 1) GTEST_SKIP() << "one processor";
  parallelism2(true, false);
  parallelism2(false, true);
  parallelism2(true, true);
}

GO_TEST(BlockLocked) {
  auto c = make_chan<bool>();
  go([=] {
    runtime::LockOSThread();
    for (int i = 0; i < 10; i++) c.send(true);
    runtime::UnlockOSThread();
  });
  for (int i = 0; i < 10; i++) c.recv();
}

GO_TEST(TimerFairness) {
  auto done = make_chan<bool>(), c = make_chan<bool>();
  sync::WaitGroup wg;
  wg.Add(2);
  for (int i = 0; i < 2; i++)
    go([&] {
      while (select(send(c, true), recv(done)) == 0) {
      }
      wg.Done();
    });
  auto timer = time::After(20 * time::Millisecond);
  while (select(recv(c), recv(timer)) == 0) {
  }
  done.close();
  wg.Wait();
}

GO_TEST(TimerFairness2) {
  auto done = make_chan<bool>(), c = make_chan<bool>();
  for (int i = 0; i < 2; i++)
    go([=] {
      auto timer = time::After(20 * time::Millisecond);
      char b[1];
      do runtime::blocking([&] { return ::read(0, b, 0); });
      while (select(send(c, true), recv(c), recv(timer)) != 2);
      done.send(true);
    });
  done.recv();
  done.recv();
}

GO_TEST(Preemption) {
  auto c = make_chan<bool>();
  std::atomic<int> x{0};
  for (int g = 0; g < 2; g++)
    go([&, g] {
      for (int i = 0; i < 3; i++) {
        while (x.load() != g) {
        }
        x.store(1 - g);
      }
      c.send(true);
    });
  c.recv();
  c.recv();
}

GO_TEST(PreemptionGC) {
  constexpr int kP = 3;
  Procs procs(kP + 1);
  std::atomic<bool> stop{false};
  sync::WaitGroup wg;
  wg.Add(kP);
  for (int i = 0; i < kP; i++)
    go([&] {
      while (!stop) {
      }
      wg.Done();
    });
  char buf[4096];
  for (int i = 0; i < 3; i++) {
    runtime::Gosched();
    runtime::GC();
    EXPECT_GT(runtime::Stack(buf, true), 0u);  // this is what stops the world here
  }
  stop = true;
  wg.Wait();
}

// A goroutine that never enters the runtime, at one P: the others go on, and the world can be stopped.
GO_PROGRAM(async_preempt) {
  runtime::GOMAXPROCS(1);
  std::atomic<bool> ready{false};
  go([&] {
    ready = true;
    for (;;) asm volatile("");
  });
  while (!ready) runtime::Gosched();
  std::string buf(4096, '\0');
  runtime::GC();
  runtime::Stack(buf, true);
  fmt::Println("OK");
}

TEST(GoRuntimeTest, AsyncPreempt) {
  auto o = child::start("async_preempt");
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.out, "OK\n");
}

// Goroutines in system calls that never block do not keep the world from being stopped.
GO_PROGRAM(gc_fairness) {
  runtime::GOMAXPROCS(1);
  int fd = ::open("/dev/null", O_WRONLY);
  for (int i = 0; i < 2; i++)
    go([fd] {
      for (;;) runtime::blocking([fd] { return ::write(fd, ".", 1); });
    });
  time::Sleep(10 * time::Millisecond);
  std::string buf(4096, '\0');
  for (int i = 0; i < 3; i++) {
    runtime::GC();
    runtime::Stack(buf, true);
  }
  fmt::Println("OK");
}

GO_PROGRAM(gc_fairness2) {
  runtime::GOMAXPROCS(1);
  std::atomic<int> count[3] = {};
  for (int i = 0; i < 3; i++)
    go([&, i] {
      for (;;) {
        usleep(1);
        count[i]++;
        runtime::Gosched();
      }
    });
  bool all = eventually([&] {
    runtime::GC();
    return count[0] > 0 && count[1] > 0 && count[2] > 0;
  });
  if (all)
    fmt::Println("OK");
  else
    fmt::Println("not all goroutines ran:", count[0].load(), count[1].load(), count[2].load());
}

TEST(GoRuntimeTest, GCFairness) {
  EXPECT_EQ(child::start("gc_fairness").out, "OK\n");
}
TEST(GoRuntimeTest, GCFairness2) {
  EXPECT_EQ(child::start("gc_fairness2").out, "OK\n");
}

GO_PROGRAM(num_goroutine) {
  println(runtime::NumGoroutine());
}

GO_TEST(NumGoroutine) {
  EXPECT_EQ(child::start("num_goroutine").err, "1\n");
  // And the traces show as many. One that is about to end may be seen by one of the two only.
  std::string buf(1 << 20, '\0');
  int n = 0;
  std::string_view text;
  EXPECT_TRUE(eventually([&] {
    int traces = 0;
    n = runtime::NumGoroutine();
    text = std::string_view(buf.data(), runtime::Stack(buf, true));
    for (size_t at = 0; (at = text.find("goroutine ", at)) != text.npos; at++)
      traces += at < 3 || text.substr(at - 3, 3) != "in ";
    return n == traces;
  })) << n
      << " goroutines, " << text;
}

GO_TEST(PingPongHog) {
  Procs procs(1);
  auto done = make_chan<bool>(), hog = make_chan<bool>(), light = make_chan<bool>();
  std::atomic<int64_t> hogs{0}, lights{0};
  sync::WaitGroup ended;  // the goroutines refer to this function's variables
  ended.Add(4);
  auto run = [&](int limit, std::atomic<int64_t>* counter, chan<bool> wake) {
    for (;;) {
      if (select(recv(done), recv(wake)) == 0) return ended.Done();
      for (int i = 0; i < limit; i++) counter->fetch_add(1, std::memory_order_relaxed);
      wake.send(true);
    }
  };
  for (int i = 0; i < 2; i++) go([&] { run(1000000, &hogs, hog); });
  for (int i = 0; i < 2; i++) go([&] { run(1000, &lights, light); });
  hog.send(true);
  light.send(true);
  time::Sleep(100 * time::Millisecond);
  // The light pair hands the P to each other within its time slice, as the hogs do: if it did not, it would be some
  // 1000 times behind. Where the kernel has stopped one pair, it catches up.
  EXPECT_TRUE(eventually([&] {
    const int64_t h = hogs, l = lights;
    return h / 20 <= l && l / 20 <= h;
  })) << hogs
      << " / " << lights;
  done.close();
  hog.recv();
  light.recv();
  ended.Wait();
}

// ---- the local run queue ----

struct queue {
  std::unique_ptr<rt::p> owner = std::make_unique<rt::p>();
  rt::g* get() {
    bool inherit;
    return rt::runqget(owner.get(), &inherit);
  }
};
std::vector<std::unique_ptr<rt::g>> some_gs(size_t n) {
  std::vector<std::unique_ptr<rt::g>> gs;
  for (size_t i = 0; i < n; i++) gs.push_back(std::make_unique<rt::g>());
  return gs;
}

TEST(GoRuntimeTest, SchedLocalQueue) {
  queue q;
  auto gs = some_gs(rt::kRunqSize);
  for (size_t i = 0; i < gs.size(); i++) {
    ASSERT_EQ(q.get(), nullptr);
    for (size_t j = 0; j < i; j++) rt::runqput(q.owner.get(), gs[i].get(), false);
    for (size_t j = 0; j < i; j++) ASSERT_EQ(q.get(), gs[i].get());
    ASSERT_EQ(q.get(), nullptr);
  }
}

TEST(GoRuntimeTest, SchedLocalQueueSteal) {
  queue q1, q2;
  auto gs = some_gs(rt::kRunqSize);
  for (size_t i = 0; i < gs.size(); i++) {
    std::map<rt::g*, int> seen;
    for (size_t j = 0; j < i; j++) rt::runqput(q1.owner.get(), gs[j].get(), false);
    size_t stolen = 0;
    if (rt::g* gp = rt::runqsteal(q2.owner.get(), q1.owner.get(), true)) {
      seen[gp]++;
      stolen++;
    }
    while (rt::g* gp = q2.get()) {
      seen[gp]++;
      stolen++;
    }
    while (rt::g* gp = q1.get()) seen[gp]++;
    ASSERT_EQ(seen.size(), i);
    for (auto [gp, n] : seen) ASSERT_EQ(n, 1);
    ASSERT_TRUE(stolen == i / 2 || stolen == i / 2 + 1) << stolen << " of " << i;
  }
}

// A queue that has something in it at every moment never looks empty.
TEST(GoRuntimeTest, SchedLocalQueueEmpty) {
  queue q;
  auto gs = some_gs(2);
  for (int i = 0; i < 60; i++) {
    std::atomic<int> ready{0};
    std::atomic<bool> empty{false};
    auto meet = [&] {
      ready++;
      for (int spins = 0; ready != 2; spins++)
        if (spins > 1000) std::this_thread::yield();
    };
    rt::runqput(q.owner.get(), gs[0].get(), (i & 1) == 0);
    std::thread looker([&] {
      meet();
      empty = rt::runqempty(q.owner.get());
    });
    meet();
    rt::runqput(q.owner.get(), gs[1].get(), (i & 2) == 0);
    q.get();
    looker.join();
    EXPECT_FALSE(empty) << i;
    q.get();
  }
}

// ---- threads ----

GO_TEST(LockOSThreadNesting) {
  auto done = make_chan<bool>();
  go([=] {
    auto depth = [] {
      rt::g* gp = rt::getg();
      return gp->extra != nullptr ? gp->extra->lockedext : 0;
    };
    EXPECT_EQ(depth(), 0);
    runtime::LockOSThread();
    runtime::LockOSThread();
    runtime::UnlockOSThread();
    EXPECT_EQ(depth(), 1);
    EXPECT_NE(rt::getg()->lockedm, nullptr);
    runtime::UnlockOSThread();
    EXPECT_EQ(depth(), 0);
    EXPECT_EQ(rt::getg()->lockedm, nullptr);
    done.send(true);
  });
  done.recv();
}

// A goroutine that ends locked takes its thread along: no other goroutine ever runs there.
GO_TEST(LockOSThreadExit) {
  auto tid = make_chan<int>();
  go([=] {
    runtime::LockOSThread();
    tid.send(gettid());
  });
  int gone = tid.recv();
  EXPECT_TRUE(eventually([&] {
    go([=] { tid.send(gettid()); });
    EXPECT_NE(tid.recv(), gone);
    return access(("/proc/self/task/" + std::to_string(gone)).c_str(), F_OK) != 0;
  }));
}

// Threads started while a goroutine has changed its locked thread do not inherit the change.
GO_TEST(LockOSThreadAvoidsStatePropagation) {
  auto done = make_chan<bool>();
  go([=] {
    runtime::LockOSThread();
    char mine[16] = {};
    pthread_setname_np(pthread_self(), "changed");
    for (int i = 0; i < 8; i++) {
      auto name = make_chan<std::string>(1);
      go([=] {
        char buf[16] = {};
        pthread_getname_np(pthread_self(), buf, sizeof buf);
        runtime::blocking([] { usleep(2000); });  // so that other goroutines need threads of their own
        name.send(buf);
      });
      if (i % 2 == 0) {
        EXPECT_NE(name.recv(), "changed");
      }
    }
    pthread_getname_np(pthread_self(), mine, sizeof mine);
    EXPECT_STREQ(mine, "changed");
    done.send(true);
  });
  done.recv();
}

void preemption_after_syscall(time::Duration d) {
  constexpr int kRoutines = 8;
  Procs procs(2);
  auto c = make_chan<bool>(kRoutines);
  std::atomic<bool> stop{false};
  time::Time start = time::Now();
  for (int g = 0; g < kRoutines; g++)
    go([&, d] {
      c.send(true);
      while (!stop)
        runtime::blocking([&] {
          for (int64_t begin = rt::nanotime(); rt::nanotime() - begin < d.Nanoseconds();) {
          }
        });
      c.send(true);
    });
  for (int g = 0; g < kRoutines; g++) c.recv();
  stop = true;
  for (int g = 0; g < kRoutines; g++) c.recv();
  EXPECT_LT(time::Since(start), 30 * time::Second) << d.String();
}

GO_TEST(PreemptionAfterSyscall) {
  for (int us : {10, 100, 1000}) preemption_after_syscall(us * time::Microsecond);
}

// The current g is the goroutine's, on whichever thread it continues.
GO_TEST(GetgThreadSwitch) {
  Procs procs(4);
  sync::WaitGroup wg;
  for (int i = 0; i < 8; i++) {
    wg.Add(1);
    go([&] {
      rt::g* const me = rt::getg();
      for (int k = 0; k < 1000; k++) {
        runtime::Gosched();
        ASSERT_EQ(rt::getg(), me);
        ASSERT_EQ(rt::getg()->m->curg, me);
      }
      wg.Done();
    });
  }
  wg.Wait();
}

GO_TEST(NetpollBreak) {
  rt::netpollinit();
  std::atomic<bool> done{false};
  time::Time start = time::Now();
  std::thread poller([&] {
    rt::gList list = rt::netpoll((60 * time::Second).Nanoseconds());
    EXPECT_TRUE(list.empty());
    done = true;
  });
  // One break may go to the scheduler's own poller.
  while (!done) {
    usleep(100);
    rt::netpollbreak();
    rt::netpollbreak();
  }
  poller.join();
  EXPECT_LT(time::Since(start), 30 * time::Second);
}

TEST(GoRuntimeTest, BigGOMAXPROCS) {
  auto o = child::start("num_goroutine", {"GOMAXPROCS=1024"});
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.err, "1\n");
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
