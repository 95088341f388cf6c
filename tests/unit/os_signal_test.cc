// Package os/signal. Tests named as in Go's src/os/signal do what those do.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <thread>
#include <unistd.h>

#include <gort/gort.h>
#include <gort/os/signal.h>

#include "runtime/os/notify.h"
#include "tests/under_tool.h"
#include "tests/unit/catch_panic.h"

using namespace gort;
using context::Context;

namespace {

const time::Duration settleTime = 50 * time::Millisecond;
const time::Duration fatalWaitingTime = 30 * time::Second;

// As in a program that gort owns.
const bool harmless = (rt::notify_init(), true);

// The kernel chooses the thread that gets it, and that may take its time.
void send_self(int sig) {
  ::kill(getpid(), sig);
}

// For a signal that nobody waits for: its handler has run when this returns.
void send_thread(int sig) {
  ::raise(sig);
}

void waitSig(const chan<os::Signal>& c, int sig) {
  select(recv(c, [&](os::Signal s) { EXPECT_EQ(s, sig) << s.String(); }), recv(time::After(fatalWaitingTime), [&] {
           ADD_FAILURE() << "timeout waiting for " << os::Signal(sig).String();
         }));
}

void quiesce() {
  for (int i = 0; i < 10; i++) time::Sleep(settleTime / 10);
}

bool nothing(const chan<os::Signal>& c) {
  return !c.try_recv().selected();
}

TEST(OsSignal, Examples) {
  gort::run([] {
    os::Signal s = SIGTERM;
    EXPECT_EQ(s.String(), "terminated");
    auto c = make_chan<os::Signal>(1);
    signal::Notify(c, SIGINT, SIGTERM);
    send_self(SIGTERM);
    EXPECT_EQ(c.recv().String(), "terminated");
    signal::Stop(c);
    auto [ctx, stop] = signal::NotifyContext(context::Background(), SIGTERM);
    send_self(SIGTERM);
    ctx.Done().recv();
    stop();
  });
}

TEST(OsSignal, Names) {
  EXPECT_EQ(os::Interrupt.String(), "interrupt");
  EXPECT_EQ(os::Kill.String(), "killed");
  EXPECT_EQ(os::Signal(SIGSYS).String(), "bad system call");
  EXPECT_EQ(os::Signal(40).String(), "signal 40");
  EXPECT_EQ(fmt::Sprintf("%v %d %T", os::Signal(SIGHUP), os::Signal(SIGHUP), os::Signal(SIGHUP)),
            "hangup 1 syscall.Signal");
}

TEST(OsSignal, NilChannelPanics) {
  EXPECT_EQ(panic_text([] { signal::Notify(nil, SIGUSR1); }), "string: os/signal: Notify using nil channel");
}

TEST(OsSignal, TestSignal) {
  gort::run([] {
    auto c = make_chan<os::Signal>(1);
    signal::Notify(c, SIGHUP);
    send_self(SIGHUP);
    waitSig(c, SIGHUP);
    auto c1 = make_chan<os::Signal>(10);
    signal::Notify(c1);
    signal::Reset(SIGURG);
    send_self(SIGWINCH);
    waitSig(c1, SIGWINCH);
    send_self(SIGHUP);
    waitSig(c1, SIGHUP);
    send_self(SIGHUP);
    waitSig(c1, SIGHUP);
    waitSig(c, SIGHUP);
    signal::Stop(c1);
    signal::Stop(c);
  });
}

TEST(OsSignal, TestStress) {
  gort::run([] {
    int before = runtime::GOMAXPROCS(4);
    auto sig = make_chan<os::Signal>(1);
    signal::Notify(sig, SIGUSR1);
    std::atomic<int> n{0};
    go([sig, &n] {
      time::Time start = time::Now();
      while (time::Since(start) < 200 * time::Millisecond || (n == 0 && time::Since(start) < fatalWaitingTime)) {
        send_self(SIGUSR1);
        runtime::Gosched();
      }
      quiesce();
      signal::Stop(sig);
      sig.close();
    });
    for ([[maybe_unused]] os::Signal s : sig) n++;
    EXPECT_GT(n, 0);
    runtime::GOMAXPROCS(before);
  });
}

void testCancel(bool ignore) {
  auto c1 = make_chan<os::Signal>(1), c2 = make_chan<os::Signal>(1);
  signal::Notify(c1, SIGWINCH);
  signal::Notify(c2, SIGHUP);
  send_self(SIGWINCH);
  waitSig(c1, SIGWINCH);
  send_self(SIGHUP);
  waitSig(c2, SIGHUP);
  if (ignore)
    signal::Ignore(SIGWINCH, SIGHUP);
  else
    signal::Reset(SIGWINCH, SIGHUP);
  send_thread(SIGWINCH);
  if (ignore) send_thread(SIGHUP);
  quiesce();
  EXPECT_TRUE(nothing(c1));
  EXPECT_TRUE(nothing(c2));
  signal::Notify(c1, SIGWINCH);
  signal::Notify(c2, SIGHUP);
  quiesce();
  signal::Stop(c1);
  signal::Stop(c2);
}

TEST(OsSignal, TestReset) {
  gort::run([] { testCancel(false); });
}

TEST(OsSignal, TestIgnore) {
  gort::run([] { testCancel(true); });
}

TEST(OsSignal, TestIgnored) {
  gort::run([] {
    auto c = make_chan<os::Signal>(1);
    signal::Notify(c, SIGWINCH);
    EXPECT_FALSE(signal::Ignored(SIGWINCH));
    signal::Stop(c);
    signal::Ignore(SIGWINCH);
    EXPECT_TRUE(signal::Ignored(SIGWINCH));
    signal::Reset();
  });
}

TEST(OsSignal, TestStop) {
  gort::run([] {
    for (int sig : {SIGWINCH, SIGHUP, SIGUSR1}) {
      if (sig != SIGHUP) send_thread(sig);
      quiesce();
      auto c = make_chan<os::Signal>(1);
      signal::Notify(c, sig);
      send_self(sig);
      waitSig(c, sig);
      signal::Stop(c);
      if (sig == SIGHUP) continue;
      send_thread(sig);
      quiesce();
      EXPECT_TRUE(nothing(c));
    }
  });
}

TEST(OsSignal, TestSIGCONT) {
  gort::run([] {
    auto c = make_chan<os::Signal>(1);
    signal::Notify(c, SIGCONT);
    send_self(SIGCONT);
    waitSig(c, SIGCONT);
    signal::Stop(c);
  });
}

// Go's TestTime: signals while the program does nothing but ask for the time.
TEST(OsSignal, TestTime) {
  gort::run([] {
    auto sig = make_chan<os::Signal>(1);
    auto stop = make_chan<std::monostate>(), done = make_chan<std::monostate>();
    signal::Notify(sig, SIGUSR1);
    go([=] {
      while (!stop.try_recv().selected()) {
        send_self(SIGUSR1);
        runtime::Gosched();
      }
      quiesce();
      signal::Stop(sig);
      sig.close();
    });
    go([=] {
      for ([[maybe_unused]] os::Signal s : sig) continue;
      done.close();
    });
    time::Time t0 = time::Now();
    while (time::Now().Sub(t0) < 100 * time::Millisecond) continue;
    stop.close();
    done.recv();
  });
}

TEST(OsSignal, TestNotifyContextStop) {
  gort::run([] {
    signal::Ignore(SIGHUP);
    EXPECT_TRUE(signal::Ignored(SIGHUP));
    auto [parent, cancelParent] = context::WithCancel(context::Background());
    auto [c, stop] = signal::NotifyContext(parent, SIGHUP);
    EXPECT_FALSE(signal::Ignored(SIGHUP));
    EXPECT_EQ(fmt::Sprint(c), "signal.NotifyContext(context.Background.WithCancel, [hangup])");
    stop();
    c.Done().recv();
    EXPECT_EQ(c.Err(), context::Canceled);
    cancelParent();
    std::signal(SIGHUP, SIG_DFL);
  });
}

TEST(OsSignal, TestNotifyContextCancelParent) {
  gort::run([] {
    auto [parent, cancelParent] = context::WithCancel(context::Background());
    auto [c, stop] = signal::NotifyContext(parent, SIGINT);
    EXPECT_EQ(fmt::Sprint(c), "signal.NotifyContext(context.Background.WithCancel, [interrupt])");
    cancelParent();
    c.Done().recv();
    EXPECT_EQ(c.Err(), context::Canceled);
    stop();
  });
}

TEST(OsSignal, TestNotifyContextPrematureCancelParent) {
  gort::run([] {
    auto [parent, cancelParent] = context::WithCancel(context::Background());
    cancelParent();
    auto [c, stop] = signal::NotifyContext(parent, SIGINT);
    EXPECT_EQ(fmt::Sprint(c), "signal.NotifyContext(context.Background.WithCancel, [interrupt])");
    c.Done().recv();
    EXPECT_EQ(c.Err(), context::Canceled);
    stop();
  });
}

TEST(OsSignal, TestNotifyContextSimultaneousStop) {
  gort::run([] {
    auto [c, stop] = signal::NotifyContext(context::Background(), SIGINT);
    EXPECT_EQ(fmt::Sprint(c), "signal.NotifyContext(context.Background, [interrupt])");
    sync::WaitGroup wg;
    const int n = 10;
    wg.Add(n);
    for (int i = 0; i < n; i++) {
      go([&wg, stop = stop] {
        stop();
        wg.Done();
      });
    }
    wg.Wait();
    c.Done().recv();
    EXPECT_EQ(c.Err(), context::Canceled);
  });
}

TEST(OsSignal, TestNotifyContextStringer) {
  gort::run([] {
    auto [parent, cancelParent] = context::WithCancel(context::Background());
    auto [c, stop] = signal::NotifyContext(parent, SIGHUP, SIGINT, SIGTERM);
    EXPECT_EQ(fmt::Sprint(c), "signal.NotifyContext(context.Background.WithCancel, [hangup interrupt terminated])");
    stop();
    cancelParent();
  });
}

TEST(OsSignal, TestNotifyContextNotifications) {
  gort::run([] {
    for (int n : {1, 10}) {
      auto [ctx, stop] = signal::NotifyContext(context::Background(), SIGINT);
      sync::WaitGroup wg;
      wg.Add(n);
      for (int i = 0; i < n; i++) {
        go([&wg] {
          send_thread(SIGINT);
          wg.Done();
        });
      }
      wg.Wait();
      ctx.Done().recv();
      quiesce();  // later ones must not end the program
      stop();
    }
  });
}

TEST(OsSignal, BlockedSignalsComeIn) {
  gort::run([] {
    auto c = make_chan<os::Signal>(1);
    std::thread([&] {
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, SIGUSR2);
      pthread_sigmask(SIG_BLOCK, &set, nullptr);
      signal::Notify(c, SIGUSR2);
      send_self(SIGUSR2);
    }).join();
    waitSig(c, SIGUSR2);
    signal::Stop(c);
  });
}

