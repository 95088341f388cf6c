// The scheduler under random load: goroutines that park, yield, end by Goexit, panic, lock their thread, block in
// system calls of either kind and in std::mutex, never yield, fork; ordinary threads beside them; and GOMAXPROCS
// changing all the while. Invariants: every goroutine that was started ends, and ends once; tokens are neither lost nor
// doubled; nobody sleeps for ever (a test that does not end fails by its time).
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <mutex>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "tests/stress/stress.h"
#include "tests/under_tool.h"
#include "tests/unit/eventually.h"

extern char** environ;

using namespace gort;
using stress::Procs;
using stress::Random;
using stress::until_over;
using time::Microsecond;
using time::Millisecond;

namespace {

// A tool allows fewer goroutines at a time, and each costs more.
const uint32_t kScale = tool::slow() ? 8 : 1;

// procs_changer sets GOMAXPROCS to something from 1 to 64 every few milliseconds while it lives.
class procs_changer {
 public:
  procs_changer() : old_(runtime::GOMAXPROCS(0)) {
    go([this] {
      Random r;
      do {
        static constexpr std::array<int, 10> some{1, 1, 2, 2, 3, 4, 8, 16, 33, 64};
        runtime::GOMAXPROCS(some[r(some.size())]);
        changes_++;
        time::Sleep(time::Duration(r(4000)) * Microsecond);
      } while (!stop_);
      done_.close();
    });
  }
  ~procs_changer() {
    stop_ = true;
    done_.recv();
    runtime::GOMAXPROCS(old_);
    EXPECT_GT(changes_, 0);
  }

