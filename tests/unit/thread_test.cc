// Ordinary threads beside goroutines: they use the same constructs, start the runtime with gort::run, come and go. And
// what the runtime says when all are asleep, or after a fork.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
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

// ---- run ----

TEST(Run, ReturnsTheResult) {
  EXPECT_EQ(gort::run([] { return 7; }), 7);
  EXPECT_EQ(gort::run([] { return std::string(100, 'x'); }), std::string(100, 'x'));
  EXPECT_EQ(*gort::run([] { return std::make_unique<int>(3); }), 3);
  int n = 0;
  gort::run([&] { n = 5; });
  EXPECT_EQ(n, 5);
  struct alignas(128) Aligned {
    char c = 'a';
  };
  EXPECT_EQ(gort::run([] { return Aligned(); }).c, 'a');
  EXPECT_EQ(&gort::run([&]() -> int& { return n; }), &n);
  static_assert(std::is_same_v<decltype(gort::run([&]() -> int&& { return std::move(n); })), int&&>);
  auto f = [k = 0]() mutable { return ++k; };
  gort::run(f);
  EXPECT_EQ(gort::run(f), 2) << "called in place";
}

TEST(Run, RethrowsWhatLeavesTheFunction) {
  for (int i = 0; i < 20; i++) {
    EXPECT_THROW(gort::run([] { throw std::out_of_range("x"); }), std::out_of_range);
    EXPECT_THROW(gort::run([]() -> int { throw 1; }), int);
    try {
      gort::run([]() -> std::string {
        func([&] {
          defer([] { runtime::Gosched(); });
          throw std::runtime_error("kept");
        });
        return "never";
      });
    } catch (const std::exception& e) {
      EXPECT_STREQ(e.what(), "kept");
    }
    EXPECT_EQ(std::uncaught_exceptions(), 0);
  }
}

TEST(Run, OnAGoroutineJustCalls) {
  gort::run([] {
    rt::g* me = rt::getg();
    gort::run([&] { EXPECT_EQ(rt::getg(), me); });
    EXPECT_THROW(gort::run([] { throw 1; }), int);
  });
}

