// What the tests of package context share.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

#include <gort/context.h>
#include <gort/gort.h>

#include "runtime/context/context.h"
#include "tests/unit/catch_panic.h"

using namespace gort;
using context::CancelCauseFunc;
using context::CancelFunc;
using context::Context;
using unit = std::monostate;

namespace {

[[maybe_unused]] const time::Duration shortDuration = time::Millisecond;
[[maybe_unused]] const time::Duration veryLongDuration = 1000 * time::Hour;
[[maybe_unused]] const time::Duration quiescent = 30 * time::Second;

struct otherContext : context::Embedded {
  using Embedded::Embedded;
};

[[maybe_unused]] bool is_done(const Context& c) {
  return c.Done().try_recv().closed();
}

// Waits for c, and fails after a while instead of hanging.
[[maybe_unused]] void wait_done(const Context& c, const char* what) {
  auto t = time::NewTimer(quiescent);
  select(recv(c.Done(), [] {}), recv(t->C, [&] { ADD_FAILURE() << what << ": not done"; }));
  t->Stop();
}

[[maybe_unused]] context::cancelCtx* cancel_ctx(const Context& c) {
  return static_cast<context::cancelCtx*>(c.rt_node());
}
[[maybe_unused]] size_t children(const Context& c) {
  return cancel_ctx(c)->children_count();
}
[[maybe_unused]] context::cancelCtx* parent_cancel_ctx(const Context& c) {
  rt::context_node* custom;
  return context::nearest(c.rt_node(), &custom);
}

// customCauseContext is a context of the test's own, shared by pointer.
struct customCauseContext {
  mutable sync::Mutex mu;
  chan<unit> done = make_chan<unit>();
  error err;
  CancelFunc cancelChild;

  std::pair<time::Time, bool> Deadline() const { return {}; }
  context::done_chan Done() const { return done; }
  error Err() const {
    std::lock_guard l(mu);
    return err;
  }
  any Value(const any&) const { return nil; }
  void cancel() {
    CancelFunc child;
    {
      std::lock_guard l(mu);
      err = context::Canceled;
      done.close();
      child = cancelChild;
    }
    if (child) child();
  }
};

}  // namespace
