// Goroutines and the scheduler: the go statement, order, counts, Ps, threads, and that nothing starves.
#include <gtest/gtest.h>

#include <gort/gort.h>
#include <gort/net.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cfenv>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <sched.h>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "child_program.h"
#include "eventually.h"
#include "sched/proc.h"

using namespace gort;

namespace {

using std::chrono::steady_clock;

double ms_since(steady_clock::time_point t) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - t).count();
}

// Procs sets GOMAXPROCS for a scope.
struct Procs {
  int old;
  explicit Procs(int n) : old(runtime::GOMAXPROCS(n)) {}
  ~Procs() { runtime::GOMAXPROCS(old); }
};

// Goroutines of the test before have ended.
void settle() {
  ASSERT_TRUE(alone()) << runtime::NumGoroutine();
}

// ---- the switch ----

TEST(Switch, AGoroutineKeepsItsFloatingPointModes) {
  SKIP_UNDER(tool::kValgrind, "it rounds to nearest whatever the mode");
  gort::run([] {
    Procs one(1);
    auto done = make_chan<bool>();
    for (int mode : {FE_UPWARD, FE_TONEAREST, FE_DOWNWARD}) {
      go([=] {
        std::fesetround(mode);
        for (int i = 0; i < 100; i++) {
          runtime::Gosched();
          volatile double a = 7, b = 10, q = a / b;            // SSE
          volatile long double la = 7, lb = 10, lq = la / lb;  // x87
          EXPECT_EQ(std::fegetround(), mode);
          EXPECT_EQ(q > 0.7, mode == FE_UPWARD);
          EXPECT_EQ(lq > 0.7L, mode == FE_UPWARD);
        }
        std::fesetround(FE_TONEAREST);
        done.send(true);
      });
    }
    for (int i = 0; i < 3; i++) done.recv();
    EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  });
}

// ---- the go statement ----

struct Counted {
  static inline std::atomic<int> alive{0}, copies{0};
  int v;
  explicit Counted(int n) : v(n) { alive++; }
  Counted(const Counted& o) : v(o.v) { alive++, copies++; }
  Counted(Counted&& o) noexcept : v(o.v) { alive++; }
  ~Counted() { alive--; }
};

TEST(Go, ArgumentsAreEvaluatedAndCopiedAtTheStatement) {
  gort::run([] {
    auto got = make_chan<std::string>(10);
    std::string s = "then";
    int n = 1;
    go([&got](const std::string& a, int b) { got.send(a + std::to_string(b)); }, s, n);
    auto f = [&got](const char* w) { got.send(w); };
    go(f, "closure");
    s = "later";
    n = 2;
    std::set<std::string> all{got.recv(), got.recv()};
    EXPECT_EQ(all, (std::set<std::string>{"then1", "closure"}));
  });
}

struct Worker {
  chan<int> c;
  int n = 3;
  void work(int k) { c.send(n + k); }
  void tell() const { c.send(n); }
};

TEST(Go, EveryCallable) {
  gort::run([] {
    auto c = make_chan<int>(20);
    Worker w{c};
    go(&Worker::work, &w, 10);                                     // 13
    go(&Worker::tell, w);                                          // 3
    go(&Worker::tell, std::make_shared<Worker>(Worker{c, 5}));     // 5
    go(std::function<void(int)>([c](int v) { c.send(v); }), 100);  // 100
    go([](std::unique_ptr<int> p, chan<int> d) { d.send(*p); }, std::make_unique<int>(1000), c);
    go([c, k = std::make_unique<int>(10000)] { c.send(*k); });
    go([c](auto... a) { c.send(int(sizeof...(a)) * 100000); }, 1, 'c', 2.0);  // 300000
    go([c]() mutable { return c.send(1000000), std::string("dropped"); });
    int sum = 0;
    for (int i = 0; i < 8; i++) sum += c.recv();
    EXPECT_EQ(sum, 13 + 3 + 5 + 100 + 1000 + 10000 + 300000 + 1000000);
    settle();
  });
}