TEST(Run, RepeatedlyAndFromSeveralThreads) {
  for (int i = 0; i < 500; i++) EXPECT_EQ(gort::run([i] { return i; }), i);
  std::vector<std::thread> threads;
  std::atomic<int> sum{0};
  for (int t = 0; t < 8; t++)
    threads.emplace_back([&] {
      for (int i = 0; i < 100; i++)
        sum += gort::run([] {
          auto c = make_chan<int>();
          go([=] { c.send(1); });
          return c.recv();
        });
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(sum, 800);
}

TEST(Run, LeavesTheOthersRunningAfterwards) {
  auto ask = make_chan<int>(), answer = make_chan<int>();
  gort::run([=] {
    go([=] {
      for (int v : ask) answer.send(v * 2);
      answer.close();
    });
  });
  ask.send(4);
  EXPECT_EQ(answer.recv(), 8);
  ask.close();
  EXPECT_FALSE(answer.recv_ok().second);
}

// ---- threads use what goroutines use ----

TEST(Thread, SendsAndReceives) {
  gort::run([] {});
  for (int cap : {0, 1, 100}) {
    auto to = make_chan<int>(cap), from = make_chan<int>(cap);
    go([=] {
      for (int v : to) from.send(v + 1);
      from.close();
    });
    std::thread sender([=] {
      for (int i = 0; i < 1000; i++) to.send(i);
      to.close();
    });
    int n = 0;
    for (int v : from) EXPECT_EQ(v, ++n);
    EXPECT_EQ(n, 1000);
    sender.join();
  }
}

TEST(Thread, TalksToAThread) {
  auto a = make_chan<int>(), b = make_chan<int>();
  std::thread other([=] {
    for (int v : a) b.send(v);
    b.close();
  });
  for (int i = 0; i < 500; i++) {
    a.send(i);
    EXPECT_EQ(b.recv(), i);
  }
  a.close();
  other.join();
  EXPECT_FALSE(b.recv_ok().second);
}

TEST(Thread, Selects) {
  gort::run([] {});
  auto a = make_chan<int>(), quit = make_chan<int>();
  auto b = make_chan<std::string>();
  go([=] {
    for (int i = 0; i < 200; i++) i % 2 == 0 ? a.send(i) : b.send(std::to_string(i));
    quit.close();
  });
  int got = 0;
  for (bool more = true; more;) {
    select(recv(a, [&](int v, bool) { got += v; }), recv(b, [&](std::string s, bool) { got += std::stoi(s); }),
           recv(quit, [&](int, bool) { more = false; }));
  }
  EXPECT_EQ(got, 199 * 100);
  EXPECT_EQ(select(recv(a), otherwise()), 1);
  EXPECT_EQ(select(recv(a), recv(time::After(2 * time::Millisecond))), 1);
}

TEST(Thread, LocksMutexesWaitsForGroupsAndConds) {
  gort::run([] {});
  sync::Mutex mu;
  sync::RWMutex rw;
  auto cond = sync::NewCond(&mu);
  sync::WaitGroup wg;
  int64_t guarded = 0;
  bool go_on = false;
  auto work = [&] {
    mu.Lock();
    while (!go_on) cond.Wait();
    mu.Unlock();
    for (int i = 0; i < 1000; i++) {
      mu.Lock();
      guarded++;
      mu.Unlock();
      rw.RLock();
      rw.RUnlock();
    }
    rw.Lock();
    rw.Unlock();
    wg.Done();
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) {
    wg.Add(2);
    threads.emplace_back(work);
    go(work);
  }
  mu.Lock();
  go_on = true;
  mu.Unlock();
  cond.Broadcast();
  wg.Wait();
  for (auto& t : threads) t.join();
  EXPECT_EQ(guarded, 8000);
}

TEST(Thread, SleepsAndUsesTimers) {
  auto begin = steady_clock::now();
  time::Sleep(20 * time::Millisecond);
  EXPECT_GE(ms_since(begin), 20);
  begin = steady_clock::now();
  time::After(10 * time::Millisecond).recv();
  EXPECT_GE(ms_since(begin), 10);
  auto called = make_chan<int>();
  time::AfterFunc(time::Millisecond, [=] { called.send(1); });
  EXPECT_EQ(called.recv(), 1);
  auto stopped = time::NewTimer(time::Hour);
  EXPECT_TRUE(stopped->Stop());
  EXPECT_FALSE(stopped->Stop());
  auto ticker = time::NewTicker(2 * time::Millisecond);
  for (int i = 0; i < 3; i++) ticker->C.recv();
  ticker->Stop();
}

TEST(Thread, YieldsAndIsNotCountedAsAGoroutine) {
  gort::run([] {});
  ASSERT_TRUE(eventually([] { return runtime::NumGoroutine() == 0; }));  // those of the tests before
  std::atomic<bool> yielded{false}, stop{false};
  std::thread t([&] {
    while (!stop) {
      runtime::Gosched();
      yielded = true;
    }
  });
  EXPECT_TRUE(eventually([&] { return yielded.load(); }));
  EXPECT_EQ(runtime::NumGoroutine(), 0);
  stop = true;
  t.join();
}

TEST(Thread, ManyComeAndGo) {
  gort::run([] {});
  auto c = make_chan<int>(4);
  std::atomic<int> sum{0};
  for (int round = 0; round < 50; round++) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; i++)
      threads.emplace_back([&, i] {
        if (i % 2 == 0)
          c.send(1);
        else
          sum += c.recv();
        func([&] { defer([&] { sum++; }); });
      });
    for (auto& t : threads) t.join();
  }
  EXPECT_EQ(sum, 50 * (4 + 8));
  EXPECT_EQ(c.len(), 0);
}

TEST(Thread, StartedByAGoroutineMayWaitForGoroutines) {
  gort::run([] {
    auto c = make_chan<int>();
    std::thread t([=] { c.send(gort::run([] { return 6; })); });
    EXPECT_EQ(c.recv(), 6);
    runtime::blocking([&] { t.join(); });
  });
}