TEST(OsSignal, FaultsThatOthersSendAreDelivered) {
  gort::run([] {
    auto c = make_chan<os::Signal>(1);
    signal::Notify(c, SIGSEGV);
    send_self(SIGSEGV);
    waitSig(c, SIGSEGV);
    // A fault of the program's own is a panic all the same.
    any v = nil;
    func([&]() FAULTS {
      defer([&] { v = recover(); });
      volatile int* volatile p = nullptr;
      *p = 1;
    });
    EXPECT_TRUE(v.is<runtime::Error>());
    EXPECT_TRUE(nothing(c));
    signal::Stop(c);
  });
}

TEST(OsSignal, TheHostsHandlerIsPutBack) {
  static std::atomic<int> hosts{0};
  std::signal(SIGUSR2, [](int) { hosts++; });
  gort::run([] {
    auto c = make_chan<os::Signal>(1);
    signal::Notify(c, SIGUSR2);
    send_self(SIGUSR2);
    waitSig(c, SIGUSR2);
    EXPECT_EQ(hosts, 0);
    signal::Reset(SIGUSR2);
  });
}

// ---- children ----

class OsSignalDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

void hup_before_or_after(bool after) {
  gort::run([after] {
    if (!after) send_thread(SIGHUP);
    quiesce();
    auto c = make_chan<os::Signal>(1);
    signal::Notify(c, SIGHUP);
    send_self(SIGHUP);
    waitSig(c, SIGHUP);
    signal::Stop(c);
    if (after) send_thread(SIGHUP);
    quiesce();
  });
  _exit(7);
}

