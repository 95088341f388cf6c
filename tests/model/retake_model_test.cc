// Every interleaving of pin, unpin and retake_running (HACKING.md, "The P is taken, not the goroutine"): a p never has
// two users.
#include "tests/model/checker.h"

#include "sched/lock.cc"
#include "sched/proc.h"
#include "sched/retake.cc"

#include <gtest/gtest.h>

__thread gort::rt::g* gort_tls_g __attribute__((tls_model("initial-exec"))) = nullptr;

namespace gort::rt {

schedt sched;
extern "C" g* gort_getg_thread() {
  return gort_tls_g;
}
// The real one gets another p or parks; here the owner goes on without.
bool pin_slow(m* mp) {
  pin_settle(mp);
  return true;
}

namespace {

struct machine {
  m mp;
  p pp;
  g gp;
  std::atomic<uint32_t> users{0};
  int taken = 0;
};

machine& fresh_machine() {
  auto& s = model::fresh<machine>();
  s.gp.m = &s.mp;
  s.mp.p = &s.pp;
  s.pp.m = &s.mp;
  s.pp.status = _Prunning;
  sched.retakelock.v = sched.retakelock.sleepers() = 0;
  membarrier_works = true;
  return s;
}

void use(machine& s) {
  model::check(s.users.exchange(1) == 0, "two threads use one p");
  s.users.exchange(0);
}

// The owner enters the runtime `times` times and uses its p there, if it still has it.
void owner(machine& s, int times) {
  for (int i = 0; i < times; i++) {
    m* mp = pin();
    p* pp = mp->p;
    if (pp != nullptr) use(s);
    unpin(mp);
  }
}

void taker(machine& s) {
  if (!retake_running(&s.pp, true, _Pidle)) return;
  s.taken++;
  use(s);
}

// works: what the runtime believes of membarrier.
model::result retake_case(int times, int takers, const model::options& o = {}, bool works = true) {
  return model::explore(
      [=](model::world& w) {
        auto& s = fresh_machine();
        membarrier_works = works;
        w.thread([&s, times] { owner(s, times); }, &s.gp);
        for (int i = 0; i < takers; i++) w.thread([&s] { taker(s); });
        w.at_end([&s] {
          model::check(s.taken <= 1, "a p was taken twice");
          model::check((s.taken == 1) == (static_cast<p*>(s.mp.p) == nullptr), "the m does not know what it has");
        });
      },
      o);
}

TEST(RetakeModel, OwnerAndSysmonNeverUseThePTogether) {
  model::result r = retake_case(2, 1);
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

TEST(RetakeModel, SysmonAndStopTheWorldBothWantIt) {
  model::result r = retake_case(1, 2, {1, 3000000, {}});
  EXPECT_TRUE(r.ok()) << r;
  printf("%llu executions\n", static_cast<unsigned long long>(r.executions));
}

TEST(RetakeModel, WithoutMembarrierTwoUseIt) {
  model::options o;
  o.machine.membarrier_missing = true;
  EXPECT_EQ(retake_case(2, 1, o).violation, "two threads use one p");
}

// Where it is missing, pin pays with a fence.
TEST(RetakeModel, WithoutMembarrierTheFenceInPinServes) {
  model::options o;
  o.machine.membarrier_missing = true;
  model::result r = retake_case(2, 1, o, false);
  EXPECT_TRUE(r.ok()) << r;
  membarrier_works = true;
}

}  // namespace
}  // namespace gort::rt