// Destructors of thread_local objects of a thread that has used the runtime may use it, too.
struct AtThreadEnd {
  chan<int> c;
  ~AtThreadEnd() {
    if (c != nil) {
      c.send(1);
      func([&] { defer([&] { c.send(2); }); });
    }
  }
};
thread_local AtThreadEnd at_thread_end;

TEST(Thread, UsesChannelsWhileItEnds) {
  gort::run([] {});
  auto c = make_chan<int>(10);
  for (int i = 0; i < 5; i++) {
    std::thread([=] { at_thread_end.c = c; }).join();
    EXPECT_EQ(c.recv(), 1);
    EXPECT_EQ(c.recv(), 2);
  }
}

// ---- all asleep ----

GO_PROGRAM(thread_sends_later) {
  auto c = make_chan<int>();
  std::thread t([=] {
    usleep(200000);  // not known to the runtime yet
    c.send(1);
  });
  println("got", c.recv());
  t.join();
}

GO_PROGRAM(known_thread_sends_later) {
  auto c = make_chan<int>(1);
  std::thread t([=] {
    c.send(1);
    usleep(200000);
    c.send(2);
    c.send(3);
  });
  int first = c.recv(), second = c.recv(), third = c.recv();
  println("got", first, second, third);
  t.join();
}

GO_PROGRAM(thread_is_asleep_too) {
  auto c = make_chan<int>(), known = make_chan<int>();
  std::thread([=] {
    known.send(1);
    c.recv();
  }).detach();
  known.recv();
  c.recv();
}

GO_PROGRAM(thread_has_ended) {
  auto c = make_chan<int>(1);
  std::thread([=] { c.send(1); }).join();
  c.recv();
  c.recv();
}

GO_PROGRAM(known_thread_ends_last) {
  auto c = make_chan<int>(1);
  std::thread([=] {
    c.send(1);
    usleep(200000);
  }).detach();
  c.recv();
  c.recv();
}

GO_PROGRAM(unknown_thread_ends_last) {
  auto c = make_chan<int>();
  std::thread([] { usleep(200000); }).detach();
  c.recv();
}

GO_PROGRAM(locked_thread_ends_last) {
  auto c = make_chan<int>();
  go([] {
    runtime::LockOSThread();
    usleep(200000);
  });
  c.recv();
}

GO_PROGRAM(thread_is_in_time_sleep) {
  auto c = make_chan<int>();
  std::thread t([=] {
    time::Sleep(100 * time::Millisecond);
    c.send(1);
  });
  println("got", c.recv());
  t.join();
}

HOST_PROGRAM(embedded_all_asleep) {
  auto c = make_chan<int>();
  gort::run([=] { go([=] { println("got", c.recv()); }); });
  usleep(200000);  // the host may still do something
  c.send(1);
  gort::run([] { alone(); });
  return 0;
}

TEST(Deadlock, IsNotReportedWhileAThreadMaySend) {
  for (const char* program : {"thread_sends_later", "thread_is_in_time_sleep", "embedded_all_asleep"}) {
    child::outcome o = child::start(program);
    EXPECT_TRUE(o.exited(0)) << program << "\n" << o;
    EXPECT_EQ(o.err, "got 1\n");
  }
  child::outcome o = child::start("known_thread_sends_later");
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.err, "got 1 2 3\n");
}

TEST(Deadlock, IsReportedWhenTheThreadsAreAsleepOrGone) {
  for (const char* program : {"thread_is_asleep_too", "thread_has_ended"}) {
    for (int i = 0; i < 5; i++) {
      child::outcome o = child::start(program);
      EXPECT_TRUE(o.exited(2)) << program << "\n" << o;
      EXPECT_TRUE(
          o.matches("^fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 \\[chan receive\\]:\n"
                    "main\\.main\\(\\)\n"))
          << o;
    }
  }
}

