// The tests of Go's src/context/x_test.go, under their names.
#include "tests/unit/context_testing.h"

namespace {

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
    Context c = context::WithTimeout(context::Background(), time::Hour).first;
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

}  // namespace