TEST(Go, ClosureIsDestroyedOnceWhenTheGoroutineEnds) {
  gort::run([] {
    for (int how = 0; how < 3; how++) {
      auto done = make_chan<int>();
      Counted::copies = 0;
      {
        Counted c(1);
        go([c, how, done] {
          done.recv();
          if (how == 1) runtime::Goexit();
          if (how == 2) func([&] { runtime::Goexit(); });
        });
        EXPECT_GE(Counted::copies, 1);
      }
      EXPECT_EQ(Counted::alive, 1) << "the goroutine has its own";
      done.send(0);
      EXPECT_TRUE(eventually([] { return Counted::alive == 0; })) << how;
    }
    settle();
  });
}

TEST(Go, ThrowingCopyConstructorStartsNothing) {
  struct Throws {
    std::array<char, 200> bytes{};
    Throws() = default;
    Throws(const Throws&) { throw std::runtime_error("copy"); }
  };
  gort::run([] {
    settle();
    Throws t;
    size_t made = rt::allglen();
    for (int i = 0; i < 1000; i++) {
      EXPECT_THROW(go([](const Throws&) {}, t), std::runtime_error);
      EXPECT_THROW(go([t] {}), std::runtime_error);
    }
    EXPECT_EQ(runtime::NumGoroutine(), 1);
    EXPECT_LE(rt::allglen(), made + 64) << "the goroutines that were not started are used again";
  });
}

TEST(Go, BigAndOverAlignedClosures) {
  struct alignas(256) Wide {
    std::array<unsigned char, 5000> bytes;
  };
  gort::run([] {
    auto ok = make_chan<bool>(100);
    for (int i = 0; i < 50; i++) {
      Wide w;
      w.bytes.fill(static_cast<unsigned char>(i));
      auto right = [](const Wide& x, int k) {
        return reinterpret_cast<uintptr_t>(&x) % 256 == 0 &&
               std::all_of(x.bytes.begin(), x.bytes.end(), [k](unsigned char b) { return b == k; });
      };
      go([=] { ok.send(right(w, i)); });
      go([=](const Wide& x) { ok.send(right(x, i)); }, w);
    }
    for (int i = 0; i < 100; i++) EXPECT_TRUE(ok.recv());
  });
}

GO_PROGRAM(go_nil) {
  func([&] {
    defer([] { println("never"); });
    go(std::function<void()>());
  });
}

TEST(Go, NilFunctionIsFatal) {
  child::outcome o = child::start("go_nil");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^fatal error: go of nil func value\n\ngoroutine 1 ")) << o;
  EXPECT_FALSE(o.has("never")) << o;
}

// ---- order ----

// expect_order compares the numbers that f has noted down at one P, before every 61st turn, at which the global queue
// comes first.
template <class F>
void expect_order(const std::vector<int>& want, F f) {
  gort::run([&] {
    ASSERT_TRUE(alone());
    EXPECT_EQ(in_one_slice([&] {
                sequence order;
                rt::getg()->m->p->schedtick = 1;
                f(order);
                return order.all();
              }),
              want);
  });
}

TEST(Order, AtOnePTheNewestRunsNextThenTheOthersInOrder) {
  expect_order({4, 0, 1, 2, 3}, [](sequence& order) {
    sync::WaitGroup wg;
    for (int i = 0; i < 5; i++) {
      wg.Add(1);
      go([&, i] {
        order.push(i);
        wg.Done();
      });
    }
    wg.Wait();
  });
}

TEST(Order, GoschedTakesTurns) {
  expect_order({2, 0, 1, 2, 0, 1, 2, 0, 1}, [](sequence& order) {
    sync::WaitGroup wg;
    for (int i = 0; i < 3; i++) {
      wg.Add(1);
      go([&, i] {
        for (int k = 0; k < 3; k++) {
          order.push(i);
          runtime::Gosched();
        }
        wg.Done();
      });
    }
    wg.Wait();
  });
}

// What yields waits for what is ready later, until the local queue has run dry.
TEST(Order, WhoYieldsLetsAllOthersGoFirst) {
  expect_order({4, 1, 3, 2, 0}, [](sequence& order) {
    sync::WaitGroup wg;
    auto note = [&](int i) {
      return [&, i] {
        order.push(i);
        wg.Done();
      };
    };
    wg.Add(5);
    go([&] {
      go(note(2));
      go(note(3));
      note(1)();
    });
    go([&] {
      go(note(4));
      runtime::Gosched();
      note(0)();
    });
    wg.Wait();
  });
}

