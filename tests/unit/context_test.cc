// Package context. Tests named as in Go's src/context do what those do; the rest is about what C++ adds: handles,
// ownership, threads.
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

const time::Duration shortDuration = time::Millisecond;
const time::Duration veryLongDuration = 1000 * time::Hour;
const time::Duration quiescent = 30 * time::Second;

struct otherContext : context::Embedded {
  using Embedded::Embedded;
};

bool is_done(const Context& c) {
  return c.Done().try_recv().closed();
}

// Waits for c, and fails after a while instead of hanging.
void wait_done(const Context& c, const char* what) {
  auto t = time::NewTimer(quiescent);
  select(recv(c.Done(), [] {}), recv(t->C, [&] { ADD_FAILURE() << what << ": not done"; }));
  t->Stop();
}

context::cancelCtx* cancel_ctx(const Context& c) {
  return static_cast<context::cancelCtx*>(c.rt_node());
}
size_t children(const Context& c) {
  return cancel_ctx(c)->children_count();
}
context::cancelCtx* parent_cancel_ctx(const Context& c) {
  rt::context_node* custom;
  return context::nearest(c.rt_node(), &custom);
}

TEST(Context, Examples) {
  gort::run([] {
    Context ctx = context::Background();
    ctx = context::WithValue(ctx, "user", std::string("ann"));
    EXPECT_EQ(ctx.Value<std::string>("user"), "ann");
    EXPECT_FALSE(ctx.Value<int>("user"));
    {
      auto [c, cancel] = context::WithCancelCause(ctx);
      cancel(errors::New("shutting down"));
      EXPECT_EQ(context::Cause(c).Error(), "shutting down");
    }
    {
      auto [c, cancel] = context::WithTimeout(ctx, 2 * time::Second);
      context::CancelGuard guard(cancel);
      EXPECT_TRUE(c.Deadline().second);
    }
    {
      auto [c, cancel] = context::WithDeadline(ctx, time::Now().Add(time::Second));
      func([&cancel = cancel] { defer(cancel); });
      EXPECT_EQ(c.Err(), context::Canceled);
    }
    {
      auto [c, cancel] = context::WithCancel(ctx);
      go([c = c] { c.Done().recv(); });
      auto stop = context::AfterFunc(c, [] { println("cancelled"); });
      EXPECT_TRUE(stop());
      cancel();
    }
    struct Traced : context::Embedded {
      using Embedded::Embedded;
      any Value(const any& key) const { return key == "traced" ? any(true) : Embedded::Value(key); }
    };
    Context traced = Traced(ctx);
    EXPECT_EQ(traced.Value<bool>("traced"), true);
    EXPECT_EQ(traced.Value<std::string>("user"), "ann");
  });
}

// ---- src/context/context_test.go: the tests that look inside ----

TEST(Context, TestParentFinishesChild) {
  gort::run([] {
    auto [parent, cancel] = context::WithCancel(context::Background());
    auto [cancelChild, stop1] = context::WithCancel(parent);
    Context valueChild = context::WithValue(parent, "key", "value");
    auto [timerChild, stop2] = context::WithTimeout(valueChild, veryLongDuration);
    auto afterStop = context::AfterFunc(parent, [] {});
    for (const Context& c : {parent, cancelChild, valueChild, timerChild}) EXPECT_FALSE(is_done(c));
    EXPECT_EQ(children(parent), 3u);
    EXPECT_EQ(parent_cancel_ctx(valueChild), cancel_ctx(parent));
    EXPECT_EQ(cancel_ctx(cancelChild)->up, cancel_ctx(parent));
    EXPECT_EQ(cancel_ctx(timerChild)->up, cancel_ctx(parent));
    cancel();
    EXPECT_EQ(children(parent), 0u);
    for (const Context& c : {parent, cancelChild, valueChild, timerChild}) {
      EXPECT_TRUE(is_done(c)) << c.String();
      EXPECT_EQ(c.Err(), context::Canceled) << c.String();
    }
    Context precanceledChild = context::WithValue(parent, "key", "value");
    EXPECT_TRUE(is_done(precanceledChild));
    EXPECT_EQ(precanceledChild.Err(), context::Canceled);
    stop1();
    stop2();
    afterStop();
  });
}

TEST(Context, TestChildFinishesFirst) {
  gort::run([] {
    auto [cancelable, stop] = context::WithCancel(context::Background());
    for (const Context& parent : {context::Background(), cancelable}) {
      const bool linked = parent == cancelable;
      auto [child, cancel] = context::WithCancel(parent);
      EXPECT_FALSE(is_done(parent));
      EXPECT_FALSE(is_done(child));
      EXPECT_EQ(cancel_ctx(child)->up, linked ? cancel_ctx(parent) : nullptr);
      if (linked) {
        EXPECT_EQ(children(parent), 1u);
      }
      cancel();
      if (linked) {
        EXPECT_EQ(children(parent), 0u);
      }
      EXPECT_TRUE(is_done(child));
      EXPECT_EQ(child.Err(), context::Canceled);
      EXPECT_FALSE(is_done(parent));
      EXPECT_EQ(parent.Err(), nil);
    }
    stop();
  });
}