 private:
  int old_;
  std::atomic<bool> stop_{false};
  std::atomic<int> changes_{0};
  chan<int> done_ = make_chan<int>();
};

void spin_for(std::chrono::microseconds d) {
  auto until = std::chrono::steady_clock::now() + d;
  while (std::chrono::steady_clock::now() < until) asm volatile("");
}

// A life counts itself in when its goroutine is started and out when the goroutine's closure is destroyed, whatever way
// it ended.
struct lives {
  std::atomic<int64_t> begun{0}, ended{0}, returned{0}, exited{0}, recovered{0};
};
struct life {
  lives* of;
  explicit life(lives& l) : of(&l) { of->begun++; }
  life(life&& o) noexcept : of(std::exchange(o.of, nullptr)) {}
  ~life() {
    if (of != nullptr) of->ended++;
  }
};

[[gnu::noinline]] FAULTS void divide_by_zero() {
  int zero = 0;
  asm volatile("" : "+r"(zero));
  int q = 7 / zero;
  asm volatile("" : : "r"(q));
}

// live is one goroutine's life: some steps, perhaps children, then one of the ways to end.
void live(lives& all, std::shared_ptr<std::array<chan<int>, 3>> meet, int generation) {
  Random r;
  std::array<chan<int>, 3>& c = *meet;
  func([&] {
    defer([&] {
      if (any e = recover()) all.recovered++;
    });
    for (uint32_t steps = r(6); steps > 0; steps--) {
      switch (r(8)) {
        case 0:
          runtime::Gosched();
          break;
        case 1:
          time::Sleep(time::Duration(r(200)) * Microsecond);
          break;
        case 2:
          select(send(c[r(3)], 1), recv(c[r(3)]), recv(time::After(time::Duration(r(300)) * Microsecond)));
          break;
        case 3:
          c[r(3)].try_send(1);
          c[r(3)].try_recv();
          break;
        case 4:
          runtime::blocking([] { sched_yield(); });
          break;
        case 5:
          if (r(8) == 0) usleep(r(300));  // a plain system call
          break;
        case 6:
          if (r(16) == 0) spin_for(std::chrono::microseconds(r(3000)));
          break;
        case 7:
          if (generation < 3)
            for (uint32_t children = r(4); children > 0; children--)
              go([&all, meet, generation, l = life(all)] { live(all, meet, generation + 1); });
          break;
      }
    }
    switch (r(8)) {
      case 0:
        all.exited++;
        runtime::Goexit();
      case 1:
        panic("an end");
      case 2:
        divide_by_zero();
        break;
      case 3:
        runtime::LockOSThread();
        if (r(2) == 0) runtime::Gosched();
        if (r(4) != 0) runtime::UnlockOSThread();  // else it ends locked, and its thread with it
        break;
      default:
        break;
    }
    all.returned++;
  });
}

TEST(SchedStress, EveryGoroutineEndsOnce) {
  gort::run([] {
    lives all;
    auto meet = std::make_shared<std::array<chan<int>, 3>>(
        std::array<chan<int>, 3>{make_chan<int>(), make_chan<int>(1), make_chan<int>(5)});
    {
      procs_changer changes;
      until_over([&] {
        for (int i = 0; i < 10; i++) go([&all, meet, l = life(all)] { live(all, meet, 0); });
        while (all.begun - all.ended > 2000 / kScale) time::Sleep(100 * Microsecond);
        runtime::Gosched();
      });
    }
    EXPECT_TRUE(eventually([&] { return all.begun == all.ended; }));
    EXPECT_EQ(all.begun.load(), all.ended.load());
    EXPECT_EQ(all.ended.load(), all.returned + all.exited + all.recovered);
    printf("%lld goroutines: %lld returned, %lld by Goexit, %lld by a panic\n", static_cast<long long>(all.ended),
           static_cast<long long>(all.returned), static_cast<long long>(all.exited),
           static_cast<long long>(all.recovered));
  });
}

// Tokens go round between goroutines and threads, held up by whatever holds up a thread.
TEST(SchedStress, TokensSurviveHandoffAndForeignThreads) {
  constexpr int kTokens = 40, kGoroutines = 24, kThreads = 4;
  std::array<chan<int>, 6> c;
  for (size_t i = 0; i < c.size(); i++) c[i] = make_chan<int>(i < 2 ? 0 : int(i) * 4);
  std::atomic<bool> stop{false};
  std::atomic<int64_t> hops{0};
  std::array<std::atomic<int>, kTokens> held{};
  std::mutex mu;
  auto quit = make_chan<int>();
  // Takes a token, is held up, passes it on; whoever ends while it has one gives it back.
  auto back = make_chan<int>(kTokens);
  auto worker = [&](bool goroutine) {
    Random r;
    while (!stop) {
      int token = -1;
      select(recv(c[r(6)], &token), recv(c[r(6)], &token), recv(c[r(6)], &token), recv(quit));
      if (token < 0 || token >= kTokens) continue;  // quit
      EXPECT_EQ(held[size_t(token)]++, 0) << "a token is in two hands";
      switch (r(24)) {
        case 0:
          runtime::blocking([&] { usleep(r(500)); });
          break;
        case 1:
          usleep(r(500));
          break;
        case 2: {
          std::lock_guard l(mu);
          if (r(4) == 0) usleep(r(1000));
          break;
        }
        case 3:
          if (r(8) == 0) spin_for(std::chrono::microseconds(r(15000)));
          break;
        case 4:
          if (goroutine) {
            runtime::LockOSThread();
            runtime::Gosched();
            runtime::UnlockOSThread();
          }
          break;
        case 5:
          time::Sleep(time::Duration(r(500)) * Microsecond);
          break;
        default:
          break;
      }
      hops++;
      held[size_t(token)]--;
      // Someone may end before it receives, so that nobody is left on the other side: quit ends this wait too.
      if (select(send(c[r(6)], token), send(c[r(6)], token), recv(quit)) == 2) back.send(token);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) threads.emplace_back([&] { worker(false); });
  gort::run([&] {
    sync::WaitGroup wg;
    for (int i = 0; i < kGoroutines; i++) {
      wg.Add(1);
      go([&] {
        worker(true);
        wg.Done();
      });
    }
    Random r;
    {
      procs_changer changes;
      for (int t = 0; t < kTokens; t++) c[2 + r(4)].send(t);
      time::Sleep(stress::test_time());
      EXPECT_TRUE(eventually([&] { return hops > kTokens; }));
    }
    stop = true;
    quit.close();
    wg.Wait();
  });
  for (auto& t : threads) t.join();
  std::array<int, kTokens> seen{};
  for (auto& ch : c)
    while (auto t = ch.try_recv()) seen[size_t(*t)]++;
  while (auto t = back.try_recv()) seen[size_t(*t)]++;
  for (int n : seen) EXPECT_EQ(n, 1) << "a token is lost or doubled";
  printf("%lld hops\n", static_cast<long long>(hops));
}

// Many short goroutines made by few: whatever lies in one P's queue is stolen by others. Each is run once.
TEST(SchedStress, StolenWorkRunsOnce) {
  gort::run([] {
    until_over([] {
      Random r;
      Procs p(1 + int(r(8)));
      const size_t n = (500 + r(3000)) / kScale;  // above 256 the queue overflows
      std::vector<std::atomic<int>> ran(n);
      sync::WaitGroup wg;
      wg.Add(int(n));
      for (size_t i = 0; i < n; i++) {
        go([&ran, &wg, i] {
          ran[i]++;
          wg.Done();
        });
        if (r(50) == 0) runtime::Gosched();
      }
      wg.Wait();
      for (auto& k : ran) EXPECT_EQ(k, 1);
    });
  });
}

// Locked goroutines keep their threads while they talk, in a ring, with unlocked ones between them.
TEST(SchedStress, LockedGoroutinesKeepTheirThreads) {
  gort::run([] {
    constexpr size_t n = 8;
    std::array<chan<int>, n> ring;
    for (auto& c : ring) c = make_chan<int>();
    auto quit = make_chan<int>();
    std::atomic<int64_t> hops{0};
    sync::WaitGroup wg;
    for (size_t i = 0; i < n; i++) {
      wg.Add(1);
      go([&, i] {
        Random r;
        const bool locked = i % 2 == 0;
        if (locked) runtime::LockOSThread();
        const pid_t tid = gettid();
        auto still_here = [&] {
          if (locked) {
            EXPECT_EQ(gettid(), tid);
          }
        };
        for (int v; select(recv(ring[i], &v), recv(quit)) == 0;) {
          still_here();
          if (r(10) == 0) runtime::blocking([] { sched_yield(); });
          still_here();
          if (r(10) == 0) time::Sleep(time::Duration(r(100)) * Microsecond);
          still_here();
          hops++;
          if (select(send(ring[(i + 1) % n], v), recv(quit)) != 0) break;
        }
        still_here();
        wg.Done();
      });
    }
    {
      procs_changer changes;
      for (int token = 0; token < 3; token++) ring[0].send(token);
      time::Sleep(stress::test_time());
      EXPECT_TRUE(eventually([&] { return hops > 10; }));
    }
    quit.close();
    wg.Wait();
  });
}

// Goroutines and threads start programs all the time; each child comes back with its own status.
TEST(SchedStress, ForkAndExecUnderLoad) {
  std::atomic<bool> stop{false};
  std::atomic<int> started{0};
  auto start_one = [&](Random& r) {
    int want = int(r(100));
    std::string script = "exit " + std::to_string(want);
    const char* argv[] = {"sh", "-c", script.c_str(), nullptr};
    pid_t pid;
    if (r(2) == 0) {
      pid = fork();
      if (pid == 0) {
        execv("/bin/sh", const_cast<char**>(argv));
        _exit(127);
      }
    } else if (posix_spawn(&pid, "/bin/sh", nullptr, nullptr, const_cast<char**>(argv), environ) != 0) {
      pid = -1;
    }
    ASSERT_GT(pid, 0);
    int status = 0;
    pid_t got = runtime::blocking([&] { return waitpid(pid, &status, 0); });
    EXPECT_EQ(got, pid);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == want) << status;
    started++;
  };
  std::thread thread([&] {
    Random r;
    do start_one(r);
    while (!stop);
  });
  gort::run([&] {
    procs_changer changes;
    auto c = make_chan<int>();
    sync::WaitGroup wg;
    for (int i = 0; i < 4; i++) {
      wg.Add(2);
      go([&] {
        while (!stop) select(send(c, 1), recv(c), recv(time::After(Millisecond)));
        wg.Done();
      });
      go([&] {
        Random r;
        if (r(2) == 0) runtime::LockOSThread();
        while (!stop) start_one(r);
        wg.Done();
      });
    }
    time::Sleep(stress::test_time());
    stop = true;
    wg.Wait();
  });
  thread.join();
  EXPECT_GT(started, 0);
}

// Timers of every kind while Ps come and go: those of a retired P are moved, none is lost.
TEST(SchedStress, TimersOutliveTheirPs) {
  gort::run([] {
    std::atomic<int64_t> started{0}, fired{0};
    {
      procs_changer changes;
      until_over([&] {
        Random r;
        for (int i = 0; i < 20; i++) {
          started += 2;
          time::AfterFunc(time::Duration(r(3000)) * Microsecond, [&] { fired++; });
          go([&, d = time::Duration(r(3000)) * Microsecond] {
            time::Sleep(d);
            fired++;
          });
        }
        while (started - fired > 2000 / kScale) time::Sleep(100 * Microsecond);
      });
    }
    EXPECT_TRUE(eventually([&] { return started == fired; }));
    EXPECT_EQ(started.load(), fired.load());
  });
}

// Threads, which the stopped world does not stop, reset and stop pending timers while these move from P to P.
TEST(SchedStress, MovingTimersArePendingForThreadsToo) {
  gort::run([] {
    std::atomic<bool> stop{false};
    procs_changer changes;
    std::thread t([&] {
      do {
        auto timers = make_chan<time::TimerPtr>();
        for (int i = 0; i < 4; i++) go([=] { timers.send(time::AfterFunc(time::Hour, [] {})); });
        for (int i = 0; i < 4; i++) {
          auto timer = timers.recv();
          for (int n = 0; n < 2000; n++) EXPECT_TRUE(timer->Reset(time::Hour + time::Duration(n)));
          EXPECT_TRUE(timer->Stop());
          EXPECT_FALSE(timer->Stop());
        }
      } while (!stop);
    });
    until_over([] { time::Sleep(Millisecond); });
    stop = true;
    t.join();
  });
}

// The world is stopped for traces and for GC while everything runs.
TEST(SchedStress, StoppingTheWorldLosesNobody) {
  gort::run([] {
    Procs four(4);
    std::atomic<bool> stop{false};
    std::array<std::atomic<int64_t>, 12> turns{};
    sync::WaitGroup wg;
    auto c = make_chan<int>();
    for (size_t i = 0; i < turns.size(); i++) {
      wg.Add(1);
      go([&, i] {
        Random r;
        while (!stop) {
          switch (i % 4) {
            case 0:
              runtime::Gosched();
              break;
            case 1:
              select(send(c, 1), recv(c), otherwise());
              break;
            case 2:
              runtime::blocking([&] { usleep(r(100)); });
              break;
            case 3:
              spin_for(std::chrono::microseconds(r(100)));
              break;
          }
          turns[i]++;
        }
        wg.Done();
      });
    }
    std::vector<char> text(256 << 10);
    Random r;
    until_over([&] {
      std::array<int64_t, 12> before;
      for (size_t i = 0; i < turns.size(); i++) before[i] = turns[i];
      if (r(4) == 0) {
        EXPECT_GT(runtime::Stack(text, true), 100u);
      } else if (r(2) == 0) {
        runtime::GC();
      } else {
        runtime::GOMAXPROCS(1 + int(r(6)));
      }
      for (size_t i = 0; i < turns.size(); i++)
        while (turns[i] == before[i]) time::Sleep(100 * Microsecond);
    });
    stop = true;
    wg.Wait();
  });
}

}  // namespace