// Every 61st turn the global queue comes first.
TEST(Order, WhoYieldsIsNotOvertakenForEver) {
  gort::run([] {
    Procs one(1);
    bool stop = false;
    std::function<void()> again = [&] {
      if (stop) return;
      go(again);  // the next to run; what it kicks out of that place goes to the ring, which never runs dry
      go([] {});
    };
    go(again);
    rt::getg()->m->p->schedtick = 1;
    runtime::Gosched();
    EXPECT_LE(rt::getg()->m->p->schedtick, 1000u);
    stop = true;
    settle();
  });
}

// Who yields is in the p's own queue, what a thread starts in the global one: several ps take from both.
TEST(Order, NeitherWhoYieldsNorWhatThreadsStartStarves) {
  gort::run([] {
    Procs two(2);
    std::atomic<bool> stop{false};
    std::array<std::atomic<int>, 6> turns{};
    sync::WaitGroup yielders;
    yielders.Add(int(turns.size()));
    for (auto& t : turns)
      go([&] {
        for (; !stop; t++) runtime::Gosched();
        yielders.Done();
      });
    std::thread flood([&] {
      for (int i = 0; i < 200; i++) {
        sync::WaitGroup started;
        started.Add(50);
        for (int k = 0; k < 50; k++) go([&] { started.Done(); });
        started.Wait();
      }
      for (auto& t : turns) t = 0;
      EXPECT_TRUE(eventually([&] { return std::ranges::all_of(turns, [](auto& t) { return t > 0; }); }));
      stop = true;
    });
    yielders.Wait();
    flood.join();
  });
}

TEST(Order, AReadiedGoroutineRunsBeforeThoseThatWaitedLonger) {
  expect_order({9, 0, 1, 2}, [](sequence& order) {
    auto c = make_chan<int>();
    sync::WaitGroup wg;
    wg.Add(4);
    go([&] {
      c.recv();
      order.push(9);
      wg.Done();
    });
    runtime::Gosched();
    for (int i = 0; i < 3; i++)
      go([&, i] {
        order.push(i);
        wg.Done();
      });
    c.send(1);
    wg.Wait();
  });
}

// The global queue is looked at now and then although the local one never runs dry.
TEST(Order, TwoThatWakeEachOtherDoNotStarveTheRest) {
  gort::run([] {
    Procs one(1);
    auto a = make_chan<int>(), b = make_chan<int>();
    std::atomic<bool> stop{false};
    std::atomic<int> ran{0};
    go([=, &stop] {
      while (!stop) {
        a.send(1);
        b.recv();
      }
      a.close();
    });
    go([=] {
      for (auto [v, ok] = a.recv_ok(); ok; std::tie(v, ok) = a.recv_ok()) b.send(v);
    });
    for (int i = 0; i < 100; i++) go([&] { ran++; });
    EXPECT_TRUE(eventually([&] { return ran == 100; }));
    stop = true;
    settle();
  });
}

// ---- counts ----

TEST(NumGoroutine, CountsThoseThatExist) {
  gort::run([] {
    settle();
    auto stop = make_chan<int>();
    for (int i = 0; i < 100; i++) go([=] { stop.recv(); });
    EXPECT_EQ(runtime::NumGoroutine(), 101);
    runtime::Gosched();
    EXPECT_EQ(runtime::NumGoroutine(), 101);
    stop.close();
    settle();
  });
}

TEST(GOMAXPROCS, ReturnsThePreviousValueAndIgnoresNumbersBelowOne) {
  gort::run([] {
    int first = runtime::GOMAXPROCS(0);
    EXPECT_GE(first, 1);
    EXPECT_EQ(runtime::GOMAXPROCS(3), first);
    EXPECT_EQ(runtime::GOMAXPROCS(-1), 3);
    EXPECT_EQ(runtime::GOMAXPROCS(0), 3);
    EXPECT_EQ(runtime::GOMAXPROCS(first), 3);
  });
}