TEST(Context, TestCancelRemoves) {
  gort::run([] {
    auto [ctx, _] = context::WithCancel(context::Background());
    EXPECT_EQ(children(ctx), 0u);
    {
      auto [c, cancel] = context::WithCancel(ctx);
      EXPECT_EQ(children(ctx), 1u);
      cancel();
      EXPECT_EQ(children(ctx), 0u);
    }
    {
      auto [c, cancel] = context::WithTimeout(ctx, 60 * time::Minute);
      EXPECT_EQ(children(ctx), 1u);
      cancel();
      EXPECT_EQ(children(ctx), 0u);
    }
    auto stop = context::AfterFunc(ctx, [] {});
    EXPECT_EQ(children(ctx), 1u);
    stop();
    EXPECT_EQ(children(ctx), 0u);
  });
}

TEST(Context, TestCustomContextGoroutines) {
  struct myCtx : context::Embedded {
    using Embedded::Embedded;
  };
  struct myDoneCtx : context::Embedded {
    using Embedded::Embedded;
    context::done_chan Done() const { return make_chan<unit>(); }
  };
  gort::run([] {
    int g = context::goroutines.load();
    auto started = [&] { return context::goroutines.load() - std::exchange(g, context::goroutines.load()); };
    context::WithCancel(myDoneCtx(context::Background())).second();
    EXPECT_EQ(started(), 1);
    context::WithTimeout(myDoneCtx(context::Background()), veryLongDuration).second();
    EXPECT_EQ(started(), 1);

    auto [ctx1, cancel1] = context::WithCancel(context::Background());
    EXPECT_EQ(started(), 0);
    Context ctx2 = myCtx(ctx1);
    auto [ctx3, cancel3] = context::WithCancel(ctx2);
    EXPECT_EQ(started(), 0);
    auto [ctx3b, cancel3b] = context::WithCancel(myDoneCtx(ctx2));
    EXPECT_EQ(started(), 1);  // ctx1 does not provide Done, so it must not be used
    auto [ctx4, cancel4] = context::WithTimeout(ctx3, veryLongDuration);
    EXPECT_EQ(started(), 0);
    auto [ctx5, cancel5] = context::WithCancel(ctx4);
    cancel5();
    EXPECT_EQ(started(), 0);
    auto [ctx6, cancel6] = context::WithTimeout(ctx5, veryLongDuration);
    EXPECT_EQ(started(), 0);
    cancel6();
    cancel1();
    EXPECT_TRUE(is_done(ctx3));
    auto [ctx7, cancel7] = context::WithCancel(ctx5);
    EXPECT_EQ(started(), 0);
    cancel7();
    cancel4();
    cancel3b();
    cancel3();
  });
}

// ---- src/context/x_test.go ----

TEST(Context, TestBackground) {
  Context c = context::Background();
  EXPECT_TRUE(c != nil);
  EXPECT_FALSE(c.Done().try_recv().selected());
  EXPECT_TRUE(c.Done() == nil);
  EXPECT_EQ(fmt::Sprint(c), "context.Background");
}

TEST(Context, TestTODO) {
  Context c = context::TODO();
  EXPECT_TRUE(c != nil);
  EXPECT_TRUE(c != context::Background());
  EXPECT_TRUE(c.Done() == nil);
  EXPECT_EQ(fmt::Sprint(c), "context.TODO");
}

TEST(Context, TestWithCancel) {
  gort::run([] {
    auto [c1, cancel] = context::WithCancel(context::Background());
    EXPECT_EQ(fmt::Sprint(c1), "context.Background.WithCancel");
    Context o = otherContext(c1);
    auto [c2, _] = context::WithCancel(o);
    std::vector<Context> contexts{c1, o, c2};
    for (const Context& c : contexts) {
      EXPECT_TRUE(c.Done() != nil);
      EXPECT_EQ(c.Err(), nil);
      EXPECT_FALSE(is_done(c));
    }
    cancel();
    for (const Context& c : contexts) {
      EXPECT_TRUE(is_done(c));
      EXPECT_EQ(c.Err(), context::Canceled);
    }
  });
}

void testDeadline(const Context& c, const char* name) {
  wait_done(c, name);
  EXPECT_EQ(c.Err(), context::DeadlineExceeded) << name;
}