// Go's TestNohup, TestDetectNohup: a SIGHUP that nobody asks for ends the process, unless it was started with SIGHUP
// ignored.
TEST_F(OsSignalDeathTest, TestNohup) {
  std::signal(SIGHUP, SIG_DFL);
  EXPECT_EXIT(hup_before_or_after(false), testing::KilledBySignal(SIGHUP), "");
  EXPECT_EXIT(hup_before_or_after(true), testing::KilledBySignal(SIGHUP), "");
  std::signal(SIGHUP, SIG_IGN);
  EXPECT_EXIT(hup_before_or_after(false), testing::ExitedWithCode(7), "");
  EXPECT_EXIT(hup_before_or_after(true), testing::ExitedWithCode(7), "");
  std::signal(SIGHUP, SIG_DFL);
}

TEST_F(OsSignalDeathTest, TestDetectNohup) {
  auto program = [] { _exit(signal::Ignored(SIGHUP) ? 3 : 4); };
  std::signal(SIGHUP, SIG_DFL);
  EXPECT_EXIT(program(), testing::ExitedWithCode(4), "");
  std::signal(SIGHUP, SIG_IGN);
  EXPECT_EXIT(program(), testing::ExitedWithCode(3), "");
  std::signal(SIGHUP, SIG_DFL);
}

