// eventually.h: how tests wait for what others do. A busy machine keeps the processor from any thread for as long as it
// likes, so that neither a sleep nor a number of turns says what the others have done: a test waits for the condition.
#pragma once

#include <gort/gort.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sched/proc.h"
#include "tests/under_tool.h"

// eventually waits, parked, until f() holds. False: it does not come. What takes a few turns costs no sleep.
template <class F>
bool eventually(F f) {
  const auto begin = gort::time::Now();
  for (int turn = 0; !f(); turn++) {
    if (turn < 100) {
      gort::runtime::Gosched();
      continue;
    }
    if (gort::time::Since(begin) > 60 * gort::time::Second) return false;
    gort::time::Sleep(gort::time::Millisecond);
  }
  return true;
}

// within_tries calls f with 0, 1, 2, ... until it returns true, so many times at most: for what a busy machine may
// spoil, and nothing else.
template <class F>
bool within_tries(int most, F f) {
  for (int i = 0; i < most; i++)
    if (f(i)) return true;
  return false;
}

// go_parked starts f on a goroutine and waits until that waits for something.
template <class F>
[[nodiscard]] bool go_parked(F f) {
  auto gp = std::make_shared<std::atomic<gort::rt::g*>>(nullptr);
  gort::go([gp, f = std::move(f)]() mutable {
    *gp = gort::rt::getg();
    f();
  });
  return eventually([&] {
    gort::rt::g* g = *gp;
    return g != nullptr && g->status.load() == gort::rt::_Gwaiting;
  });
}

// in_one_slice calls f with one P until a call takes less than the 10 ms that sysmon leaves every goroutine, and
// returns what that returned: the P has been taken from nobody meanwhile, and goroutines have run one at a time, in the
// scheduler's order.
template <class F>
auto in_one_slice(F f) {
  const auto begin = gort::time::Now();
  const auto patience = (tool::slow() ? 5 : 60) * gort::time::Second;
  const int procs = gort::runtime::GOMAXPROCS(1);
  for (;;) {
    const auto start = gort::time::Now();
    gort::runtime::Gosched();  // the slice begins here
    auto result = f();
    if (gort::time::Since(start) < 10 * gort::time::Millisecond || gort::time::Since(begin) > patience) {
      gort::runtime::GOMAXPROCS(procs);
      return result;
    }
  }
}

// with_ever_longer calls f(d) with a d twice as long each time, until it holds: for what is only so on a machine that
// wakes sleepers within d.
template <class F>
bool with_ever_longer(gort::time::Duration d, F f) {
  for (const auto begin = gort::time::Now(); gort::time::Since(begin) < 60 * gort::time::Second; d = d * 2)
    if (f(d)) return true;
  return false;
}

// sequence notes what comes after what.
class sequence {
 public:
  void push(int v) {
    std::lock_guard l(mu_);
    all_.push_back(v);
  }
  size_t size() const { return all().size(); }
  std::vector<int> all() const {
    std::lock_guard l(mu_);
    return all_;
  }

 private:
  mutable std::mutex mu_;
  std::vector<int> all_;
};

// alone waits until no goroutine is left but the caller's.
inline bool alone() {
  return eventually([] { return gort::runtime::NumGoroutine() == 1; });
}

// count_in_state tells how many goroutines are in a state of traces, such as "chan receive".
inline int count_in_state(std::string_view state) {
  const std::string mark = " [" + std::string(state);
  std::string text(1 << 20, '\0');
  text.resize(gort::runtime::Stack(text, true));
  int found = 0;
  for (size_t at = 0; (at = text.find(mark, at)) != text.npos;) {
    at += mark.size();
    found += text[at] == ']' || text[at] == ',';
  }
  return found;
}

// in_state waits until so many are.
inline bool in_state(int n, std::string_view state) {
  return eventually([&] { return count_in_state(state) >= n; });
}
