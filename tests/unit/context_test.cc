// Package context: what C++ adds to Go's, handles, ownership and threads, and the tests of Go's src/context that look
// inside, under their names. go_context_test.cc and go_context_afterfunc_test.cc have the others.
#include "tests/unit/context_testing.h"

namespace {

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
      auto [c, cancel] = context::WithDeadline(ctx, time::Now().Add(time::Hour));
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