// The last thread that could have woken somebody ends while all are asleep already: nothing else happens from then on.
TEST(Deadlock, IsReportedWhenTheLastThreadEnds) {
  for (const char* program : {"known_thread_ends_last", "unknown_thread_ends_last", "locked_thread_ends_last"}) {
    child::outcome o = child::start(program);
    EXPECT_TRUE(o.exited(2)) << program << "\n" << o;
    EXPECT_TRUE(
        o.matches("^fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 \\[chan receive\\]:\n"
                  "main\\.main\\(\\)\n"))
        << program << "\n"
        << o;
    EXPECT_GE(o.seconds, 0.2) << program;
  }
}

// ---- fork ----

template <class F>
int in_fork(F f) {
  gort::run([] {});
  pid_t pid = fork();
  if (pid == 0) {
    alarm(60);
    f();
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  gort::run([] { println("parent goes on"); });
  return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

HOST_PROGRAM(fork_and_run) {
  return in_fork([] { gort::run([] {}); });
}
HOST_PROGRAM(fork_and_go) {
  return in_fork([] { go([] {}); });
}
HOST_PROGRAM(fork_and_exec) {
  return in_fork([] { execl("/bin/sh", "sh", "-c", "exit 7", nullptr); });
}
HOST_PROGRAM(fork_on_goroutine_and_exec) {
  return gort::run([] { return in_fork([] { execl("/bin/sh", "sh", "-c", "exit 8", nullptr); }); });
}
HOST_PROGRAM(fork_on_goroutine_and_return) {
  return gort::run([] {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) return 0;
    waitpid(pid, &status, 0);
    fprintf(stderr, "parent goes on\n");
    return WEXITSTATUS(status);
  });
}
GO_PROGRAM(fork_in_main_and_return) {
  int status = 0;
  pid_t pid = fork();
  if (pid == 0) return;
  waitpid(pid, &status, 0);
  fprintf(stderr, "parent goes on\n");
  os::Exit(WEXITSTATUS(status));
}
HOST_PROGRAM(fork_and_set_procs) {
  return gort::run([] { return in_fork([] { runtime::GOMAXPROCS(1 + runtime::GOMAXPROCS(0)); }); });
}
HOST_PROGRAM(fork_and_print_all_stacks) {
  return gort::run([] {
    return in_fork([] {
      std::string text(1000, 0);
      runtime::Stack(text, true);
    });
  });
}
HOST_PROGRAM(fork_before_the_start) {
  pid_t pid = fork();
  if (pid == 0) _exit(gort::run([] { return 9; }));
  int status = 0;
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

GO_PROGRAM(run_in_a_static_destructor) {
  static struct late {
    ~late() {
      gort::run([] { println("runs"); });
    }
  } l;
}

TEST(AfterMain, RunIsToldThatItIsTooLate) {
  child::outcome o = child::start("run_in_a_static_destructor");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.has("fatal error: gort::run after gort::main has returned\n")) << o;
}

void expect_told_why_not(std::initializer_list<const char*> programs) {
  for (const char* program : programs) {
    child::outcome o = child::start(program);
    EXPECT_TRUE(o.exited(2)) << program << "\n" << o;
    EXPECT_TRUE(o.matches("^gort: this process is the child of a fork, .*exec.*\n")) << program << "\n" << o;
    EXPECT_TRUE(o.has("parent goes on\n")) << o;
  }
}

TEST(Fork, ChildThatUsesTheRuntimeIsToldWhyNot) {
  expect_told_why_not({"fork_and_run", "fork_and_go", "fork_and_set_procs", "fork_and_print_all_stacks"});
}

TEST(Fork, ChildThatReturnsToTheRuntimeIsToldWhyNot) {
  SKIP_UNDER(tool::kThread, "it loses count of threads and switches in the child");
  expect_told_why_not({"fork_on_goroutine_and_return", "fork_in_main_and_return"});
}

TEST(Fork, ChildMayExecAndMayStartTheRuntimeFirst) {
  EXPECT_TRUE(child::start("fork_and_exec").exited(7));
  EXPECT_TRUE(child::start("fork_on_goroutine_and_exec").exited(8));
  EXPECT_TRUE(child::start("fork_before_the_start").exited(9));
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