// A signal that arrives during Stop is delivered, or does what it did before; it is never lost.
TEST_F(OsSignalDeathTest, TestAtomicStop) {
  SKIP_UNDER(tool::kThread, "it holds signals back, and drops one whose handler has gone meanwhile");
  auto program = [] {
    gort::run([] {
      for (int i = 0; i < 20; i++) {
        auto cs = make_chan<os::Signal>(1);
        signal::Notify(cs, SIGINT);
        sync::WaitGroup wg;
        wg.Add(1);
        go([&] {
          signal::Stop(cs);
          wg.Done();
        });
        send_self(SIGINT);
        select(recv(cs), recv(time::After(fatalWaitingTime), [] { _exit(9); }));
        wg.Wait();
      }
    });
    _exit(0);
  };
  auto fine = [](int status) {
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
  };
  for (int i = 0; i < 10; i++) EXPECT_EXIT(program(), fine, "");
}

void owned_program() {
  fmt::Println("alive");
  send_self(SIGUSR1);
  send_self(SIGALRM);
  send_self(40);
  auto c = make_chan<os::Signal>(1);
  signal::Notify(c, SIGQUIT);
  send_self(SIGQUIT);
  if (c.recv() != SIGQUIT) _exit(9);
  signal::Stop(c);
  send_self(SIGQUIT);
  time::Sleep(fatalWaitingTime);
}

// SIGQUIT goes back to what it does in a Go program: a dump.
TEST_F(OsSignalDeathTest, QuitIsADumpAgainAfterStop) {
  auto program = [] {
    char name[] = "program";
    char* argv[] = {name, nullptr};
    _exit(gort::main(1, argv, owned_program));
  };
  EXPECT_EXIT(program(), testing::ExitedWithCode(2), "SIGQUIT: quit");
}

// Go's rule: while a signal may come, a program whose goroutines all wait is not deadlocked.
TEST_F(OsSignalDeathTest, WaitingForASignalIsNoDeadlock) {
  auto program = [] {
    char name[] = "program";
    char* argv[] = {name, nullptr};
    _exit(gort::main(1, argv, [] {
      auto c = make_chan<os::Signal>(1);
      signal::Notify(c, SIGUSR1);
      pid_t self = getpid();
      if (fork() == 0) {
        usleep(100000);
        ::kill(self, SIGUSR1);
        _exit(0);
      }
      c.recv();
      _exit(5);
    }));
  };
  EXPECT_EXIT(program(), testing::ExitedWithCode(5), "");
}

}  // namespace
