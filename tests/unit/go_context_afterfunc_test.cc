// The tests of AfterFunc in Go's src/context/x_test.go, and those of afterfunc_test.go, under their names.
#include "tests/unit/context_testing.h"

namespace {

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

}  // namespace
