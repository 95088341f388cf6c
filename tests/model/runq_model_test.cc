// Every interleaving of small cases of the run queue (sched/runq.h): whatever the owner and the thieves do, each
// goroutine ends up in exactly one place.
#include "tests/model/checker.h"

#include "sched/lock.cc"
#include "sched/runq.cc"

#include <gtest/gtest.h>

__thread gort::rt::g* gort_tls_g __attribute__((tls_model("initial-exec"))) = nullptr;

namespace gort::rt {

schedt sched;
p* allp[4];
std::atomic<int32_t> allpn{2};
std::atomic<int32_t> gomaxprocs{2};

namespace {

constexpr size_t kMost = 300;

// The ps of a case, its goroutines, and who has taken which.
struct queues {
  p owner, thief[2];
  g gs[kMost];
  int taken[kMost] = {};
  size_t n = 0;  // goroutines that were queued
};

void took(queues& q, g* gp) {
  if (gp == nullptr) return;
  int& times = q.taken[gp - q.gs];
  model::check(times == 0, "a goroutine was taken twice");
  times++;
}

void drain(queues& q, p& pp) {
  int32_t n;
  for (gQueue all = runqdrain(&pp, &n); g* gp = all.pop();) took(q, gp);
}

void everything_is_somewhere(queues& q) {
  drain(q, q.owner);
  for (p& t : q.thief) drain(q, t);
  while (g* gp = sched.runq.pop()) took(q, gp);
  for (size_t i = 0; i < q.n; i++) model::check(q.taken[i] == 1, "a goroutine is lost");
}

// make: a case whose owner's queue holds `ready` goroutines at the start, and `n` in all.
queues& make(size_t ready, size_t n) {
  auto& q = model::fresh<queues>();
  sched.runq = {};
  sched.runqsize = 0;
  sched.lock.v = 0;
  q.n = n;
  q.owner.status = q.thief[0].status = q.thief[1].status = _Pidle;
  for (size_t i = 0; i < ready; i++) runqput(&q.owner, &q.gs[i], false);
  return q;
}

g* get(p& pp) {
  bool inherit;
  return runqget(&pp, &inherit);
}

model::result put_get_steal(const model::options& o = {}) {
  return model::explore(
      [](model::world& w) {
        auto& q = make(2, 4);
        w.thread([&q] {
          runqput(&q.owner, &q.gs[2], true);
          took(q, get(q.owner));
          runqput(&q.owner, &q.gs[3], false);
          took(q, get(q.owner));
        });
        w.thread([&q] { took(q, runqsteal(&q.thief[0], &q.owner, false)); });
        w.at_end([&q] { everything_is_somewhere(q); });
      },
      o);
}

TEST(RunqModel, OwnerPutsAndGetsWhileAThiefSteals) {
  model::result r = put_get_steal();
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

TEST(RunqModel, ATornCompareAndSwapTakesOneTwice) {
  model::options o;
  o.machine.torn_updates = true;
  EXPECT_EQ(put_get_steal(o).violation, "a goroutine was taken twice");
}

TEST(RunqModel, TwoThievesAndTheOwner) {
  model::result r = model::explore([](model::world& w) {
    auto& q = make(2, 2);
    w.thread([&q] { took(q, get(q.owner)); });
    for (int i = 0; i < 2; i++) w.thread([&q, i] { took(q, runqsteal(&q.thief[i], &q.owner, false)); });
    w.at_end([&q] { everything_is_somewhere(q); });
  });
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

TEST(RunqModel, ThievesFightForRunnextWithTheOwner) {
  model::result r = model::explore([](model::world& w) {
    auto& q = make(0, 2);
    w.thread([&q] {
      runqput(&q.owner, &q.gs[0], true);
      runqput(&q.owner, &q.gs[1], true);  // kicks the first out to the ring
      took(q, get(q.owner));
    });
    w.thread([&q] { took(q, runqsteal(&q.thief[0], &q.owner, true)); });
    w.at_end([&q] { everything_is_somewhere(q); });
  });
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

// runqempty is what the last spinning m trusts before it sleeps: a queue that has held something all the time is never
// called empty, even while a put moves the old runnext into the ring.
TEST(RunqModel, AQueueThatIsNeverEmptyIsNotCalledEmpty) {
  model::result r = model::explore([](model::world& w) {
    auto& q = make(0, 2);
    runqput(&q.owner, &q.gs[0], true);
    w.thread([&q] {
      runqput(&q.owner, &q.gs[1], true);
      took(q, get(q.owner));
    });
    w.thread([&q] { model::check(!runqempty(&q.owner), "a queue with a goroutine was called empty"); });
    w.at_end([&q] { everything_is_somewhere(q); });
  });
  EXPECT_TRUE(r.ok()) << r;
}

// The ring is full: half of it moves to the global queue while a thief takes the other end.
TEST(RunqModel, AFullRingOverflowsWhileAThiefSteals) {
  model::result r = model::explore([](model::world& w) {
    auto& q = make(kRunqSize, kRunqSize + 1);
    w.thread([&q] { runqput(&q.owner, &q.gs[kRunqSize], false); });
    w.thread([&q] { took(q, runqsteal(&q.thief[0], &q.owner, false)); });
    w.at_end([&q] { everything_is_somewhere(q); });
  });
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

// ---- what has yielded ----

model::result yield_and_steal(const model::options& o = {}) {
  return model::explore(
      [](model::world& w) {
        auto& q = make(0, 3);
        q.owner.yieldlock.sleepers() = 0;
        yieldput(&q.owner, &q.gs[0]);
        yieldput(&q.owner, &q.gs[1]);
        w.thread([&q] {
          yieldput(&q.owner, &q.gs[2]);
          took(q, yieldget(&q.owner, 0));
          took(q, get(q.owner));
        });
        w.thread([&q] { took(q, runqsteal(&q.thief[0], &q.owner, false)); });
        w.at_end([&q] { everything_is_somewhere(q); });
      },
      o);
}

TEST(RunqModel, WhatHasYieldedIsTakenOnce) {
  model::result r = yield_and_steal();
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

TEST(RunqModel, WhatHasYieldedNeedsItsLock) {
  model::options o;
  o.machine.torn_updates = true;
  EXPECT_FALSE(yield_and_steal(o).violation.empty());
}

TEST(RunqModel, AQueueIsNotCalledEmptyWhileWhatHasYieldedMovesToTheRing) {
  model::result r = model::explore([](model::world& w) {
    auto& q = make(0, 2);
    q.owner.yieldlock.sleepers() = 0;
    yieldput(&q.owner, &q.gs[0]);
    yieldput(&q.owner, &q.gs[1]);
    w.thread([&q] { took(q, yieldget(&q.owner, 0)); });
    w.thread([&q] { model::check(!runqempty(&q.owner), "a queue with a goroutine was called empty"); });
    w.at_end([&q] { everything_is_somewhere(q); });
  });
  EXPECT_TRUE(r.ok()) << r;
}

}  // namespace
}  // namespace gort::rt