TEST(Context, TestDeadline) {
  gort::run([] {
    Context c = context::WithDeadline(context::Background(), time::Now().Add(shortDuration)).first;
    EXPECT_EQ(fmt::Sprint(c).substr(0, 32), "context.Background.WithDeadline(");
    testDeadline(c, "WithDeadline");
    c = context::WithDeadline(context::Background(), time::Now().Add(shortDuration)).first;
    testDeadline(otherContext(c), "WithDeadline+otherContext");
    c = context::WithDeadline(context::Background(), time::Now().Add(shortDuration)).first;
    c = context::WithDeadline(otherContext(c), time::Now().Add(veryLongDuration)).first;
    testDeadline(c, "WithDeadline+otherContext+WithDeadline");
    c = context::WithDeadline(context::Background(), time::Now().Add(-shortDuration)).first;
    testDeadline(c, "WithDeadline+inthepast");
    c = context::WithDeadline(context::Background(), time::Now()).first;
    testDeadline(c, "WithDeadline+now");
  });
}

TEST(Context, TestTimeout) {
  gort::run([] {
    Context c = context::WithTimeout(context::Background(), shortDuration).first;
    EXPECT_EQ(fmt::Sprint(c).substr(0, 32), "context.Background.WithDeadline(");
    testDeadline(c, "WithTimeout");
    c = context::WithTimeout(context::Background(), shortDuration).first;
    testDeadline(otherContext(c), "WithTimeout+otherContext");
    c = context::WithTimeout(context::Background(), shortDuration).first;
    c = context::WithTimeout(otherContext(c), veryLongDuration).first;
    testDeadline(c, "WithTimeout+otherContext+WithTimeout");
  });
}

TEST(Context, TestCanceledTimeout) {
  gort::run([] {
    Context c = context::WithTimeout(context::Background(), time::Second).first;
    auto [c2, cancel] = context::WithTimeout(otherContext(c), veryLongDuration);
    cancel();
    EXPECT_TRUE(is_done(c2));
    EXPECT_EQ(c2.Err(), context::Canceled);
  });
}

struct key1 : named<int> {
  using named::named;
};
struct key2 : named<int> {
  using named::named;
};
const key1 k1(1);
const key2 k2(1);  // same int as k1, different type
const key2 k3(3);  // same type as k2, different int

TEST(Context, TestValues) {
  auto check = [](const Context& c, const char* nm, std::string v1, std::string v2, std::string v3) {
    EXPECT_EQ(c.Value<std::string>(k1).value_or(""), v1) << nm;
    EXPECT_EQ(c.Value<std::string>(k2).value_or(""), v2) << nm;
    EXPECT_EQ(c.Value<std::string>(k3).value_or(""), v3) << nm;
  };
  Context c0 = context::Background();
  check(c0, "c0", "", "", "");
  Context c1 = context::WithValue(context::Background(), k1, "c1k1");
  check(c1, "c1", "c1k1", "", "");
  EXPECT_EQ(fmt::Sprint(c1), "context.Background.WithValue(type main.key1, val c1k1)");
  Context c2 = context::WithValue(c1, k2, "c2k2");
  check(c2, "c2", "c1k1", "c2k2", "");
  Context c3 = context::WithValue(c2, k3, "c3k3");
  check(c3, "c3", "c1k1", "c2k2", "c3k3");
  Context c4 = context::WithValue(c3, k1, nil);
  check(c4, "c4", "", "c2k2", "c3k3");
  check(otherContext(context::Background()), "o0", "", "", "");
  Context o1 = otherContext(context::WithValue(context::Background(), k1, "c1k1"));
  check(o1, "o1", "c1k1", "", "");
  Context o2 = context::WithValue(o1, k2, "o2k2");
  check(o2, "o2", "c1k1", "o2k2", "");
  Context o3 = otherContext(c4);
  check(o3, "o3", "", "c2k2", "c3k3");
  Context o4 = context::WithValue(o3, k3, nil);
  check(o4, "o4", "", "c2k2", "");
}

TEST(Context, TestSimultaneousCancels) {
  gort::run([] {
    auto [root, cancel] = context::WithCancel(context::Background());
    std::unordered_map<Context, CancelFunc> m{{root, cancel}};
    std::vector<Context> q{root};
    for (size_t at = 0; at < q.size() && m.size() < 100; at++) {
      for (int i = 0; i < 4; i++) {
        auto [ctx, cancel] = context::WithCancel(q[at]);
        m.emplace(ctx, cancel);
        q.push_back(ctx);
      }
    }
    sync::WaitGroup wg;
    wg.Add(static_cast<int64_t>(m.size()));
    for (auto& [ctx, c] : m) {
      go([&wg, c = c] {
        c();
        wg.Done();
      });
    }
    for (auto& [ctx, c] : m) wait_done(ctx, "simultaneous");
    wg.Wait();
  });
}

TEST(Context, TestInterlockedCancels) {
  gort::run([] {
    auto [parent, cancelParent] = context::WithCancel(context::Background());
    auto [child, cancelChild] = context::WithCancel(parent);
    go([parent = parent, cancelChild = cancelChild] {
      parent.Done().recv();
      cancelChild();
    });
    cancelParent();
    wait_done(child, "interlocked");
  });
}