TEST(GOMAXPROCS, ChangesUnderLoad) {
  gort::run([] {
    Procs keep(1);
    std::atomic<bool> stop{false};
    std::atomic<int64_t> turns{0};
    sync::WaitGroup wg;
    for (int i = 0; i < 20; i++) {
      wg.Add(1);
      go([&] {
        while (!stop) {
          turns++;
          runtime::Gosched();
        }
        wg.Done();
      });
    }
    for (int n : {1, 2, 7, 1, 64, 3, 32, 1, 2}) {
      runtime::GOMAXPROCS(n);
      int64_t before = turns;
      EXPECT_TRUE(eventually([&] { return turns > before + 100; })) << n;
      EXPECT_EQ(runtime::GOMAXPROCS(0), n);
    }
    stop = true;
    wg.Wait();
  });
}

GO_PROGRAM(print_procs) {
  println(runtime::GOMAXPROCS(0), runtime::NumCPU());
}

TEST(GOMAXPROCS, ComesFromTheEnvironmentOrTheProcessorsOfTheProcess) {
  std::string cpus = std::to_string(runtime::NumCPU());
  cpu_set_t set;
  ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  EXPECT_EQ(runtime::NumCPU(), CPU_COUNT(&set));
  EXPECT_EQ(child::start("print_procs", {"GOMAXPROCS=5"}).err, "5 " + cpus + "\n");
  EXPECT_EQ(child::start("print_procs", {"GOMAXPROCS="}).err, cpus + " " + cpus + "\n");
  EXPECT_EQ(child::start("print_procs", {"GOMAXPROCS=nonsense"}).err, cpus + " " + cpus + "\n");
  EXPECT_EQ(child::start("print_procs", {"GOMAXPROCS=-3"}).err, cpus + " " + cpus + "\n");
  child::outcome o =
      child::execute({"taskset", "-c", "0", std::filesystem::read_symlink("/proc/self/exe"), "--child", "print_procs"});
  if (o.exited(0)) {
    EXPECT_EQ(o.err, "1 1\n");
  }
}

TEST(Parallelism, TwoGoroutinesRunAtTheSameTime) {
  gort::run([] {
    Procs two(2);
    std::atomic<int> turn{0};
    sync::WaitGroup wg;
    wg.Add(2);
    for (int me = 0; me < 2; me++)
      go([&, me] {
        for (int k = 0; k < 10; k++) {
          while (turn % 2 != me) sched_yield();  // never enters the runtime
          turn++;
        }
        wg.Done();
      });
    wg.Wait();
    EXPECT_EQ(turn, 20);
  });
}

// ---- LockOSThread ----

bool thread_exists(pid_t tid) {
  return std::filesystem::exists("/proc/self/task/" + std::to_string(tid));
}

TEST(LockOSThread, KeepsTheThreadAndKeepsOthersOffIt) {
  gort::run([] {
    Procs four(4);
    std::atomic<bool> stop{false};
    std::atomic<pid_t> locked{0};
    std::atomic<int> intruders{0};
    sync::WaitGroup wg, others;
    for (int i = 0; i < 8; i++) {
      others.Add(1);
      go([&] {
        while (!stop) {
          if (gettid() == locked) intruders++;
          runtime::Gosched();
        }
        others.Done();
      });
    }
    wg.Add(1);
    go([&] {
      runtime::LockOSThread();
      pid_t tid = gettid();
      locked = tid;
      auto c = make_chan<int>();
      for (int i = 0; i < 200; i++) {
        switch (i % 4) {
          case 0:
            runtime::Gosched();
            break;
          case 1:
            go([=] { c.send(1); });
            c.recv();
            break;
          case 2:
            time::Sleep(100 * time::Microsecond);
            break;
          case 3:
            runtime::blocking([] { sched_yield(); });
            break;
        }
        EXPECT_EQ(gettid(), tid);
      }
      locked = 0;
      runtime::UnlockOSThread();
      wg.Done();
    });
    wg.Wait();
    stop = true;
    others.Wait();
    EXPECT_EQ(intruders, 0);
  });
}

