// Tests of Go's src/sync, src/errors, src/context and golang.org/x/time/rate, under their names: those whose twins do
// not stand in the test of the package itself. tests/conformance/README.md has the table.
#include <gort/context.h>
#include <gort/debug.h>
#include <gort/errors.h>
#include <gort/fmt.h>
#include <gort/go.h>
#include <gort/net.h>
#include <gort/rate.h>
#include <gort/runtime.h>
#include <gort/sync.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "tests/unit/catch_panic.h"

namespace {
// Not in gort, whose functions traces hide.
[[gnu::noinline]] void once_func_panics() {
  gort::panic("x");
}
}  // namespace

namespace gort {
namespace {

// ---- sync ----

TEST(GoSync, TestOnceFuncGoexit) {
  int calls = 0;
  auto f = sync::OnceFunc([&] {
    calls++;
    runtime::Goexit();
  });
  for (int i = 0; i < 2; i++) {
    sync::WaitGroup wg;
    wg.Add(1);
    go([&] {
      func([&] {
        defer([&] { wg.Done(); });
        defer([] { recover(); });
        f();
      });
    });
    wg.Wait();
  }
  EXPECT_EQ(calls, 1);
}

// The stack of the first call goes all the way down to the origin of the panic.
TEST(GoSync, TestOnceFuncPanicTraceback) {
  auto f = sync::OnceFunc([] { once_func_panics(); });
  std::string stack;
  gort::run([&] {
    func([&] {
      defer([&] {
        stack = debug::Stack();
        EXPECT_EQ(fmt::Sprint(recover()), "x");
      });
      f();
    });
  });
  EXPECT_NE(stack.find("once_func_panics("), std::string::npos) << stack;
}

// A map and its model under the same operations.
template <class Model>
void match(Model model) {
  sync::Map<int, int> m;
  uint64_t seed = 7;
  auto random = [&](int n) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return int((seed >> 33) % unsigned(n));
  };
  for (int i = 0; i < 20000; i++) {
    int k = random(50), v = random(5), w = random(5);
    auto was = model.get(k);
    std::pair<int, bool> got;
    switch (random(6)) {
      case 0:
        EXPECT_EQ(m.Load(k), was);
        break;
      case 1:
        m.Store(k, v);
        model.set(k, v);
        break;
      case 2:
        got = m.LoadOrStore(k, v);
        EXPECT_EQ(got, was.second ? was : std::pair(v, false));
        if (!was.second) model.set(k, v);
        break;
      case 3:
        EXPECT_EQ(m.LoadAndDelete(k), was);
        model.erase(k);
        break;
      case 4:
        EXPECT_EQ(m.Swap(k, v), was);
        model.set(k, v);
        break;
      case 5:
        EXPECT_EQ(m.CompareAndSwap(k, v, w), was == std::pair(v, true));
        if (was == std::pair(v, true)) model.set(k, w);
        break;
    }
  }
  std::map<int, int> all;
  m.Range([&](int k, int v) { return all[k] = v, true; });
  EXPECT_EQ(all, model.all());
}

TEST(GoSync, TestMapMatchesRWMutex) {
  struct model {
    std::map<int, int> m;
    sync::RWMutex mu;
    std::pair<int, bool> get(int k) {
      std::shared_lock l(mu);
      auto it = m.find(k);
      return it == m.end() ? std::pair(0, false) : std::pair(it->second, true);
    }
    void set(int k, int v) {
      std::unique_lock l(mu);
      m[k] = v;
    }
    void erase(int k) {
      std::unique_lock l(mu);
      m.erase(k);
    }
    std::map<int, int> all() { return m; }
  };
  struct handle {
    std::shared_ptr<model> m = std::make_shared<model>();
    std::pair<int, bool> get(int k) { return m->get(k); }
    void set(int k, int v) { m->set(k, v); }
    void erase(int k) { m->erase(k); }
    std::map<int, int> all() { return m->all(); }
  };
  match(handle());
}

TEST(GoSync, TestMutexMisuse) {  // the texts: conformance/fatal/mutexes, mutex/unlock_twice, rwmutex/misuse
  sync::Mutex mu;
  mu.Lock();
  EXPECT_FALSE(mu.TryLock());
  mu.Unlock();
  sync::RWMutex rw;
  rw.RLock();
  EXPECT_FALSE(rw.TryLock());
  rw.RUnlock();
  EXPECT_TRUE(rw.TryLock());
  rw.Unlock();
}

// ---- sync/atomic ----

TEST(GoSyncAtomic, TestValueLarge) {
  struct large {
    std::string s = std::string(16384, 'x');
    int n = 0;
  };
  sync::atomic::Value v;
  EXPECT_TRUE(v.Load() == nil);
  v.Store(large{"foo", 1});
  v.Store(large{std::string(16384, 'b'), 84});
  const large got = v.Load().must_as<large>();
  EXPECT_EQ(got.n, 84);
  EXPECT_EQ(got.s, std::string(16384, 'b'));
}

// Every value that is swapped in is swapped out once.
TEST(GoSyncAtomic, TestValueSwapConcurrent) {
  sync::atomic::Value v;
  std::atomic<uint64_t> out{0};
  const uint64_t kGoroutines = 8, kEach = 2000;
  sync::WaitGroup wg;
  for (uint64_t i = 0; i < kGoroutines; i++) {
    wg.Add(1);
    go([&, i] {
      uint64_t sum = 0;
      for (uint64_t n = i * kEach; n < (i + 1) * kEach; n++)
        if (any old = v.Swap(n)) sum += old.must_as<uint64_t>();
      out += sum;
      wg.Done();
    });
  }
  wg.Wait();
  const uint64_t n = kGoroutines * kEach;
  EXPECT_EQ(out + v.Load().must_as<uint64_t>(), n * (n - 1) / 2);
}

// ---- errors ----

TEST(GoErrors, TestNewEqual) {
  EXPECT_FALSE(errors::New("abc") == errors::New("abc"));
  EXPECT_FALSE(errors::New("abc") == errors::New("xyz"));
  error err = errors::New("jkl");
  EXPECT_TRUE(err == err);
}

TEST(GoErrors, TestErrorMethod) {
  EXPECT_EQ(errors::New("abc").Error(), "abc");
}

TEST(GoErrors, TestJoinReturnsNil) {
  EXPECT_TRUE(errors::Join() == nil);
  EXPECT_TRUE(errors::Join(nil) == nil);
  EXPECT_TRUE(errors::Join(nil, nil) == nil);
}

TEST(GoErrors, TestJoin) {
  error a = errors::New("err1"), b = errors::New("err2");
  for (const error& joined : {errors::Join(a, b), errors::Join(a, nil, b)}) {
    const auto* tree = joined.as<rt::errors_joinError>();
    ASSERT_NE(tree, nullptr);
    EXPECT_EQ(tree->Unwrap(), (std::vector<error>{a, b}));
  }
}

TEST(GoErrors, TestJoinErrorMethod) {
  error a = errors::New("err1"), b = errors::New("err2");
  EXPECT_EQ(errors::Join(a).Error(), "err1");
  EXPECT_EQ(errors::Join(a, b).Error(), "err1\nerr2");
  EXPECT_EQ(errors::Join(a, nil, b).Error(), "err1\nerr2");
}

struct errorT {
  std::string s;
  std::string Error() const { return "errorT(" + s + ")"; }
};
struct poser {
  std::string msg;
  std::string Error() const { return msg; }
  bool As(any target) const {
    auto* p = target.as<errorT*>();
    if (p == nullptr) return false;
    **p = errorT{"poser"};
    return true;
  }
};

TEST(GoErrors, TestAs) {
  const struct {
    error err;
    std::optional<std::string> want;
  } cases[] = {
      {nil, {}},
      {fmt::Errorf("pittied the fool: %w", errorT{"T"}), "T"},
      {errorT{"T"}, "T"},
      {errors::New("plain"), {}},
      {poser{"a poser"}, "poser"},
      {fmt::Errorf("path: %w", poser{"a poser"}), "poser"},
      {errors::Join(errors::New("a"), errorT{"T"}), "T"},
      {errors::Join(errorT{"T1"}, errorT{"T2"}), "T1"},
      {errors::Join(), {}},
      {errors::Join(errors::Join(errors::New("a"), errorT{"T"}), errors::New("b")), "T"},
  };
  for (const auto& c : cases) {
    errorT target;
    bool found = errors::As(c.err, &target);
    EXPECT_EQ(found, c.want.has_value()) << fmt::Sprint(c.err);
    if (found && c.want) {
      EXPECT_EQ(target.s, *c.want);
    }
  }
}

TEST(GoErrors, TestAsValidation) {  // targets that are no pointers to errors do not compile
  errorT* nowhere = nullptr;
  EXPECT_EQ(fmt::Sprint(catch_panic([&] { errors::As(errors::New("error"), nowhere); })),
            "errors: target must be a non-nil pointer");
}

TEST(GoErrors, TestUnwrap) {
  error a = errors::New("1"), wrapped = fmt::Errorf("wrap 2: %w", a);
  EXPECT_TRUE(errors::Unwrap(nil) == nil);
  EXPECT_TRUE(errors::Unwrap(a) == nil);
  EXPECT_TRUE(errors::Unwrap(wrapped) == a);
  EXPECT_TRUE(errors::Unwrap(fmt::Errorf("wrap 3: %w", wrapped)) == wrapped);
  EXPECT_TRUE(errors::Unwrap(errors::Join(a, wrapped)) == nil);
}

// ---- context ----

TEST(GoContext, TestDeadlineExceededIsNetError) {
  net::Error err(context::DeadlineExceeded);
  ASSERT_TRUE(err != nil);
  EXPECT_TRUE(err.Timeout());
  EXPECT_TRUE(err.Temporary());
}

// ---- rate ----

TEST(GoRate, TestSometimesMax) {
  rate::Sometimes s{.Interval = INT64_MAX};
  int n = 0;
  s.Do([&] { n++; });
  s.Do([&] { n++; });
  EXPECT_EQ(n, 1);
}

TEST(GoRate, TestSometimesNegative) {
  rate::Sometimes s{.Interval = -1};
  int n = 0;
  s.Do([&] { n++; });
  s.Do([&] { n++; });
  EXPECT_EQ(n, 1);
}

}  // namespace
}  // namespace gort
