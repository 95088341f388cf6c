// Every interleaving of semacquire and semrelease, and of notifyList (sched/sema.h): no wake-up is lost. The waiters
// are ordinary threads, which park as thread_park in proc.cc does.
#include "tests/model/checker.h"

#include "sched/lock.cc"
#include "sched/sema.cc"

#include <gtest/gtest.h>

__thread gort::rt::g* gort_tls_g __attribute__((tls_model("initial-exec"))) = nullptr;

namespace gort::rt {

schedt sched;
std::atomic<int32_t> gomaxprocs{2};
int32_t ncpu = 2;

static g* the_g(int i) {
  static g gs[model::checker::kMaxThreads];
  gs[i].status = _Grunning;
  gs[i].thread = true;
  return &gs[i];
}

extern "C" g* gort_getg_thread() {
  return gort_tls_g;
}
void goparkunlock(mutex* l, waitReason) {
  g* gp = getg();
  gp->status.store(_Gwaiting, std::memory_order_release);
  l->unlock();
  while (gp->status.load(std::memory_order_acquire) == _Gwaiting) futexsleep(&gp->status, _Gwaiting, -1);
}
void goready(g* gp, bool) {
  gp->status.store(_Grunning, std::memory_order_release);
  futexwakeup(&gp->status, 1);
}
void goyield() {}
bool runqempty(p*) {
  return true;
}
bool pin_slow(m*) {
  return true;
}

namespace {

struct semaphore {
  std::atomic<uint32_t> count{0};
  std::atomic<uint32_t> got{0};
};

// Root and counter are new in every execution; the table of semaphores is emptied with them.
semaphore& fresh_semaphore(uint32_t count) {
  auto& s = model::fresh<semaphore>();
  s.count = count;
  semaRoot& root = rootFor(&s.count);
  root.treap = nullptr;
  root.nwait = 0;
  root.lock.v = root.lock.sleepers() = 0;
  membarrier_works = true;
  return s;
}

model::result acquire_release(int acquirers, int releasers, uint32_t count, const model::options& o = {}) {
  return model::explore(
      [=](model::world& w) {
        auto& s = fresh_semaphore(count);
        for (int i = 0; i < acquirers; i++)
          w.thread(
              [&s] {
                semacquire(&s.count, false, waitReason::Semacquire);
                s.got.fetch_add(1);
              },
              the_g(i));
        for (int i = 0; i < releasers; i++) w.thread([&s] { semrelease(&s.count, false); }, the_g(acquirers + i));
        w.at_end([&s, acquirers, releasers, count] {
          model::check(s.got == uint32_t(acquirers), "an acquirer went on without the semaphore");
          model::check(s.count == count + uint32_t(releasers) - uint32_t(acquirers), "the count is wrong");
          model::check(rootFor(&s.count).nwait == 0, "a waiter is left over");
        });
      },
      o);
}

TEST(SemaModel, AReleaseWakesTheWaiter) {
  model::result r = acquire_release(1, 1, 0);
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

TEST(SemaModel, TwoWaitersWithUpToOnePreemption) {
  model::result r = acquire_release(2, 1, 1, {1, 3000000, {}});
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

// nwait and the counter are each other's last look: both need the full barrier that they have.
TEST(SemaModel, WithoutTheirBarriersAWakeUpIsLost) {
  model::options o;
  o.machine.weak_updates = true;
  EXPECT_EQ(acquire_release(1, 1, 0, o).violation, "a thread sleeps for ever");
}

struct condition {
  notifyList list;
  std::atomic<uint32_t> woken{0};
};

// A waiter with its ticket and a notifier: whoever comes first, the waiter ends.
model::result wait_notify(int waiters, bool all, const model::options& o = {}) {
  membarrier_works = true;
  return model::explore(
      [=](model::world& w) {
        auto& c = model::fresh<condition>();
        uint32_t tickets[3];
        for (int i = 0; i < waiters; i++) tickets[i] = notifyListAdd(&c.list);
        for (int i = 0; i < waiters; i++)
          w.thread(
              [&c, t = tickets[i]] {
                notifyListWait(&c.list, t);
                c.woken.fetch_add(1);
              },
              the_g(i));
        w.thread(
            [&c, all, waiters] {
              if (all) return notifyListNotifyAll(&c.list);
              for (int i = 0; i < waiters; i++) notifyListNotifyOne(&c.list);
            },
            the_g(waiters));
        w.at_end([&c, waiters] { model::check(c.woken == uint32_t(waiters), "a waiter is lost"); });
      },
      o);
}

TEST(NotifyListModel, ANotificationBetweenTicketAndWaitIsNotLost) {
  model::result r = wait_notify(1, false);
  EXPECT_TRUE(r.ok()) << r;
  r = wait_notify(1, true);
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

TEST(NotifyListModel, TwoWaitersWithUpToOnePreemption) {
  model::result r = wait_notify(2, false, {1, 3000000, {}});
  EXPECT_TRUE(r.ok()) << r;
  r = wait_notify(2, true, {1, 3000000, {}});
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

TEST(NotifyListModel, ADroppedWakeUpIsSeen) {
  model::options o;
  o.machine.forgotten_wakes = true;
  EXPECT_EQ(wait_notify(1, false, o).violation, "a thread sleeps for ever");
}

}  // namespace
}  // namespace gort::rt
