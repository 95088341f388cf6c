// Every interleaving of mutex and note (sched/lock.h), and that the checker sees what a wrong machine does to them.
#include "tests/model/checker.h"

#include "sched/lock.cc"

#include <gtest/gtest.h>

__thread gort::rt::g* gort_tls_g __attribute__((tls_model("initial-exec"))) = nullptr;

namespace gort::rt {
namespace {

struct guarded {
  alignas(128) mutex mu;
  mutex other;                     // whose sleepers are counted in the same place
  std::atomic<uint32_t> owner{0};  // the thread inside, plus one
  int n = 0;
};

guarded& fresh_guarded() {
  membarrier_works = true;
  auto& s = model::fresh<guarded>();
  s.mu.sleepers() = 0;
  return s;
}

void critical(guarded& s) {
  s.mu.lock();
  model::check(s.owner.exchange(uint32_t(model::self()) + 1) == 0, "two threads hold the mutex");
  s.n++;
  s.owner.exchange(0);
  s.mu.unlock();
}

// threads times `rounds` critical sections.
model::result mutex_case(int threads, int rounds, const model::options& o = {}) {
  return model::explore(
      [=](model::world& w) {
        auto& s = fresh_guarded();
        for (int i = 0; i < threads; i++)
          w.thread([&s, rounds] {
            for (int k = 0; k < rounds; k++) critical(s);
          });
        w.at_end([&s, threads, rounds] {
          model::check(s.n == threads * rounds, "an update of guarded data is lost");
          model::check(s.mu.v == 0 && s.mu.sleepers() == 0, "the mutex is not free in the end");
        });
      },
      o);
}

TEST(MutexModel, TwoThreadsExcludeEachOtherAndNoneSleepsForEver) {
  model::result r = mutex_case(2, 1);
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

TEST(MutexModel, ThreeThreadsWithUpToThreePreemptions) {
  model::result r = mutex_case(3, 1, {3, 3000000, {}});
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

// Who was the last inside ends the mutex, while others may be in the last instructions of their unlock.
model::result ended_case(int threads, const model::options& o = {}) {
  return model::explore(
      [=](model::world& w) {
        auto& s = fresh_guarded();
        for (int i = 0; i < threads; i++)
          w.thread([&s, threads] {
            s.mu.lock();
            bool last = ++s.n == threads;
            s.mu.unlock();
            if (last) model::end(s.mu);
          });
      },
      o);
}

TEST(MutexModel, AFreeMutexMayBeEnded) {
  for (model::result r : {ended_case(2), ended_case(3, {3, 3000000, {}})}) {
    EXPECT_TRUE(r.ok()) << r;
    printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
  }
}

TEST(MutexModel, ATouchAfterTheEndIsSeen) {
  model::result r = model::explore([](model::world& w) {
    auto& s = fresh_guarded();
    for (int i = 0; i < 2; i++)
      w.thread([&s] {
        s.mu.lock();
        bool last = ++s.n == 2;
        s.mu.unlock();
        if (last) model::end(s.mu);
        s.mu.v.load(std::memory_order_relaxed);
      });
  });
  EXPECT_EQ(r.violation, "an object is touched after its end") << r;
}

TEST(MutexModel, MutexesMayShareACountOfSleepers) {
  model::result r = model::explore(
      [](model::world& w) {
        auto& s = fresh_guarded();
        model::check(&s.mu.sleepers() == &s.other.sleepers(), "the mutexes have places of their own");
        for (int i = 0; i < 2; i++) w.thread([&s] { critical(s); });
        w.thread([&s] {
          s.other.lock();
          s.other.unlock();
        });
        w.at_end([&s] { model::check(s.n == 2 && s.mu.sleepers() == 0, "somebody is missing"); });
      },
      {3, 3000000, {}});
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

TEST(MutexModel, AMissingMembarrierLosesAWakeUp) {
  model::options o;
  o.machine.membarrier_missing = true;
  model::result r = mutex_case(2, 1, o);
  EXPECT_EQ(r.violation, "a thread sleeps for ever") << r;
}

TEST(MutexModel, ATornCompareAndSwapIsSeen) {
  model::options o;
  o.machine.torn_updates = true;
  model::result r = mutex_case(2, 1, o);
  EXPECT_FALSE(r.violation.empty()) << r;
}

// Where membarrier is missing, unlock pays with a fence instead, and the sleeper may do without.
TEST(MutexModel, WithoutMembarrierTheFenceInUnlockServes) {
  model::options o;
  o.machine.membarrier_missing = true;
  model::result r = model::explore(
      [](model::world& w) {
        auto& s = fresh_guarded();
        membarrier_works = false;
        for (int i = 0; i < 2; i++) w.thread([&s] { critical(s); });
      },
      o);
  EXPECT_TRUE(r.ok()) << r;
  membarrier_works = true;
}

struct message {
  note ready;
  std::atomic<uint32_t> data{0};
};

model::result note_case(const model::options& o = {}) {
  return model::explore(
      [](model::world& w) {
        auto& s = model::fresh<message>();
        w.thread([&s] {
          s.data.store(7, std::memory_order_relaxed);
          s.ready.wakeup();
        });
        w.thread([&s] {
          s.ready.sleep();
          model::check(s.data.load(std::memory_order_relaxed) == 7, "woken before the data is there");
          s.ready.clear();
        });
      },
      o);
}

TEST(NoteModel, TheSleeperWakesAndSeesWhatCameBefore) {
  model::result r = note_case();
  EXPECT_TRUE(r.ok()) << r;
}

TEST(NoteModel, ADroppedWakeUpIsSeen) {
  model::options o;
  o.machine.forgotten_wakes = true;
  EXPECT_EQ(note_case(o).violation, "a thread sleeps for ever");
}

}  // namespace
}  // namespace gort::rt
