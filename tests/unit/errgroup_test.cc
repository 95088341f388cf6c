// Package errgroup. Tests named as in golang.org/x/sync/errgroup do what those do.
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include <gort/errgroup.h>
#include <gort/gort.h>

#include "tests/unit/catch_panic.h"

using namespace gort;
using errgroup::Group;

namespace {

const error err1 = errors::New("errgroup_test: 1");
const error err2 = errors::New("errgroup_test: 2");
const error errDoom = errors::New("group_test: doomed");

TEST(Errgroup, Examples) {
  gort::run([] {
    std::vector<std::string> urls{"a", "b"};
    auto fetch = [](context::Context ctx, const std::string&) -> error { return ctx.Err(); };
    auto [g, ctx] = errgroup::WithContext(context::Background());
    for (std::string url : urls) g.Go([&, ctx = ctx, url]() -> error { return fetch(ctx, url); });
    EXPECT_EQ(g.Wait(), nil);
    Group h;
    any caught;
    func([&] {
      defer([&] { caught = recover(); });
      h.Go([] { panic(errors::New("bad")); });
      h.Wait();
    });
    auto* p = caught.as<errgroup::PanicError>();
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(p->Recovered.Error(), "bad");
  });
}

TEST(Errgroup, TestZeroGroup) {
  gort::run([] {
    const std::vector<std::vector<error>> cases{{}, {nil}, {err1}, {err1, nil}, {err1, nil, err2}};
    for (const auto& errs : cases) {
      Group g;
      error firstErr;
      for (const error& err : errs) {
        g.Go([err]() -> error { return err; });
        if (firstErr == nil && err != nil) firstErr = err;
        EXPECT_EQ(g.Wait(), firstErr);
      }
    }
  });
}

struct group_case {
  std::vector<error> errs;
  error want;
};
const std::vector<group_case> group_cases{{{}, nil}, {{nil}, nil}, {{errDoom}, errDoom}, {{errDoom, nil}, errDoom}};

TEST(Errgroup, TestWithContext) {
  gort::run([] {
    for (const auto& tc : group_cases) {
      auto [g, ctx] = errgroup::WithContext(context::Background());
      for (const error& err : tc.errs) g.Go([err]() -> error { return err; });
      EXPECT_EQ(g.Wait(), tc.want);
      EXPECT_TRUE(ctx.Done().try_recv().closed());
    }
  });
}

TEST(Errgroup, TestTryGo) {
  gort::run([] {
    Group g;
    const int n = 42;
    g.SetLimit(n);
    auto ch = make_chan<std::monostate>();
    auto fn = [ch] { ch.send({}); };
    for (int i = 0; i < n; i++) EXPECT_TRUE(g.TryGo(fn)) << i;
    EXPECT_FALSE(g.TryGo(fn));
    go([ch] {
      for (int i = 0; i < n; i++) ch.recv();
    });
    g.Wait();
    EXPECT_TRUE(g.TryGo(fn));
    go([ch] { ch.recv(); });
    g.Wait();

    g.SetLimit(1);
    EXPECT_TRUE(g.TryGo(fn));
    EXPECT_FALSE(g.TryGo(fn));
    go([ch] { ch.recv(); });
    g.Wait();

    g.SetLimit(0);
    for (int i = 0; i < 1 << 10; i++) EXPECT_FALSE(g.TryGo(fn));
    g.Wait();
  });
}

TEST(Errgroup, TestGoLimit) {
  gort::run([] {
    const int limit = 10;
    Group g;
    g.SetLimit(limit);
    std::atomic<int> active{0};
    for (int i = 0; i <= 1 << 10; i++) {
      g.Go([&]() -> error {
        if (int n = ++active; n > limit) return fmt::Errorf("saw %d active goroutines; want <= %d", n, limit);
        time::Sleep(time::Microsecond);
        active--;
        return nil;
      });
    }
    EXPECT_EQ(g.Wait(), nil);
  });
}

TEST(Errgroup, TestCancelCause) {
  gort::run([] {
    for (const auto& tc : group_cases) {
      auto [g, ctx] = errgroup::WithContext(context::Background());
      for (const error& err : tc.errs) g.TryGo([err]() -> error { return err; });
      EXPECT_EQ(g.Wait(), tc.want);
      EXPECT_EQ(context::Cause(ctx), tc.want == nil ? context::Canceled : tc.want);
    }
  });
}

[[gnu::noinline]] error panicking_task(any v) {
  panic(v);
}

TEST(Errgroup, TestPanic) {
  error p = errors::New("");
  any e = catch_panic([&] {
    Group g;
    g.Go([&] { return panicking_task(p); });
    g.Wait();
  });
  ASSERT_NE(e.as<errgroup::PanicError>(), nullptr) << fmt::Sprint(e);
  EXPECT_EQ(e.as<errgroup::PanicError>()->Recovered, p);
  EXPECT_NE(e.as<errgroup::PanicError>()->Error().find("panicking_task"), std::string::npos)
      << e.as<errgroup::PanicError>()->Error();
  EXPECT_TRUE(errors::Is(*e.as<error>(), p));

  any v = catch_panic([&] {
    Group g;
    g.Go([&] { return panicking_task(1); });
    g.Wait();
  });
  ASSERT_NE(v.as<errgroup::PanicValue>(), nullptr) << fmt::Sprint(v);
  EXPECT_EQ(v.as<errgroup::PanicValue>()->Recovered, any(1));
  EXPECT_NE(v.as<errgroup::PanicValue>()->Stack.find("panicking_task"), std::string::npos);
  EXPECT_EQ(v.as<errgroup::PanicValue>()->String().substr(0, 33), "recovered from errgroup.Group: 1\n");
}

TEST(Errgroup, TestGoexit) {
  gort::run([] {
    auto ended = make_chan<bool>(1);
    go([ended] {
      bool after = false;
      func([&] {
        defer([&] { ended.send(after); });
        Group g;
        g.Go([]() -> error { runtime::Goexit(); });
        g.Wait();
        after = true;
      });
    });
    EXPECT_FALSE(ended.recv());
  });
}

TEST(Errgroup, ModifyLimitWhileActivePanics) {
  EXPECT_EQ(fmt::Sprint(catch_panic([] {
              Group g;
              auto c = make_chan<std::monostate>();
              g.SetLimit(3);
              g.Go([c] { c.recv(); });
              g.Go([c] { c.recv(); });
              func([&] {
                defer([&] {
                  c.close();
                  g.Wait();
                });
                g.SetLimit(1);
              });
            })),
            "errgroup: modify limit while 2 goroutines in the group are still active");
}

TEST(Errgroup, ExceptionsOfTasksArePanicsOfWait) {
  any v = catch_panic([] {
    Group g;
    g.Go([] { throw std::runtime_error("thrown"); });
    g.Wait();
  });
  auto* p = v.as<errgroup::PanicError>();
  ASSERT_NE(p, nullptr) << fmt::Sprint(v);
  std::exception_ptr e = errors::AsException(p->Recovered);
  ASSERT_TRUE(e);
  EXPECT_THROW(std::rethrow_exception(e), std::runtime_error);
}

TEST(Errgroup, AFirstPanicCancelsTheContext) {
  gort::run([] {
    auto [g, ctx] = errgroup::WithContext(context::Background());
    func([&, &g = g, &ctx = ctx] {
      defer([] { EXPECT_TRUE(recover().is<errgroup::PanicValue>()); });
      g.Go([] { panic("first"); });
      g.Go([ctx = ctx] { ctx.Done().recv(); });
      g.Wait();
    });
    EXPECT_EQ(context::Cause(ctx), context::Canceled);
  });
}

TEST(Errgroup, TasksMayOutliveTheHandles) {
  gort::run([] {
    auto c = make_chan<int>();
    {
      Group g;
      g.Go([c] { c.send(c.recv() + 1); });
    }
    c.send(1);
    EXPECT_EQ(c.recv(), 2);
  });
}

TEST(Errgroup, MoveOnlyTasks) {
  gort::run([] {
    Group g;
    auto p = std::make_unique<int>(5);
    g.Go([p = std::move(p)]() -> error { return *p == 5 ? error(nil) : errors::New("lost"); });
    EXPECT_EQ(g.Wait(), nil);
  });
}

}  // namespace