// ends_its_thread starts a goroutine that locks and unlocks its thread so often and ends; it tells whether the thread
// has ended too.
bool ends_its_thread(int locks, int unlocks, bool by_goexit = false) {
  auto c = make_chan<pid_t>();
  go([=] {
    for (int i = 0; i < locks; i++) runtime::LockOSThread();
    for (int i = 0; i < unlocks; i++) runtime::UnlockOSThread();
    c.send(gettid());
    if (by_goexit) runtime::Goexit();
  });
  pid_t tid = c.recv();
  if (locks > unlocks) return eventually([&] { return !thread_exists(tid); });
  EXPECT_TRUE(alone());
  time::Sleep(20 * time::Millisecond);
  return !thread_exists(tid);
}

TEST(LockOSThread, NestsAndAGoroutineThatEndsLockedEndsItsThread) {
  gort::run([] {
    EXPECT_TRUE(ends_its_thread(1, 0));
    EXPECT_TRUE(ends_its_thread(1, 0, true));
    EXPECT_TRUE(ends_its_thread(3, 2));
    EXPECT_FALSE(ends_its_thread(2, 2));
    EXPECT_FALSE(ends_its_thread(0, 1)) << "unlocking what is not locked does nothing";
    EXPECT_TRUE(ends_its_thread(2, 1));
  });
}

TEST(LockOSThread, TwoLockedGoroutinesTalk) {
  gort::run([] {
    for (int procs : {1, 2}) {
      Procs p(procs);
      auto a = make_chan<int>(), b = make_chan<int>();
      go([=] {
        runtime::LockOSThread();
        for (int v : a) b.send(v + 1);
        runtime::UnlockOSThread();
        b.close();
      });
      runtime::LockOSThread();
      for (int i = 0; i < 300; i++) {
        a.send(i);
        EXPECT_EQ(b.recv(), i + 1);
      }
      runtime::UnlockOSThread();
      a.close();
      b.recv();
    }
  });
}

// ---- nothing starves ----