void testLayers(bool testTimeout) {
  std::mt19937 r(std::random_device{}());
  std::vector<std::shared_ptr<int>> vals;
  std::vector<CancelFunc> cancels;
  int numTimers = 0;
  Context ctx = context::Background();
  for (int i = 0; i < 30 || numTimers == 0 || cancels.empty() || vals.empty(); i++) {
    switch (r() % 3) {
      case 0: {
        auto v = std::make_shared<int>(i);
        ctx = context::WithValue(ctx, v, v);
        vals.push_back(v);
        break;
      }
      case 1: {
        auto [c, cancel] = context::WithCancel(ctx);
        ctx = c;
        cancels.push_back(cancel);
        break;
      }
      default: {
        auto [c, cancel] = context::WithTimeout(ctx, testTimeout ? shortDuration : veryLongDuration);
        ctx = c;
        cancels.push_back(cancel);
        numTimers++;
      }
    }
  }
  auto checkValues = [&](const char* when) {
    for (auto& v : vals) EXPECT_EQ(ctx.Value<std::shared_ptr<int>>(v), v) << when;
  };
  if (!testTimeout) {
    EXPECT_FALSE(is_done(ctx));
  }
  EXPECT_EQ(fmt::Sprint(ctx).substr(0, 19), "context.Background.");
  checkValues("before cancel");
  if (testTimeout) {
    wait_done(ctx, "layers");
    checkValues("after timeout");
  } else {
    cancels[r() % cancels.size()]();
    EXPECT_TRUE(is_done(ctx));
    checkValues("after cancel");
  }
  for (auto& c : cancels) c();
}

TEST(Context, TestLayersCancel) {
  gort::run([] { testLayers(false); });
}
TEST(Context, TestLayersTimeout) {
  gort::run([] { testLayers(true); });
}

TEST(Context, TestWithCancelCanceledParent) {
  auto [parent, pcancel] = context::WithCancelCause(context::Background());
  error cause = errors::New("Because!");
  pcancel(cause);
  auto [c, _] = context::WithCancel(parent);
  EXPECT_TRUE(is_done(c));
  EXPECT_EQ(c.Err(), context::Canceled);
  EXPECT_EQ(context::Cause(c), cause);
}

TEST(Context, TestWithCancelSimultaneouslyCanceledParent) {
  gort::run([] {
    for (int i = 0; i < 100; i++) {
      auto [parent, pcancel] = context::WithCancelCause(context::Background());
      error cause = errors::New("Because!");
      go([pcancel = pcancel, cause] { pcancel(cause); });
      auto [c, _] = context::WithCancel(parent);
      c.Done().recv();
      EXPECT_EQ(c.Err(), context::Canceled);
      EXPECT_EQ(context::Cause(c), cause);
    }
  });
}

TEST(Context, TestWithValueChecksKey) {
  EXPECT_EQ(panic_text([] { context::WithValue(context::Background(), std::vector<uint8_t>{1}, "bar"); }),
            "string: key is not comparable");
  EXPECT_EQ(panic_text([] { context::WithValue(context::Background(), nil, "bar"); }), "string: nil key");
}

TEST(Context, TestInvalidDerivedFail) {
  const char* want = "string: cannot create context from nil parent";
  EXPECT_EQ(panic_text([] { context::WithCancel(nil); }), want);
  EXPECT_EQ(panic_text([] { context::WithCancelCause(nil); }), want);
  EXPECT_EQ(panic_text([] { context::WithDeadline(nil, time::Now().Add(shortDuration)); }), want);
  EXPECT_EQ(panic_text([] { context::WithTimeout(nil, shortDuration); }), want);
  EXPECT_EQ(panic_text([] { context::WithValue(nil, "foo", "bar"); }), want);
  EXPECT_EQ(panic_text([] { context::WithoutCancel(nil); }), want);
}

TEST(Context, TestDeadlineExceededSupportsTimeout) {
  auto* e = context::DeadlineExceeded.as<context::deadlineExceededError>();
  ASSERT_NE(e, nullptr);
  EXPECT_TRUE(e->Timeout());
  EXPECT_TRUE(e->Temporary());
  EXPECT_EQ(context::DeadlineExceeded.Error(), "context deadline exceeded");
  EXPECT_EQ(context::DeadlineExceeded.type_name(), "context.deadlineExceededError");
  EXPECT_EQ(context::Canceled.Error(), "context canceled");
}

