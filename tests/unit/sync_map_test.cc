// sync.Map and sync/atomic.Value. Tests named as in Go's src/sync do what those do.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include <gort/gort.h>

#include "tests/unit/catch_panic.h"

using namespace gort;

namespace {

TEST(SyncMap, Example) {
  gort::run([] {
    sync::Map<std::string, int> m;
    m.Store("a", 1);
    auto [v, ok] = m.Load("a");
    EXPECT_TRUE(ok);
    EXPECT_EQ(v, 1);
    m.Range([](const std::string& k, int n) {
      EXPECT_EQ(k, "a");
      EXPECT_EQ(n, 1);
      return true;
    });
  });
}

// The same random operations on a sync.Map and on a plain map have the same results.
TEST(SyncMap, TestMapMatchesPlainMap) {
  gort::run([] {
    std::mt19937 rng(3);
    sync::Map<int, int> m;
    std::map<int, int> plain;
    auto load = [&](int k) { return plain.count(k) != 0 ? std::pair(plain[k], true) : std::pair(0, false); };
    for (int i = 0; i < 20000; i++) {
      int k = int(rng() % 50), v = int(rng() % 4), old = int(rng() % 4);
      auto was = load(k);
      switch (rng() % 9) {
        case 0:
          EXPECT_EQ(m.Load(k), was);
          break;
        case 1:
          m.Store(k, v), plain[k] = v;
          break;
        case 2:
          EXPECT_EQ(m.LoadOrStore(k, v), was.second ? std::pair(was.first, true) : std::pair(v, false));
          plain.try_emplace(k, v);
          break;
        case 3:
          EXPECT_EQ(m.LoadAndDelete(k), was);
          plain.erase(k);
          break;
        case 4:
          m.Delete(k), plain.erase(k);
          break;
        case 5:
          EXPECT_EQ(m.Swap(k, v), was);
          plain[k] = v;
          break;
        case 6: {
          bool want = was.second && was.first == old;
          EXPECT_EQ(m.CompareAndSwap(k, old, v), want);
          if (want) plain[k] = v;
          break;
        }
        case 7: {
          bool want = was.second && was.first == old;
          EXPECT_EQ(m.CompareAndDelete(k, old), want);
          if (want) plain.erase(k);
          break;
        }
        case 8: {
          std::map<int, int> seen;
          m.Range([&](int key, int value) { return seen.emplace(key, value).second; });
          EXPECT_EQ(seen, plain);
        }
      }
    }
  });
}

TEST(SyncMap, TestConcurrentRange) {
  gort::run([] {
    const int64_t size = 1 << 10;
    sync::Map<int64_t, int64_t> m;
    for (int64_t n = 1; n <= size; n++) m.Store(n, n);
    std::atomic<bool> stop{false};
    sync::WaitGroup wg;
    for (int64_t g = 4; g > 0; g--) {
      wg.Add(1);
      go([&, g] {
        for (int64_t i = 0; !stop; i++) {
          for (int64_t n = 1; n < size; n++) {
            if ((n * i * g) % 7 == 0)
              m.Store(n, n * i * g * n);
            else
              m.Load(n);
          }
        }
        wg.Done();
      });
    }
    for (int n = 16; n > 0; n--) {
      std::map<int64_t, bool> seen;
      m.Range([&](int64_t k, int64_t v) {
        EXPECT_EQ(v % k, 0);
        EXPECT_TRUE(seen.emplace(k, true).second) << "key visited twice";
        return true;
      });
      EXPECT_EQ(int64_t(seen.size()), size);
    }
    stop = true;
    wg.Wait();
  });
}

TEST(SyncMap, TestMapRangeNestedCall) {
  gort::run([] {
    sync::Map<int, std::string> m;
    const char* words[] = {"hello", "world", "Go"};
    for (int i = 0; i < 3; i++) m.Store(i, words[i]);
    m.Range([&](int key, const std::string&) {
      m.Range([&](int k, const std::string& v) {
        auto [got, ok] = m.Load(k);
        EXPECT_TRUE(ok && got == v);
        m.LoadOrStore(k, "other");
        m.LoadAndDelete(42);
        m.CompareAndSwap(k, v, v + "!");
        return true;
      });
      m.Delete(key);
      return true;
    });
    int n = 0;
    m.Range([&](int, const std::string&) { return n++, true; });
    EXPECT_EQ(n, 0);
  });
}

TEST(SyncMap, TestCompareAndSwap_NonExistingKey) {
  gort::run([] {
    sync::Map m;
    EXPECT_FALSE(m.CompareAndSwap(1, nil, 42));
  });
}

TEST(SyncMap, RangeStopsAndDeletedKeysAreLeftOut) {
  gort::run([] {
    sync::Map<int, int> m;
    for (int i = 0; i < 100; i++) m.Store(i, i);
    int n = 0;
    m.Range([&](int, int) { return ++n < 10; });
    EXPECT_EQ(n, 10);
    n = 0;
    m.Range([&](int key, int) {
      n++;
      for (int i = 0; i < 100; i++)
        if (i != key) m.Delete(i);
      return true;
    });
    EXPECT_EQ(n, 1);
  });
}

TEST(SyncMap, AnyKeys) {
  sync::Map m;
  gort::run([&] {
    m.Store(1, "int");
    m.Store("1", "string");
    m.Store(int64_t{1}, "int64");
    EXPECT_EQ(m.Load("1").first.must_as<std::string>(), "string");
    EXPECT_EQ(m.Load(1).first.must_as<std::string>(), "int");
    EXPECT_TRUE(m.CompareAndDelete(1, "int"));
    EXPECT_FALSE(m.Load(1).second);
  });
  std::vector<int> slice{1};
  EXPECT_EQ(panic_text([&] { m.Load(slice); }), "runtime.errorString: runtime error: hash of unhashable type []int");
  EXPECT_EQ(panic_text([&] { m.Store(slice, 1); }),
            "runtime.errorString: runtime error: hash of unhashable type []int");
  gort::run([&] { m.Store("slice", slice); });
  EXPECT_EQ(panic_text([&] { m.CompareAndSwap("slice", slice, 1); }),
            "runtime.errorString: runtime error: comparing uncomparable type []int");
  gort::run([&] { EXPECT_TRUE(m.Load("slice").second); });  // the lock has been released
}

TEST(SyncMap, ThreadsAndGoroutines) {
  sync::Map<int, int> m;
  std::thread t([&] {
    for (int i = 0; i < 5000; i++) m.LoadOrStore(i % 100, i);
  });
  gort::run([&] {
    for (int i = 0; i < 5000; i++) m.LoadAndDelete(i % 100);
  });
  t.join();
}

// ---- sync/atomic.Value ----

TEST(SyncAtomicValue, TestValue) {
  gort::run([] {
    sync::atomic::Value v;
    EXPECT_FALSE(v.Load());
    v.Store(42);
    EXPECT_EQ(v.Load().must_as<int>(), 42);
    v.Store(84);
    EXPECT_EQ(v.Load().must_as<int>(), 84);
    sync::atomic::Value s;
    s.Store("foo");
    s.Store("barbaz");
    EXPECT_EQ(s.Load().must_as<std::string>(), "barbaz");
  });
}

TEST(SyncAtomicValue, TestValuePanic) {
  sync::atomic::Value v;
  EXPECT_EQ(panic_text([&] { v.Store(nil); }), "string: sync/atomic: store of nil value into Value");
  v.Store(42);
  EXPECT_EQ(panic_text([&] { v.Store("foo"); }), "string: sync/atomic: store of inconsistently typed value into Value");
  EXPECT_EQ(panic_text([&] { v.Store(nil); }), "string: sync/atomic: store of nil value into Value");
}

TEST(SyncAtomicValue, TestValue_Swap) {
  sync::atomic::Value v;
  EXPECT_EQ(panic_text([&] { v.Swap(nil); }), "string: sync/atomic: swap of nil value into Value");
  EXPECT_FALSE(v.Swap(true));
  EXPECT_TRUE(v.Swap(false).must_as<bool>());
  EXPECT_EQ(panic_text([&] { v.Swap(""); }), "string: sync/atomic: swap of inconsistently typed value into Value");
  EXPECT_FALSE(v.Load().must_as<bool>());
}

TEST(SyncAtomicValue, TestValue_CompareAndSwap) {
  sync::atomic::Value v;
  EXPECT_EQ(panic_text([&] { v.CompareAndSwap(nil, nil); }),
            "string: sync/atomic: compare and swap of nil value into Value");
  EXPECT_FALSE(v.CompareAndSwap("", ""));
  EXPECT_TRUE(v.CompareAndSwap(nil, true));
  EXPECT_TRUE(v.CompareAndSwap(true, true));
  EXPECT_FALSE(v.CompareAndSwap(false, true));
  EXPECT_EQ(panic_text([&] { v.CompareAndSwap(true, ""); }),
            "string: sync/atomic: compare and swap of inconsistently typed values");
  EXPECT_EQ(panic_text([&] { v.CompareAndSwap("", ""); }),
            "string: sync/atomic: compare and swap of inconsistently typed value into Value");
  sync::atomic::Value s;
  std::vector<int> slice{1};
  s.Store(slice);
  EXPECT_EQ(panic_text([&] { s.CompareAndSwap(slice, slice); }),
            "runtime.errorString: runtime error: comparing uncomparable type []int");
}

TEST(SyncAtomicValue, TestValueCompareAndSwapConcurrent) {
  gort::run([] {
    sync::atomic::Value v;
    sync::WaitGroup wg;
    v.Store(0);
    const int m = 200, n = 50;
    for (int i = 0; i < m; i++) {
      wg.Add(1);
      go([&, i] {
        for (int j = i; j < m * n; runtime::Gosched())
          if (v.CompareAndSwap(j, j + 1)) j += m;
        wg.Done();
      });
    }
    wg.Wait();
    EXPECT_EQ(v.Load().must_as<int>(), m * n);
  });
}

TEST(SyncAtomicValue, TestValueConcurrent) {
  gort::run([] {
    sync::atomic::Value v;
    v.Store(std::string("a"));
    sync::WaitGroup wg;
    for (int i = 0; i < 8; i++) {
      wg.Add(1);
      go([&, i] {
        for (int j = 0; j < 5000; j++) {
          v.Store(std::string(size_t(i % 4 + 1) * 20, char('a' + i)));
          std::string s = v.Load().must_as<std::string>();
          for (char c : s) EXPECT_EQ(c, s[0]);
        }
        wg.Done();
      });
    }
    wg.Wait();
  });
}

}  // namespace