// turns measures, until half of at least eleven times are short: a busy machine may delay any of them, as long as it is
// busy.
template <class F>
void turns(const char* what, F milliseconds) {
  const double enough = tool::slow() ? 2000 : 200;
  const auto begin = steady_clock::now();
  std::vector<double> waits;
  double median = 0;
  do {
    for (int i = 0; i < 11; i++) waits.push_back(milliseconds());
    std::sort(waits.begin(), waits.end());
    median = waits[waits.size() / 2];
  } while (median >= enough && ms_since(begin) < 60'000);
  printf("%s: a turn after %.1f ms (median), %.1f ms at most\n", what, median, waits.back());
  EXPECT_LT(median, enough) << what;
}

// How long the calling goroutine waits for its turn, at one P, after `hold` has begun on another one. The P is taken
// away within 20 ms.
template <class F>
void expect_turns(const char* what, F hold) {
  Procs one(1);
  turns(what, [&] {
    std::atomic<bool> stop{false};
    sync::WaitGroup wg;
    wg.Add(1);
    go([&] {
      hold(stop);
      wg.Done();
    });
    auto begin = steady_clock::now();
    runtime::Gosched();
    const double waited = ms_since(begin);
    stop = true;
    wg.Wait();
    return waited;
  });
}

TEST(NothingStarves, BehindAGoroutineThatNeverYields) {
  gort::run([] {
    expect_turns("endless loop", [](std::atomic<bool>& stop) {
      while (!stop) asm volatile("");
    });
  });
}

struct LongDestructor {
  std::atomic<bool>& stop;
  ~LongDestructor() {
    while (!stop) asm volatile("");
  }
};

TEST(NothingStarves, BehindALongDestructorOfAPanic) {
  gort::run([] {
    expect_turns("destructor", [](std::atomic<bool>& stop) {
      func([&] {
        defer([] { recover(); });
        LongDestructor d{stop};
        panic("p");
      });
    });
  });
}

TEST(NothingStarves, BehindAPlainBlockingSystemCall) {
  gort::run([] {
    int p[2];
    ASSERT_EQ(pipe(p), 0);
    std::thread writer;
    expect_turns("system call", [&](std::atomic<bool>& stop) {
      writer = std::thread([&] {
        while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (write(p[1], "x", 1) != 1) abort();
      });
      char c;
      if (read(p[0], &c, 1) != 1) abort();
      writer.join();
    });
    close(p[0]);
    close(p[1]);
  });
}

TEST(NothingStarves, BehindAStdMutex) {
  gort::run([] {
    expect_turns("std::mutex", [](std::atomic<bool>& stop) {
      std::mutex mu;
      std::atomic<bool> held{false};
      std::thread holder([&] {
        std::lock_guard l(mu);
        held = true;
        while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      });
      while (!held) std::this_thread::yield();
      mu.lock();
      mu.unlock();
      holder.join();
    });
  });
}

// The network at one P: what has arrived is delivered, and the one that waits for it gets its turn.
TEST(NothingStarves, TheNetworkBehindAGoroutineThatNeverYields) {
  auto [l, listen_error] = net::Listen("tcp", "127.0.0.1:0");
  ASSERT_EQ(listen_error, nil);
  std::thread echo([l = l] {
    auto [c, err] = l.Accept();
    std::array<char, 64> b;
    for (;;) {
      auto [n, read_error] = c.Read(std::span<char>(b));
      if (read_error != nil) break;
      c.Write(std::string_view(b.data(), size_t(n)));
    }
    c.Close();
  });
  gort::run([l = l] {
    auto [c, dial_error] = net::Dial("tcp", l.Addr().String());
    ASSERT_EQ(dial_error, nil);
    Procs one(1);
    turns("network", [&, &c = c] {
      std::atomic<bool> stop{false};
      sync::WaitGroup wg;
      wg.Add(1);
      go([&] {
        while (!stop) asm volatile("");
        wg.Done();
      });
      std::array<char, 64> b;
      auto begin = steady_clock::now();
      c.Write("ping");
      EXPECT_EQ(c.Read(std::span<char>(b)).n, 4);
      const double waited = ms_since(begin);
      stop = true;
      wg.Wait();
      return waited;
    });
    c.Close();
  });
  echo.join();
  l.Close();
}

TEST(NothingStarves, TimersBehindManyHogs) {
  gort::run([] {
    Procs two(2);
    std::atomic<bool> stop{false};
    sync::WaitGroup wg;
    for (int i = 0; i < 4; i++) {
      wg.Add(1);
      go([&] {
        while (!stop) asm volatile("");
        wg.Done();
      });
    }
    std::atomic<int> fired{0};
    auto t = time::AfterFunc(time::Millisecond, [&] { fired++; });
    auto begin = steady_clock::now();
    time::Sleep(2 * time::Millisecond);
    double slept = ms_since(begin);
    EXPECT_TRUE(eventually([&] { return fired == 1; }));
    stop = true;
    wg.Wait();
    printf("2 ms of sleep beside 4 hogs on 2 Ps: %.1f ms\n", slept);
    EXPECT_LT(slept, 10000);
  });
}

// ---- runtime::blocking ----

TEST(Blocking, ReturnsTheResultAndLetsExceptionsAndPanicsThrough) {
  gort::run([] {
    EXPECT_EQ(runtime::blocking([] { return 7; }), 7);
    int x = 1;
    int& r = runtime::blocking([&]() -> int& { return x; });
    EXPECT_EQ(&r, &x);
    EXPECT_EQ(*runtime::blocking([] { return std::make_unique<int>(3); }), 3);
    EXPECT_THROW(runtime::blocking([] { throw std::runtime_error("x"); }), std::runtime_error);
    any got;
    func([&] {
      defer([&] { got = recover(); });
      runtime::blocking([] { panic("inside"); });
    });
    EXPECT_EQ(*got.as<std::string>(), "inside");
    runtime::blocking([] { runtime::blocking([] { sched_yield(); }); });
    EXPECT_EQ(rt::getg()->blocking, 0u);
    auto c = make_chan<int>();
    go([=] { c.send(1); });
    EXPECT_EQ(runtime::blocking([=] { return c.recv(); }), 1) << "it may even park";
    runtime::Gosched();
  });
  EXPECT_EQ(runtime::blocking([] { return 8; }), 8) << "on a thread it just calls";
}

TEST(Blocking, HandsThePToWhoeverWaitsAtOnce) {
  gort::run([] {
    Procs one(1);
    for (int i = 0; i < 50; i++) {
      std::atomic<bool> ran{false};
      go([&] { ran = true; });
      runtime::blocking([&] {
        auto begin = steady_clock::now();
        while (!ran && ms_since(begin) < 60'000) sched_yield();
      });
      EXPECT_TRUE(ran);
    }
  });
}

TEST(Blocking, BriefCallsKeepTheirPForATimeSlice) {
  auto handoffs = [] {
    metrics::Sample s[] = {{"/sched/handoffs:events", {}}};
    metrics::Read(s);
    return s[0].Value.Uint64();
  };
  gort::run([&] {
    Procs one(1);
    std::atomic<bool> stop{false}, ran{false};
    go([&] {
      while (!stop) runtime::Gosched();
    });
    const uint64_t before = handoffs();
    auto brief = [] { return runtime::blocking(getppid); };
    for (int i = 0; i < 10000; i++) brief();
    EXPECT_LT(handoffs() - before, 1000u);
    stop = true;
    go([&] { ran = true; });
    for (auto begin = steady_clock::now(); !ran && ms_since(begin) < 60'000;) brief();
    EXPECT_TRUE(ran);
  });
}

// So many goroutines are in a system call at the same time.
void block_at_a_time(int n) {
  int p[2];
  ASSERT_EQ(pipe(p), 0);
  std::atomic<int> in{0};
  sync::WaitGroup wg;
  for (int i = 0; i < n; i++) {
    wg.Add(1);
    go([&] {
      char c;
      in++;
      ssize_t got = runtime::blocking([&] { return read(p[0], &c, 1); });
      EXPECT_EQ(got, 1);
      wg.Done();
    });
  }
  EXPECT_TRUE(eventually([&] { return in == n; }));
  for (int i = 0; i < n; i++) EXPECT_EQ(write(p[1], "x", 1), 1);
  wg.Wait();
  close(p[0]);
  close(p[1]);
}

TEST(Blocking, ManyAtATimeDoNotExhaustThePs) {
  gort::run([] {
    Procs one(1);
    block_at_a_time(100);
  });
}

TEST(Blocking, ThreadsAreUsedAgain) {
  auto threads = [] {
    const auto tasks = std::filesystem::directory_iterator("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  gort::run([&] {
    Procs one(1);
    block_at_a_time(100);
    const auto first = threads();
    EXPECT_GE(first, 100);
    for (int i = 0; i < 10; i++) {
      ASSERT_TRUE(eventually([] {
        metrics::Sample idle[] = {{"/sched/threads/idle:threads", {}}};
        metrics::Read(idle);
        return idle[0].Value.Uint64() >= 100;
      }));
      block_at_a_time(100);
    }
    EXPECT_LE(threads(), first + 10);
  });
}

GO_PROGRAM(too_many_threads) {
  debug::SetMaxThreads(20);
  for (int i = 0; i < 100; i++) go([] { runtime::blocking([] { pause(); }); });
  time::Sleep(time::Hour);
}

// Standard error is a full pipe for a while, so that the first thread to say it is still at it when the others come.
GO_PROGRAM(many_find_too_many_threads) {
  dup2(fileno(popen("sleep 0.3; exec cat >&2", "w")), 2);
  fcntl(2, F_SETFL, O_NONBLOCK);
  while (write(2, "x", 1) == 1) continue;
  fcntl(2, F_SETFL, 0);
  for (int i = 0; i < 8; i++) std::thread([] { debug::SetMaxThreads(1); }).detach();
  time::Sleep(time::Hour);
}

TEST(SetMaxThreads, ReturnsThePreviousLimitAndExceedingItIsFatal) {
  int before = debug::SetMaxThreads(5000);
  EXPECT_EQ(before, 10000);
  EXPECT_EQ(debug::SetMaxThreads(before), 5000);
  child::outcome o = child::start("too_many_threads");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^runtime: program exceeds 20-thread limit\nfatal error: thread exhaustion\n")) << o;
}

TEST(SetMaxThreads, IsToldOnceWhenManyFindItExceeded) {
  child::outcome o = child::start("many_find_too_many_threads");
  EXPECT_TRUE(o.exited(2)) << o;
  o.err.erase(0, o.err.find_first_not_of('x'));
  EXPECT_EQ(o.err.find("runtime: program exceeds 1-thread limit\nfatal error: thread exhaustion\n"), 0u) << o;
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