TEST(Context, TestCause) {
  const time::Duration forever = 1e6 * time::Second;
  const error parentCause = errors::New("parentCause"), childCause = errors::New("childCause"),
              tooSlow = errors::New("tooSlow"), finishedEarly = errors::New("finishedEarly"), none = nil;
  struct row {
    const char* name;
    std::function<Context()> ctx;
    error err, cause;
  };
  // child below a parent, cancelled in one order or the other
  auto two = [&](bool parentFirst) {
    auto [p, cancelParent] = context::WithCancelCause(context::Background());
    auto [c, cancelChild] = context::WithCancelCause(p);
    if (parentFirst) cancelParent(parentCause);
    cancelChild(childCause);
    if (!parentFirst) cancelParent(parentCause);
    return c;
  };
  auto two_plain = [&](bool parentFirst) {
    auto [p, cancelParent] = context::WithCancelCause(context::Background());
    auto [c, cancelChild] = context::WithCancel(p);
    if (parentFirst) cancelParent(parentCause);
    cancelChild();
    if (!parentFirst) cancelParent(parentCause);
    return c;
  };
  auto plain_above = [&](bool parentFirst) {
    auto [p, cancelParent] = context::WithCancel(context::Background());
    auto [c, cancelChild] = context::WithCancelCause(p);
    if (parentFirst) cancelParent();
    cancelChild(childCause);
    if (!parentFirst) cancelParent();
    return c;
  };
  auto timeout = [&](time::Duration d, error cause) {
    auto [c, cancel] = context::WithTimeoutCause(context::Background(), d, cause);
    cancel();
    return c;
  };
  auto stacked = [&](time::Duration d) {
    auto [p, cancel] = context::WithCancelCause(context::Background());
    Context c = context::WithTimeoutCause(p, d, tooSlow).first;
    cancel(finishedEarly);
    return c;
  };
  auto one = [&](error cause) {
    auto [c, cancel] = context::WithCancelCause(context::Background());
    cancel(cause);
    return c;
  };
  const row rows[] = {
      {"Background", [] { return context::Background(); }, nil, nil},
      {"TODO", [] { return context::TODO(); }, nil, nil},
      {"WithCancel",
       [] {
         auto [c, cancel] = context::WithCancel(context::Background());
         cancel();
         return c;
       },
       context::Canceled, context::Canceled},
      {"WithCancelCause", [&] { return one(parentCause); }, context::Canceled, parentCause},
      {"WithCancelCause nil", [&] { return one(nil); }, context::Canceled, context::Canceled},
      {"WithCancelCause: parent cause before child", [&] { return two(true); }, context::Canceled, parentCause},
      {"WithCancelCause: parent cause after child", [&] { return two(false); }, context::Canceled, childCause},
      {"WithCancelCause: parent cause before nil", [&] { return two_plain(true); }, context::Canceled, parentCause},
      {"WithCancelCause: parent cause after nil", [&] { return two_plain(false); }, context::Canceled,
       context::Canceled},
      {"WithCancelCause: child cause after nil", [&] { return plain_above(true); }, context::Canceled,
       context::Canceled},
      {"WithCancelCause: child cause before nil", [&] { return plain_above(false); }, context::Canceled, childCause},
      {"WithTimeout", [&] { return timeout(0, nil); }, context::DeadlineExceeded, context::DeadlineExceeded},
      {"WithTimeout canceled", [&] { return timeout(forever, nil); }, context::Canceled, context::Canceled},
      {"WithTimeoutCause", [&] { return timeout(0, tooSlow); }, context::DeadlineExceeded, tooSlow},
      {"WithTimeoutCause canceled", [&] { return timeout(forever, tooSlow); }, context::Canceled, context::Canceled},
      {"WithTimeoutCause stacked", [&] { return stacked(0); }, context::DeadlineExceeded, tooSlow},
      {"WithTimeoutCause stacked canceled", [&] { return stacked(forever); }, context::Canceled, finishedEarly},
      {"WithoutCancel", [] { return context::WithoutCancel(context::Background()); }, nil, nil},
      {"WithoutCancel canceled", [&] { return context::WithoutCancel(one(finishedEarly)); }, nil, nil},
      {"WithoutCancel timeout", [&] { return context::WithoutCancel(timeout(0, tooSlow)); }, nil, nil},
  };
  gort::run([&] {
    for (const row& r : rows) {
      Context ctx = r.ctx();
      EXPECT_EQ(ctx.Err(), r.err) << r.name;
      EXPECT_EQ(context::Cause(ctx), r.cause) << r.name;
    }
  });
}

TEST(Context, TestCauseRace) {
  gort::run([] {
    error cause = errors::New("TestCauseRace");
    auto [ctx, cancel] = context::WithCancelCause(context::Background());
    go([cancel = cancel, cause] { cancel(cause); });
    for (;;) {
      if (error err = context::Cause(ctx); err != nil) {
        EXPECT_EQ(err, cause);
        break;
      }
      runtime::Gosched();
    }
  });
}

