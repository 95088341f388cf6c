// Random load on the packages that people build on: context trees, errgroup, semaphore, singleflight, rate, OnceFunc,
// timers with channels, os/signal. Goroutines and threads use each object at once; invariants are checked all the way
// and at the end.
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <memory>
#include <mutex>
#include <unistd.h>
#include <vector>

#include "tests/stress/stress.h"
#include "tests/under_tool.h"
#include "tests/unit/eventually.h"

using namespace gort;
using stress::on_all;
using stress::pause;
using stress::Random;
using time::Microsecond;
using time::Millisecond;

namespace {

// A tool allows fewer at a time, and each costs more.
const int kScale = tool::slow() ? 20 : 1;

void settle(Random& r, uint32_t one_in) {
  if (r(one_in) == 0) pause(r);
}

// ---- context ----

// A tree grows at its leaves while its nodes are cancelled by all. What is cancelled has its error, its closed channel
// and its cause at once, and so has everything below; what is above a cancelled node is untouched by it.
TEST(PackagesStress, ContextTreesAreCancelledFromEverywhere) {
  struct node {
    context::Context ctx;
    context::CancelCauseFunc cancel;
    std::shared_ptr<node> parent;
    std::atomic<bool> cancelled{false};  // cancel has returned
  };
  sync::Mutex mu;
  std::vector<std::shared_ptr<node>> nodes;
  std::atomic<int64_t> registered{0}, called{0}, prevented{0}, deaths{0};
  std::atomic<uint64_t> seed{1};
  auto make = [&](std::shared_ptr<node> parent) {
    auto n = std::make_shared<node>();
    n->parent = parent;
    auto [ctx, cancel] = context::WithCancelCause(parent != nullptr ? parent->ctx : context::Background());
    n->ctx = ctx;
    n->cancel = cancel;
    return n;
  };
  auto check_done = [](const context::Context& c) {
    EXPECT_EQ(select(recv(c.Done()), otherwise()), 0) << "done, and its channel is open";
    EXPECT_TRUE(c.Err() != nil);
    EXPECT_TRUE(context::Cause(c) != nil);
  };
  on_all(12, 3, [&](int) {
    Random r(seed++);
    for (int i = 0; i < 30; i++) {
      std::shared_ptr<node> n;
      {
        std::lock_guard l(mu);
        if (nodes.size() > 200) nodes.front()->cancel(nil);  // the root, and with it all
        if (nodes.size() > 200 || nodes.empty()) nodes.assign(1, make(nullptr));
        n = nodes[r(uint32_t(nodes.size()))];
      }
      switch (r(6)) {
        case 0:
        case 1: {  // a child
          auto child = make(n);
          if (n->cancelled) check_done(child->ctx);
          std::lock_guard l(mu);
          nodes.push_back(child);
          break;
        }
        case 2: {  // the end of a node
          n->cancel(errors::New("by hand"));
          check_done(n->ctx);
          n->cancelled = true;
          deaths++;
          break;
        }
        case 3: {  // a timeout below it, and a value: both end with it
          auto [ctx, cancel] =
              context::WithTimeout(context::WithValue(n->ctx, 1, 2), time::Duration(r(400)) * Microsecond);
          EXPECT_EQ(ctx.Value<int>(1), 2);
          settle(r, 2);
          if (r(2) == 0) {
            select(recv(ctx.Done()));
            check_done(ctx);
          }
          cancel();
          check_done(ctx);
          break;
        }
        case 4: {  // AfterFunc happens or is prevented, never both
          registered++;
          auto stop = context::AfterFunc(n->ctx, [&] { called++; });
          settle(r, 3);
          if (r(2) == 0) {
            if (stop()) prevented++;
          } else if (n->cancelled) {
            EXPECT_FALSE(stop()) << "its context is done, so it has been started";
          } else {
            n->cancel(nil);
            n->cancelled = true;
          }
          break;
        }
        case 5:  // done spreads downwards only: below a node that is done, all are done
          for (auto up = n->parent; up != nullptr; up = up->parent)
            if (up->cancelled) check_done(n->ctx);
          break;
      }
      settle(r, 8);
    }
  });
  for (auto& n : nodes) n->cancel(nil);
  nodes.clear();
  EXPECT_TRUE(eventually([&] { return registered == called + prevented; }));
  EXPECT_EQ(registered.load(), called + prevented);
  EXPECT_GT(deaths, 0);
}

// ---- errgroup, semaphore, singleflight, rate ----

TEST(PackagesStress, ErrgroupsRunEachTaskOnceWithinTheirLimit) {
  std::atomic<uint64_t> seed{1};
  on_all(6, 2, [&](int) {
    Random r(seed++);
    auto [g, ctx] = errgroup::WithContext(context::Background());
    const int limit = 1 + int(r(5)), tasks = int(r(30)), fails = int(r(40));
    g.SetLimit(limit);
    std::atomic<int> running{0}, ran{0};
    int started = 0;
    for (int i = 0; i < tasks; i++) {
      auto task = [&, i, mine = r(1u << 30)]() -> error {
        Random r2(mine);
        EXPECT_LE(++running, limit);
        settle(r2, 2);
        ran++;
        running--;
        return i == fails ? errors::New("task " + std::to_string(i)) : nil;
      };
      if (r(3) == 0) {
        started += g.TryGo(task) ? 1 : 0;
      } else {
        g.Go(task);
        started++;
      }
    }
    error err = g.Wait();
    EXPECT_EQ(ran, started);
    EXPECT_EQ(running, 0);
    EXPECT_TRUE(ctx.Err() != nil) << "cancelled by Wait at the latest";
    if (err != nil) {
      EXPECT_EQ(context::Cause(ctx).Error(), err.Error());
    }
  });
}

TEST(PackagesStress, SemaphoresNeverGiveMoreThanTheyHave) {
  constexpr int64_t kSize = 10;
  semaphore::Weighted sem(kSize);
  std::atomic<int64_t> held{0}, given_up{0}, taken{0};
  std::atomic<uint64_t> seed{1};
  on_all(16, 3, [&](int) {
    Random r(seed++);
    for (int i = 0; i < 30; i++) {
      const int64_t n = 1 + int64_t(r(r(8) == 0 ? uint32_t(kSize) : 3));
      bool got;
      if (r(3) == 0) {
        got = sem.TryAcquire(n);
      } else {
        auto [ctx, cancel] = context::WithTimeout(context::Background(), time::Duration(r(1000)) * Microsecond);
        context::CancelGuard guard(cancel);
        got = sem.Acquire(ctx, n) == nil;
        if (!got) given_up++;
      }
      if (!got) continue;
      EXPECT_LE(held += n, kSize);
      taken++;
      settle(r, 2);
      held -= n;
      sem.Release(n);
    }
  });
  EXPECT_EQ(held, 0);
  EXPECT_GT(taken, 0);
  gort::run([&] { EXPECT_TRUE(sem.TryAcquire(kSize)) << "some of it was lost"; });
}

// At most one call of a key is on its way unless it has been forgotten, and all who shared it have its value.
TEST(PackagesStress, SingleflightSharesOneCall) {
  singleflight::Group g;
  constexpr int kKeys = 4;
  std::array<std::atomic<int>, kKeys> inside{};
  std::atomic<int64_t> calls{0}, asked{0};
  std::atomic<uint64_t> seed{1};
  on_all(16, 3, [&](int) {
    Random r(seed++);
    for (int i = 0; i < 20; i++) {
      const size_t k = r(kKeys);
      const std::string key = "key" + std::to_string(k);
      asked++;
      auto fn = [&, k, mine = r(1u << 30)]() -> std::pair<any, error> {
        Random r2(mine);
        if (k != 0) {
          EXPECT_EQ(++inside[k], 1);
        }
        settle(r2, 2);
        if (k != 0) inside[k]--;
        return {int64_t(++calls) * kKeys + int64_t(k), nil};
      };
      singleflight::Result got = r(4) == 0 ? g.DoChan(key, fn).recv() : g.Do(key, fn);
      EXPECT_EQ(got.Val.must_as<int64_t>() % kKeys, int64_t(k)) << "the value of another key";
      if (k == 0 && r(4) == 0) g.Forget(key);
    }
  });
  EXPECT_LE(calls.load(), asked.load());
  EXPECT_GT(calls, 0);
}

// However many ask, no more events are allowed than the time that has passed and the burst give.
TEST(PackagesStress, LimitersKeepTheirRate) {
  constexpr int64_t kBurst = 5;
  const time::Duration interval = 200 * Microsecond;
  rate::Limiter lim(rate::Every(interval), kBurst);
  std::atomic<int64_t> events{0};
  std::atomic<uint64_t> seed{1};
  const time::Time start = time::Now();
  on_all(8, 2, [&](int) {
    Random r(seed++);
    for (int i = 0; i < 5; i++) {
      switch (r(3)) {
        case 0:
          if (lim.Allow()) events++;
          break;
        case 1: {
          auto [ctx, cancel] = context::WithTimeout(context::Background(), time::Duration(r(3000)) * Microsecond);
          context::CancelGuard guard(cancel);
          if (lim.Wait(ctx) == nil) events++;
          break;
        }
        case 2: {
          rate::Reservation res = lim.Reserve();
          if (r(2) == 0) {
            res.Cancel();
          } else {
            events++;  // may happen after its delay, which the bound below allows for
            time::Sleep(res.Delay());
          }
          break;
        }
      }
      settle(r, 8);
    }
  });
  // A cancelled reservation gives its token back, never more than it took.
  const double allowed = time::Since(start).Seconds() / interval.Seconds() + double(kBurst) + 1;
  EXPECT_LE(double(events), allowed);
  EXPECT_GT(events, 0);
}

// ---- once, timers ----

TEST(PackagesStress, OnceFuncsAndOnceValuesAreCalledOnce) {
  std::atomic<uint64_t> seed{1};
  on_all(4, 2, [&](int) {
    Random r(seed++);
    std::atomic<int> runs{0};
    const bool panics = r(3) == 0;
    auto value = sync::OnceValue([&, mine = r(1u << 30)] {
      Random r2(mine);
      settle(r2, 1);
      runs++;
      if (panics) panic("no value");
      return std::make_shared<int>(runs.load());
    });
    sync::WaitGroup wg;
    std::atomic<int> recovered{0};
    for (int i = 0; i < 6; i++) {
      wg.Add(1);
      go([&, value] {
        func([&] {
          defer([&] {
            if (any e = recover()) {
              EXPECT_EQ(*e.as<std::string>(), "no value");
              recovered++;
            }
            wg.Done();
          });
          EXPECT_EQ(*value(), 1);
        });
      });
    }
    wg.Wait();
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(recovered, panics ? 6 : 0);
  });
}

// One timer, stopped and reset by many while others take from its channel: a reset that found it stopped or fired is
// one more event, and each event is stopped, taken, left in the channel, or dropped for the one that is there.
TEST(PackagesStress, TimersWithChannelsAreStoppedAndResetByAll) {
  constexpr int kTimers = 4;
  std::array<time::TimerPtr, kTimers> timers;
  std::array<std::atomic<int64_t>, kTimers> armed{}, stopped{}, taken{};
  gort::run([&] {
    for (size_t i = 0; i < kTimers; i++) {
      timers[i] = time::NewTimer(Millisecond);
      armed[i] = 1;
    }
  });
  std::atomic<uint64_t> seed{1};
  on_all(12, 3, [&](int) {
    Random r(seed++);
    for (int i = 0; i < 40; i++) {
      const size_t k = r(kTimers);
      switch (r(4)) {
        case 0:
          if (timers[k]->Stop()) stopped[k]++;
          break;
        case 1:
          if (!timers[k]->Reset(time::Duration(r(200)) * Microsecond)) armed[k]++;
          break;
        case 2: {
          time::Time at;
          if (select(recv(timers[k]->C, &at), recv(time::After(100 * Microsecond))) == 0) {
            taken[k]++;
            EXPECT_LE(at.Sub(time::Now()), time::Duration(0)) << "from the future";
          }
          break;
        }
        case 3:
          if (timers[k]->C.try_recv()) taken[k]++;
          break;
      }
      settle(r, 16);
    }
  });
  for (size_t k = 0; k < kTimers; k++) {
    if (timers[k]->Stop()) stopped[k]++;
    EXPECT_LE(taken[k] + stopped[k], armed[k].load());
    // One more event, whatever was left in the channel.
    gort::run([&] {
      timers[k]->C.try_recv();
      EXPECT_FALSE(timers[k]->Reset(Microsecond));
      timers[k]->C.recv();
    });
  }
}

// A ticker that is reset by all while others take its ticks ends when it is stopped.
TEST(PackagesStress, TickersAreResetByAll) {
  std::atomic<uint64_t> seed{1};
  on_all(6, 2, [&](int) {
    Random r(seed++);
    auto t = time::NewTicker(time::Duration(1 + r(50)) * Microsecond);
    sync::WaitGroup wg;
    for (int i = 0; i < 4; i++) {
      wg.Add(1);
      go([&, mine = r(1u << 30)] {
        Random r2(mine);
        for (int k = 0; k < 10; k++) {
          if (r2(3) == 0) t->Reset(time::Duration(1 + r2(50)) * Microsecond);
          select(recv(t->C), recv(time::After(20 * Microsecond)));
        }
        wg.Done();
      });
    }
    wg.Wait();
    t->Stop();
    // One that is on its way may still arrive; then there is silence.
    bool quiet = false;
    for (int i = 0; i < 1000 && !quiet; i++) {
      while (t->C.try_recv()) {
      }
      time::Sleep(500 * Microsecond);
      quiet = t->C.len() == 0;
    }
    EXPECT_TRUE(quiet) << "it ticks on";
  });
}

// A million timers are pending at once, made by many goroutines and stopped by others, in bounded time of
// the processor.
TEST(PackagesStress, AMillionTimersArePendingAndStopped) {
  const int goroutines = 100, each = 10000 / kScale;
  std::vector<std::vector<time::TimerPtr>> timers(static_cast<size_t>(goroutines));
  std::atomic<int64_t> fired{0}, stopped{0};
  const std::clock_t start = std::clock();
  gort::run([&] {
    sync::WaitGroup wg;
    wg.Add(goroutines);
    for (size_t i = 0; i < size_t(goroutines); i++) {
      go([&, i] {
        Random r;
        for (int k = 0; k < each; k++)
          timers[i].push_back(time::AfterFunc(time::Hour + time::Duration(r(1u << 30)), [&] { fired++; }));
        wg.Done();
      });
    }
    wg.Wait();
    // They do not stand in the way of one that is due.
    time::Sleep(Millisecond);
    wg.Add(goroutines);
    for (size_t i = 0; i < size_t(goroutines); i++) {
      go([&, other = (i + 37) % size_t(goroutines)] {
        Random r;
        std::vector<time::TimerPtr>& mine = timers[other];
        while (!mine.empty()) {
          std::swap(mine[r(uint32_t(mine.size()))], mine.back());
          if (mine.back()->Stop()) stopped++;
          mine.pop_back();
        }
        wg.Done();
      });
    }
    wg.Wait();
  });
  const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_EQ(stopped, int64_t(goroutines) * each);
  EXPECT_EQ(fired, 0);
  EXPECT_LT(seconds, 60);
  printf("%lld timers in %.2f s of the processor\n", static_cast<long long>(stopped), seconds);
}

// ---- os/signal ----

// Channels come and go while signals arrive. One that is registered all the time gets some; one gets nothing once Stop
// has returned; and none gets what it has not asked for.
TEST(PackagesStress, SignalChannelsComeAndGo) {
  auto always = make_chan<os::Signal>(1);
  signal::Notify(always, SIGUSR1, SIGUSR2);
  std::atomic<int64_t> got{0}, sent{0};
  std::atomic<uint64_t> seed{1};
  on_all(8, 2, [&](int id) {
    Random r(seed++);
    if (id == 0) {
      kill(getpid(), r(2) == 0 ? SIGUSR1 : SIGUSR2);
      sent++;
      time::Sleep(time::Duration(r(300)) * Microsecond);
      while (always.try_recv()) got++;
      return;
    }
    const os::Signal mine = r(2) == 0 ? SIGUSR1 : SIGUSR2;
    auto c = make_chan<os::Signal>(4);
    signal::Notify(c, mine);
    if (r(4) == 0) {
      auto [ctx, stop] = signal::NotifyContext(context::Background(), mine);
      settle(r, 2);
      stop();
      EXPECT_TRUE(ctx.Err() != nil);
    }
    settle(r, 2);
    signal::Stop(c);
    while (auto s = c.try_recv()) EXPECT_EQ(int(*s), int(mine));
    settle(r, 2);
    EXPECT_FALSE(c.try_recv().has_value()) << "a signal after Stop";
  });
  gort::run([&] {
    EXPECT_TRUE(eventually([&] {
      if (got == 0) kill(getpid(), SIGUSR1);
      while (always.try_recv()) got++;
      return got > 0;
    }));
  });
  signal::Ignore(SIGUSR1, SIGUSR2);  // what is still under way must not end the program
  signal::Stop(always);
  EXPECT_GT(got, 0);
}

}  // namespace