TEST(Context, TestWithoutCancel) {
  Context ctx = context::WithoutCancel(context::WithValue(context::Background(), "key", "value"));
  auto [d, ok] = ctx.Deadline();
  EXPECT_TRUE(d.IsZero());
  EXPECT_FALSE(ok);
  EXPECT_TRUE(ctx.Done() == nil);
  EXPECT_EQ(ctx.Err(), nil);
  EXPECT_EQ(ctx.Value("key"), any("value"));
  EXPECT_EQ(ctx.String(), "context.Background.WithValue(type string, val value).WithoutCancel");
}

TEST(Context, TestCustomContextPropagation) {
  struct customDoneContext : context::Embedded {
    using Embedded::Embedded;
    chan<unit> donec = make_chan<unit>();
    context::done_chan Done() const { return donec; }
  };
  gort::run([] {
    error cause = errors::New("TestCustomContextPropagation");
    auto [ctx1, cancel1] = context::WithCancelCause(context::Background());
    customDoneContext ctx2(ctx1);
    auto [ctx3, cancel3] = context::WithCancel(ctx2);
    cancel1(cause);
    ctx2.donec.close();
    wait_done(ctx3, "custom");
    EXPECT_EQ(ctx3.Err(), context::Canceled);
    EXPECT_EQ(context::Cause(ctx3), cause);
    cancel3();
  });
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

TEST(Context, TestCustomContextCause) {
  gort::run([] {
    auto ccc = std::make_shared<customCauseContext>();
    ccc->cancel();
    EXPECT_EQ(ccc->Err(), context::Canceled);
    EXPECT_EQ(context::Cause(ccc), context::Canceled);

    ccc = std::make_shared<customCauseContext>();
    {
      auto [ctx, causeFunc] = context::WithCancelCause(ccc);
      error cause = errors::New("TestCustomContextCause");
      causeFunc(cause);
      EXPECT_EQ(ctx.Err(), context::Canceled);
      EXPECT_EQ(context::Cause(ctx), cause);
      EXPECT_EQ(ccc->Err(), nil);
      EXPECT_EQ(context::Cause(ccc), nil);
      ccc->cancel();
      EXPECT_EQ(context::Cause(ctx), cause);
      EXPECT_EQ(context::Cause(ccc), context::Canceled);
    }
    ccc = std::make_shared<customCauseContext>();
    auto [ctx, cancelFunc] = context::WithCancel(ccc);
    ccc->cancelChild = cancelFunc;
    ccc->cancel();
    EXPECT_EQ(ctx.Err(), context::Canceled);
    EXPECT_EQ(context::Cause(ctx), context::Canceled);
    EXPECT_EQ(ccc->Err(), context::Canceled);
    ccc->cancelChild = nil;
  });
}

TEST(Context, TestAfterFuncCalledAfterCancel) {
  gort::run([] {
    auto [ctx, cancel] = context::WithCancel(context::Background());
    auto donec = make_chan<unit>();
    auto stop = context::AfterFunc(ctx, [donec] { donec.close(); });
    time::Sleep(shortDuration);
    EXPECT_FALSE(donec.try_recv().selected());
    cancel();
    donec.recv();
    EXPECT_FALSE(stop());
  });
}

TEST(Context, TestAfterFuncCalledAfterTimeout) {
  gort::run([] {
    auto [ctx, cancel] = context::WithTimeout(context::Background(), shortDuration);
    auto donec = make_chan<unit>();
    context::AfterFunc(ctx, [donec] { donec.close(); });
    donec.recv();
    cancel();
  });
}

TEST(Context, TestAfterFuncCalledImmediately) {
  gort::run([] {
    auto [ctx, cancel] = context::WithCancel(context::Background());
    cancel();
    auto donec = make_chan<unit>();
    context::AfterFunc(ctx, [donec] { donec.close(); });
    donec.recv();
  });
}

TEST(Context, TestAfterFuncNotCalledAfterStop) {
  gort::run([] {
    auto [ctx, cancel] = context::WithCancel(context::Background());
    auto donec = make_chan<unit>();
    auto stop = context::AfterFunc(ctx, [donec] { donec.close(); });
    EXPECT_TRUE(stop());
    cancel();
    time::Sleep(shortDuration);
    EXPECT_FALSE(donec.try_recv().selected());
    EXPECT_FALSE(stop());
  });
}

TEST(Context, TestAfterFuncCalledAsynchronously) {
  gort::run([] {
    auto [ctx, cancel] = context::WithCancel(context::Background());
    auto donec = make_chan<unit>();
    context::AfterFunc(ctx, [donec] { donec.send({}); });
    cancel();
    donec.recv();
  });
}

// ---- src/context/afterfunc_test.go ----

struct afterFuncContext {
  mutable sync::Mutex mu;
  mutable std::map<int, std::function<void()>> afterFuncs;
  mutable int last = 0;
  chan<unit> done = make_chan<unit>();
  error err;

  std::pair<time::Time, bool> Deadline() const { return {}; }
  context::done_chan Done() const { return done; }
  error Err() const {
    std::lock_guard l(mu);
    return err;
  }
  any Value(const any&) const { return nil; }
  std::function<bool()> AfterFunc(std::function<void()> f) const {
    std::lock_guard l(mu);
    int k = last++;
    afterFuncs[k] = std::move(f);
    return [this, k] {
      std::lock_guard l(mu);
      return afterFuncs.erase(k) != 0;
    };
  }
  void cancel(error e) {
    std::lock_guard l(mu);
    if (err != nil) return;
    err = e;
    for (auto& [k, f] : afterFuncs) go(f);
    afterFuncs.clear();
  }
};

TEST(Context, TestCustomContextAfterFuncCancel) {
  gort::run([] {
    auto ctx0 = std::make_shared<afterFuncContext>();
    auto [ctx1, cancel] = context::WithCancel(ctx0);
    ctx0->cancel(context::Canceled);
    ctx1.Done().recv();
    cancel();
  });
}

TEST(Context, TestCustomContextAfterFuncTimeout) {
  gort::run([] {
    auto ctx0 = std::make_shared<afterFuncContext>();
    auto [ctx1, cancel] = context::WithTimeout(ctx0, veryLongDuration);
    ctx0->cancel(context::Canceled);
    ctx1.Done().recv();
    cancel();
  });
}

TEST(Context, TestCustomContextAfterFuncAfterFunc) {
  gort::run([] {
    auto ctx0 = std::make_shared<afterFuncContext>();
    auto donec = make_chan<unit>();
    auto stop = context::AfterFunc(ctx0, [donec] { donec.close(); });
    ctx0->cancel(context::Canceled);
    donec.recv();
    stop();
  });
}

TEST(Context, TestCustomContextAfterFuncUnregisterCancel) {
  auto ctx0 = std::make_shared<afterFuncContext>();
  auto [ctx1, cancel1] = context::WithCancel(ctx0);
  auto [ctx2, cancel2] = context::WithCancel(ctx0);
  EXPECT_EQ(ctx0->afterFuncs.size(), 2u);
  cancel1();
  cancel2();
  EXPECT_EQ(ctx0->afterFuncs.size(), 0u);
}

TEST(Context, TestCustomContextAfterFuncUnregisterTimeout) {
  gort::run([] {
    auto ctx0 = std::make_shared<afterFuncContext>();
    auto [ctx1, cancel] = context::WithTimeout(ctx0, veryLongDuration);
    EXPECT_EQ(ctx0->afterFuncs.size(), 1u);
    cancel();
    EXPECT_EQ(ctx0->afterFuncs.size(), 0u);
  });
}

TEST(Context, TestCustomContextAfterFuncUnregisterAfterFunc) {
  auto ctx0 = std::make_shared<afterFuncContext>();
  auto stop = context::AfterFunc(ctx0, [] {});
  EXPECT_EQ(ctx0->afterFuncs.size(), 1u);
  stop();
  EXPECT_EQ(ctx0->afterFuncs.size(), 0u);
}

// ---- handles ----

TEST(ContextHandle, NilPanicsWhenUsed) {
  const std::string want = "runtime error: invalid memory address or nil pointer dereference";
  auto text = [](auto f) { return fmt::Sprint(catch_panic(f)); };
  Context none;
  EXPECT_TRUE(none == nil);
  EXPECT_EQ(none.String(), "<nil>");
  EXPECT_EQ(text([&] { none.Err(); }), want);
  EXPECT_EQ(text([&] { none.Done(); }), want);
  EXPECT_EQ(text([&] { CancelFunc()(); }), want);
  EXPECT_EQ(text([&] { CancelCauseFunc()(nil); }), want);
  EXPECT_EQ(text([&] { context::Cause(nil); }), want);
}

TEST(ContextHandle, EqualityIsIdentity) {
  auto [a, cancelA] = context::WithCancel(context::Background());
  auto [b, cancelB] = context::WithCancel(context::Background());
  Context copy = a;
  EXPECT_TRUE(copy == a);
  EXPECT_FALSE(a == b);
  EXPECT_TRUE(context::Background() == context::Background());
  auto shared = std::make_shared<customCauseContext>();
  EXPECT_TRUE(Context(shared) == Context(shared));
  std::shared_ptr<customCauseContext> null;
  EXPECT_TRUE(Context(null) == nil);
}

TEST(ContextHandle, CustomContextsAreNamedByTheirType) {
  struct Named : context::Embedded {
    using Embedded::Embedded;
    std::string String() const { return "Named(" + Context.String() + ")"; }
  };
  Context bg = context::Background();
  EXPECT_EQ(context::WithCancel(otherContext(bg)).first.String(), "main.otherContext.WithCancel");
  EXPECT_EQ(context::WithCancel(std::make_shared<customCauseContext>()).first.String(),
            "*main.customCauseContext.WithCancel");
  EXPECT_EQ(context::WithCancel(Named(bg)).first.String(), "Named(context.Background).WithCancel");
}

TEST(ContextHandle, ThreadsWaitForContexts) {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  std::thread t([cancel = cancel] { cancel(); });
  ctx.Done().recv();
  t.join();
  EXPECT_EQ(ctx.Err(), context::Canceled);
}

// ---- ownership ----

std::atomic<int> probes{0};
struct probe {
  probe() { probes++; }
  probe(const probe&) { probes++; }
  ~probe() { probes--; }
  bool operator==(const probe&) const { return true; }
};

TEST(ContextOwnership, TreesThatNobodyHoldsAreFreed) {
  gort::run([] {
    {
      auto [root, cancel] = context::WithCancel(context::WithValue(context::Background(), "p", probe()));
      std::vector<Context> all;
      for (int i = 0; i < 10; i++)
        all.push_back(context::WithCancel(context::WithValue(i == 0 ? root : all.back(), "p", probe())).first);
      context::AfterFunc(all[3], [p = probe()] {});
      EXPECT_GT(probes.load(), 0);
    }
    EXPECT_EQ(probes.load(), 0);
  });
}

TEST(ContextOwnership, ALongChainIsCancelledAndFreedWithoutRecursion) {
  gort::run([] {
    go([] {});
    auto [root, cancel] = context::WithCancel(context::WithValue(context::Background(), "p", probe()));
    Context leaf = root;
    for (int i = 0; i < 200000; i++) leaf = context::WithCancel(std::move(leaf)).first;
    cancel();
    EXPECT_EQ(leaf.Err(), context::Canceled);
    leaf = context::Background();
    for (int i = 0; i < 200000; i++) leaf = context::WithCancel(std::move(leaf)).first;
    leaf = nil;
    cancel = nil;
    root = nil;
    EXPECT_EQ(probes.load(), 0);
  });
}

// As in Go, what has been registered with a context whose handles have gone is done when an ancestor is cancelled.
TEST(ContextOwnership, DoneOutlivesItsContext) {
  gort::run([] {
    auto [root, cancel] = context::WithCancel(context::Background());
    context::done_chan done = context::WithCancel(context::WithCancel(root).first).first.Done();
    EXPECT_EQ(children(root), 1u);
    EXPECT_FALSE(done.try_recv().selected());
    cancel();
    EXPECT_TRUE(done.try_recv().closed());
  });
}

TEST(ContextOwnership, AfterFuncOutlivesItsContext) {
  gort::run([] {
    auto [root, cancel] = context::WithCancel(context::Background());
    auto ran = make_chan<int>(3);
    std::function<bool()> stop;
    {
      Context c = context::WithCancel(context::WithCancel(root).first).first;
      context::AfterFunc(c, [ran] { ran.send(1); });
      stop = context::AfterFunc(c, [ran] { ran.send(2); });
    }
    EXPECT_EQ(children(root), 2u);
    EXPECT_TRUE(stop());
    EXPECT_EQ(children(root), 1u);
    cancel();
    EXPECT_EQ(ran.recv(), 1);
    EXPECT_FALSE(ran.try_recv().selected());
  });
}

TEST(ContextOwnership, ATimerKeepsItsContext) {
  gort::run([] {
    context::done_chan done = context::WithTimeout(context::Background(), shortDuration).first.Done();
    done.recv();
  });
}

TEST(ContextOwnership, StopOfAFunctionWhoseContextHasGone) {
  gort::run([] {
    std::function<bool()> stop;
    {
      auto [c, cancel] = context::WithCancel(context::Background());
      stop = context::AfterFunc(c, [] { FAIL(); });
    }
    EXPECT_TRUE(stop());
    EXPECT_FALSE(stop());
  });
}

// Contexts end, are cancelled, are made and have functions stopped, all at once.
TEST(ContextStress, EndingAndCancellingMeet) {
  gort::run([] {
    for (int round = 0; round < 300; round++) {
      auto [root, cancel] = context::WithCancel(context::Background());
      sync::WaitGroup wg;
      std::atomic<int> ran{0}, stopped{0};
      for (int k = 0; k < 4; k++) {
        wg.Add(1);
        go([&, root = root] {
          for (int i = 0; i < 20; i++) {
            Context c = context::WithCancel(root).first;
            context::done_chan done = i % 3 == 0 ? c.Done() : nil;
            auto stop = context::AfterFunc(context::WithCancel(c).first, [&] { ran++; });
            c = nil;
            if (i % 2 == 0 && stop()) stopped++;
            if (done != nil && ran > 0) done.recv();
          }
          wg.Done();
        });
      }
      runtime::Gosched();
      cancel();
      wg.Wait();
      while (ran + stopped < 80) runtime::Gosched();
      EXPECT_EQ(ran + stopped, 80);
      EXPECT_EQ(children(root), 0u);
    }
  });
}

}  // namespace
