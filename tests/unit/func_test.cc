// func, defer and local without panics: order, when things are evaluated, made and destroyed, and every kind of
// callable.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <algorithm>
#include <array>
#include <functional>
#include <malloc.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "child_program.h"
#include "fixture_build.h"

using namespace gort;

namespace {

// everywhere runs f on a goroutine and on an ordinary thread.
template <class F>
void everywhere(F f) {
  {
    SCOPED_TRACE("on a goroutine");
    gort::run(f);
  }
  SCOPED_TRACE("on a thread");
  f();
}

// A log of events; counted objects write into it.
std::vector<std::string> events;

std::string take_events() {
  std::string s;
  for (const auto& e : events) s += (s.empty() ? "" : " ") + e;
  events.clear();
  return s;
}

struct Counted {
  static inline int alive = 0, copies = 0, moves = 0;
  static void reset() { copies = moves = 0; }
  int v;
  explicit Counted(int n) : v(n) { alive++; }
  Counted(const Counted& o) : v(o.v) { alive++, copies++; }
  Counted(Counted&& o) noexcept : v(o.v) {
    o.v = -1;
    alive++, moves++;
  }
  Counted& operator=(const Counted&) = default;
  ~Counted() { alive--; }
};

struct Loud {
  std::string name;
  explicit Loud(std::string n) : name(std::move(n)) { events.push_back("+" + name); }
  Loud(const Loud&) = delete;
  ~Loud() { events.push_back("-" + name); }
};

// ---- order and time of calls ----

TEST(Defer, RunsNewestFirst) {
  everywhere([] {
    func([&] {
      for (int i = 0; i < 5; i++) defer([i] { events.push_back(std::to_string(i)); });
      events.push_back("body");
    });
    EXPECT_EQ(take_events(), "body 4 3 2 1 0");
  });
}

TEST(Defer, RunsAtTheEndOfTheFuncNotOfTheBlock) {
  everywhere([] {
    func([&] {
      if (true) {
        defer([] { events.push_back("deferred"); });
      }
      events.push_back("after the block");
    });
    events.push_back("after the func");
    EXPECT_EQ(take_events(), "after the block deferred after the func");
  });
}

TEST(Defer, BelongsToTheInnermostFunc) {
  everywhere([] {
    func([&] {
      defer([] { events.push_back("outer"); });
      func([&] {
        defer([] { events.push_back("inner"); });
        events.push_back("body");
      });
      events.push_back("between");
    });
    EXPECT_EQ(take_events(), "body inner between outer");
  });
}

TEST(Defer, EarlyReturnRunsWhatWasRegistered) {
  everywhere([] {
    for (int stop = 0; stop < 3; stop++) {
      func([&] {
        if (stop == 0) return;
        defer([] { events.push_back("a"); });
        if (stop == 1) return;
        defer([] { events.push_back("b"); });
      });
      events.push_back("|");
    }
    EXPECT_EQ(take_events(), "| a | b a |");
  });
}

TEST(Defer, FunctionAndArgumentsAreEvaluatedAtTheStatement) {
  everywhere([] {
    std::string text = "then";
    auto log = [](const std::string& s, int n) { events.push_back(s + std::to_string(n)); };
    void (*f)(const char*) = [](const char* s) { events.push_back(s); };
    func([&] {
      int n = 1;
      defer(log, text, n);
      defer(f, "first function");
      text = "later";
      n = 2;
      f = [](const char*) { events.push_back("second function"); };
    });
    EXPECT_EQ(take_events(), "first function then1");
  });
}

TEST(Defer, ADeferredCallMayDefer) {
  everywhere([] {
    func([&] {
      defer([] { events.push_back("first"); });
      defer([] {
        events.push_back("second");
        defer([] { events.push_back("from second"); });
        func([&] {
          defer([] { events.push_back("inner"); });
          events.push_back("inner body");
        });
      });
    });
    EXPECT_EQ(take_events(), "second inner body inner from second first");
  });
}

TEST(Defer, ThrowingCopyOfAnArgumentRegistersNothing) {
  struct Throws {
    Throws() = default;
    Throws(const Throws&) { throw std::runtime_error("copy"); }
  };
  everywhere([] {
    EXPECT_THROW(func([&] {
                   defer([] { events.push_back("earlier"); });
                   Throws t;
                   defer([](const Throws&) { events.push_back("never"); }, t);
                 }),
                 std::runtime_error);
    EXPECT_EQ(take_events(), "earlier");
  });
}

TEST(Defer, PanicInAnArgumentRegistersNothing) {
  everywhere([] {
    auto bad = []() -> int { panic("argument"); };
    func([&] {
      defer([] { events.push_back(*recover().as<std::string>()); });
      defer([](int) { events.push_back("never"); }, bad());
    });
    EXPECT_EQ(take_events(), "argument");
  });
}

// ---- what is copied, moved, destroyed ----

TEST(Defer, ArgumentsAreCopiedOnceAndMovedIntoTheCall) {
  everywhere([] {
    Counted::reset();
    func([&] {
      Counted c(7);
      defer([](Counted d) { events.push_back(std::to_string(d.v)); }, c);
      EXPECT_EQ(Counted::copies, 1);
    });
    EXPECT_EQ(Counted::copies, 1);
    EXPECT_EQ(Counted::alive, 0);
    EXPECT_EQ(take_events(), "7");
  });
}

TEST(Defer, MoveOnlyArgumentsAndClosures) {
  everywhere([] {
    func([&] {
      auto p = std::make_unique<int>(3);
      defer([](std::unique_ptr<int> q) { events.push_back("argument " + std::to_string(*q)); }, std::move(p));
      EXPECT_EQ(p, nullptr);
      p = std::make_unique<int>(4);
      defer([q = std::move(p)] { events.push_back("closure " + std::to_string(*q)); });
    });
    EXPECT_EQ(take_events(), "closure 4 argument 3");
  });
}

TEST(Defer, ClosureIsDestroyedRightAfterItsCall) {
  everywhere([] {
    func([&] {
      defer([] { events.push_back("first"); });
      defer([l = std::make_unique<Loud>("x")] { events.push_back("second"); });
    });
    EXPECT_EQ(take_events(), "+x second -x first");
  });
}

TEST(Defer, ResultIsDroppedAndDestroyed) {
  everywhere([] {
    func([&] {
      defer([] { return Counted(1); });
      defer([](int n) { return std::string(size_t(n), 'x'); }, 100);
      defer([] { return 1.5; });
    });
    EXPECT_EQ(Counted::alive, 0);
  });
}

TEST(Defer, LargeAndOverAlignedClosures) {
  struct alignas(128) Wide {
    std::array<char, 1000> bytes{};
  };
  everywhere([] {
    int seen = 0;
    func([&] {
      for (int i = 0; i < 20; i++) {
        Wide w;
        w.bytes[999] = char(i);
        defer([w, i, &seen] {
          EXPECT_EQ(reinterpret_cast<uintptr_t>(&w) % 128, 0u);
          EXPECT_EQ(w.bytes[999], char(i));
          seen++;
        });
        defer([](const Wide& a, int n) { EXPECT_EQ(a.bytes[999], char(n)); }, w, i);
      }
    });
    EXPECT_EQ(seen, 20);
  });
}

// ---- callables ----

void plain() {
  events.push_back("plain");
}
void plain2(int a, const std::string& b) {
  events.push_back(std::to_string(a) + b);
}

struct Base {
  virtual ~Base() = default;
  virtual void who() { events.push_back("base"); }
};
struct Derived : Base {
  int n = 1;
  void who() override { events.push_back("derived"); }
  void add(int k) { n += k; }
  void tell() const { events.push_back("n=" + std::to_string(n)); }
};

struct Functor {
  int calls = 0;
  void operator()() { events.push_back("functor" + std::to_string(++calls)); }
};
struct ConstFunctor {
  void operator()() const { events.push_back("const"); }
};
struct Overloaded {
  void operator()() { events.push_back("none"); }
  void operator()(int) { events.push_back("int"); }
  void operator()(const char*) { events.push_back("text"); }
};
struct VirtualFunctor {
  virtual ~VirtualFunctor() = default;
  virtual void operator()() { events.push_back("virtual"); }
};
struct Inherits : Functor {};

TEST(Defer, MemberFunctions) {
  everywhere([] {
    Derived d;
    auto shared = std::make_shared<Derived>();
    func([&] {
      defer(&Derived::tell, d);   // the value now: 1
      defer(&Derived::tell, &d);  // what it is then: 11
      defer(&Derived::add, &d, 10);
      defer(&Base::who, &d);          // virtual
      defer(&Derived::tell, shared);  // keeps it alive
      shared.reset();
    });
    EXPECT_EQ(take_events(), "n=1 derived n=11 n=1");
  });
}

TEST(Defer, FunctorsOfEveryKind) {
  everywhere([] {
    Functor f;
    func([&] {
      defer(f);
      defer(std::ref(f));
      defer(ConstFunctor{});
      defer(Overloaded{});
      defer(Overloaded{}, 1);
      defer(Overloaded{}, "x");
      defer(VirtualFunctor{});
      defer(Inherits{});
      defer([](auto... a) { events.push_back("generic" + std::to_string(sizeof...(a))); }, 1, 2.0);
      defer([k = 0]() mutable { events.push_back("mutable" + std::to_string(++k)); });
      defer([]() noexcept { events.push_back("noexcept"); });
    });
    EXPECT_EQ(take_events(), "noexcept mutable1 generic2 functor1 virtual text int none const functor1 functor1");
    EXPECT_EQ(f.calls, 1) << "the functor was copied, the reference was not";
  });
}

TEST(Defer, FunctionsAndStdFunctions) {
  everywhere([] {
    std::function<void()> f = [] { events.push_back("std::function"); };
    std::function<int(int)> g = [](int n) {
      events.push_back("g" + std::to_string(n));
      return n;
    };
    auto bound = std::bind(plain2, std::placeholders::_1, std::string("bound"));
    func([&] {
      defer(plain);
      defer(&plain);
      defer(plain2, 5, "five");
      defer(f);
      defer(g, 2);
      defer(bound, 9);
      f = nullptr;
    });
    EXPECT_EQ(take_events(), "9bound g2 std::function 5five plain plain");
  });
}

TEST(Defer, NilFunctionPanicsWhenItIsCalled) {
  gort::run([] {  // on a thread the fault would be the host's
    for (int kind = 0; kind < 4; kind++) {
      SCOPED_TRACE(kind);
      func([&] {
        defer([] {
          any e = recover();
          events.push_back(e.is<runtime::Error>() ? e.as<error>()->Error() : "no panic");
        });
        defer([] { events.push_back("older"); });
        if (kind == 0) defer(static_cast<void (*)()>(nullptr));
        if (kind == 1) defer(std::function<void()>());
        if (kind == 2) defer(static_cast<void (*)(int)>(nullptr), 1);
        if (kind == 3) defer(std::function<void(std::string)>(), "x");
        defer([] { events.push_back("newer"); });
        events.push_back("body");
      });
      EXPECT_EQ(take_events(), "body newer older runtime error: invalid memory address or nil pointer dereference");
    }
  });
}

// ---- func ----

TEST(Func, TakesEveryKindOfBody) {
  everywhere([] {
    Functor f;
    func(f);
    func(Functor{});
    const ConstFunctor c;
    func(c);
    auto mutable_body = [k = 0]() mutable { events.push_back("m" + std::to_string(++k)); };
    func(mutable_body);
    func(mutable_body);
    std::function<void()> sf = [] { events.push_back("std"); };
    func(sf);
    func([]() noexcept { events.push_back("noexcept"); });
    func([] { return 5; });
    EXPECT_EQ(take_events(), "functor1 functor1 const m1 m2 std noexcept");
    EXPECT_EQ(f.calls, 1) << "the body was called in place, not copied";
  });
}

TEST(Func, EveryFormOfResult) {
  everywhere([] {
    EXPECT_EQ(func<int>([] { return 5; }), 5);
    EXPECT_EQ(func<int>([](int& r) {
                r = 6;
                return 7;
              }),
              7);
    EXPECT_EQ(func<int>([](int& r) { r = 8; }), 8);
    EXPECT_EQ(func<int>([](int&) {}), 0);
    EXPECT_EQ(func<std::string>([] { return "text"; }), "text");
    EXPECT_EQ(func<double>([] { return 3; }), 3.0);
    EXPECT_EQ(*func<std::unique_ptr<int>>([] { return std::make_unique<int>(4); }), 4);
    auto [a, b] = func<std::pair<int, std::string>>([](auto& r) {
      r.first = 1;
      r.second = "b";
    });
    EXPECT_EQ(a, 1);
    EXPECT_EQ(b, "b");
  });
}

TEST(Func, ReturnedValueIsTheResultThatDeferredCallsSeeAndChange) {
  everywhere([] {
    EXPECT_EQ(func<int>([](int& r) {
                defer([&] { r++; });
                defer([&] { r *= 10; });
                return 5;
              }),
              51);
    EXPECT_EQ(func<std::string>([](std::string& r) {
                defer([&] { r += "!"; });
                r = "overwritten";
                return std::string("result");
              }),
              "result!");
  });
}

TEST(Func, ClassResultsLeaveNothingBehind) {
  struct Result : Counted {
    Result() : Counted(0) {}
    explicit Result(int n) : Counted(n) {}
  };
  everywhere([] {
    for (int i = 0; i < 10; i++) {
      Result r = func<Result>([&](Result& res) {
        defer([&] {
          if (recover()) res.v = -100;
        });
        defer([&] { res.v += 100; });
        if (i % 3 == 0) panic("x");
        return Result(i);
      });
      EXPECT_EQ(r.v, i % 3 == 0 ? -100 : 100 + i);
    }
    EXPECT_EQ(Counted::alive, 0);
  });
}

TEST(Func, NestsDeeply) {
  everywhere([] {
    int depth = 0, ended = 0;
    std::function<void()> down = [&] {
      func([&] {
        defer([&] { ended++; });
        if (++depth < 1000) down();
      });
    };
    down();
    EXPECT_EQ(ended, 1000);
  });
}

TEST(Func, ADeferredCallMayPark) {
  gort::run([] {
    auto c = make_chan<int>();
    int got = 0;
    go([=] {
      for (int i = 1; i <= 3; i++) c.send(i);
    });
    func([&] {
      for (int i = 0; i < 3; i++) defer([&] { got = got * 10 + c.recv(); });
    });
    EXPECT_EQ(got, 123);
  });
}

// ---- many records ----

size_t heap_in_use() {
  struct mallinfo2 m = mallinfo2();
  return m.uordblks + m.hblkhd;
}

constexpr int kMillion = rt::kUnderTool ? 100000 : 1000000;

TEST(Defer, AMillionInALoopRunInOrderAndGiveTheirMemoryBack) {
  everywhere([] {
    size_t before = heap_in_use();
    for (int round = 0; round < 3; round++) {
      int next = kMillion - 1, wrong = 0;
      size_t most = 0;
      func([&] {
        for (int i = 0; i < kMillion; i++) defer([&, i] { wrong += next-- != i; });
        most = heap_in_use();
      });
      EXPECT_EQ(wrong, 0);
      EXPECT_EQ(next, -1);
      if (!rt::kUnderTool) {
        EXPECT_LE(most - before, size_t{kMillion} * 80) << "round " << round;
        EXPECT_LE(heap_in_use(), before + (256 << 10)) << "round " << round;
      }
    }
  });
}

// Each turn of the loop has a func of its own, with as many deferred calls as stand in its frame and with more.
TEST(Defer, AMillionFuncsInALoopTakeNoMemory) {
  everywhere([] {
    for (int each : {1, 20}) {
      size_t before = 0, most = 0;
      int ran = 0;
      for (int i = 0; i < kMillion / each; i++) {
        func([&] {
          for (int k = 0; k < each; k++) defer([&ran, i, k] { ran += i >= 0 && k >= 0; });
          if (i == 1000) before = most = heap_in_use();
          if (i % 1000 == 0) most = std::max(most, heap_in_use());
        });
      }
      EXPECT_EQ(ran, kMillion / each * each);
      if (!rt::kUnderTool) {
        EXPECT_LE(most - before, 64u << 10) << each;  // threads of the scheduler may start meanwhile
      }
    }
  });
}

TEST(Defer, ManyThatAreRecoveredGiveTheirMemoryBack) {
  everywhere([] {
    size_t before = 0;
    for (int round = 0; round < 6; round++) {
      int ran = 0;
      func([&] {
        defer([] { recover(); });
        func([&] {
          for (int i = 0; i < 20000; i++) defer([&, s = std::string(50, 'x')] { ran += s.size() == 50; });
          panic("x");
        });
      });
      EXPECT_EQ(ran, 20000);
      if (round == 1) before = heap_in_use();
      if (round > 1 && !rt::kUnderTool) {
        EXPECT_LE(heap_in_use(), before + (256 << 10)) << "round " << round;
      }
    }
  });
}

// ---- local ----

TEST(Local, LivesUntilTheDeferredCallsHaveRunAndIsDestroyedInReverse) {
  everywhere([] {
    func([&] {
      auto& a = local<Loud>("a");
      defer([&] { events.push_back("deferred " + a.name); });
      auto& b = local<Loud>("b");
      defer([&] { events.push_back("deferred " + b.name); });
      events.push_back("body");
    });
    EXPECT_EQ(take_events(), "+a +b body deferred b deferred a -b -a");
  });
}

TEST(Local, IsDestroyedOnceByPanicExceptionAndGoexit) {
  everywhere([] {
    func([&] {
      defer([] { events.push_back(*recover().as<std::string>()); });
      local<Loud>("kept");
      func([&] {
        local<Loud>("left");
        panic("p");
      });
    });
    EXPECT_EQ(take_events(), "+kept +left p -left -kept");
    try {
      func([&] {
        local<Loud>("a");
        throw 1;
      });
    } catch (int) {
      events.push_back("caught");
    }
    EXPECT_EQ(take_events(), "+a -a caught");
  });
  gort::run([] {
    auto done = make_chan<int>();
    go([=] {
      func([&] {
        local<std::shared_ptr<Loud>>(new Loud("g"), [done](Loud* l) {
          delete l;
          done.close();
        });
        runtime::Goexit();
      });
    });
    done.recv();
    EXPECT_EQ(take_events(), "+g -g");
  });
}

TEST(Local, OfAnyTypeAlignmentAndNumber) {
  struct alignas(256) Aligned {
    char c = 'x';
  };
  struct Aggregate {
    int a, b;
  };
  everywhere([] {
    func([&] {
      EXPECT_EQ(reinterpret_cast<uintptr_t>(&local<Aligned>()) % 256, 0u);
      EXPECT_EQ((local<Aggregate>(1, 2).b), 2);
      EXPECT_EQ(local<int>(), 0) << "value-initialized";
      auto& big = local<std::array<char, 100000>>();
      big.fill('z');
      std::vector<Counted*> all;
      for (int i = 0; i < 1000; i++) all.push_back(&local<Counted>(i));
      for (int i = 0; i < 1000; i++) EXPECT_EQ(all[size_t(i)]->v, i) << "its address does not change";
      EXPECT_EQ(big[99999], 'z');
    });
    EXPECT_EQ(Counted::alive, 0);
  });
}

TEST(Local, ConstructorThatThrowsLeavesTheEarlierOnes) {
  struct Throws {
    Throws() { throw std::runtime_error("x"); }
    ~Throws() { events.push_back("never"); }
  };
  everywhere([] {
    EXPECT_THROW(func([&] {
                   local<Loud>("a");
                   local<Throws>();
                 }),
                 std::runtime_error);
    EXPECT_EQ(take_events(), "+a -a");
  });
}

// ---- misuse ----

GO_PROGRAM(defer_outside) {
  defer([] {});
}
GO_PROGRAM(local_outside) {
  local<int>();
}

TEST(Misuse, OutsideOfFuncSaysSo) {
  child::outcome o = child::start("defer_outside");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.has("defer outside of func")) << o;
  o = child::start("local_outside");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.has("local outside of func")) << o;
}

// The one trap: a deferred call that refers to a local of the body.
const char kDeadLocal[] = R"(
#include <gort/func.h>
#include <gort/main.h>
#include <cstdio>
using namespace gort;
void entry() {
  unsigned* seen = nullptr;
  unsigned value = 0;
  func([&] {
    defer([&] { value = *seen; });
    volatile unsigned dead[4] = {0x11111111, 0x11111111, 0x11111111, 0x11111111};
    seen = const_cast<unsigned*>(dead);
  });
  printf("%x\n", value);
}
int main(int argc, char** argv) { return gort::main(argc, argv, entry); }
)";

class DeadLocal : public testing::Test {
 protected:
  std::string build(const std::string& compiler, const std::string& flags, const std::string& libraries) {
    std::string source = fixture::scratch() + "/dead_local.cc";
    std::ofstream(source) << kDeadLocal;
    return fixture::compile(source, compiler, flags, libraries);
  }
};

TEST_F(DeadLocal, ReadsPoisonInCodeWithoutOptimisation) {
  if (!fixture::missing("g++").empty()) GTEST_SKIP() << fixture::missing("g++");
  EXPECT_EQ(fixture::output(build("g++", "-O0", fixture::static_libgort())), "dbdbdbdb\n");
  std::string other = fixture::have(fixture::clang()) ? fixture::clang() : "g++";
  EXPECT_EQ(fixture::output(build(other, "-O0", fixture::shared_libgort())), "dbdbdbdb\n");
}

TEST_F(DeadLocal, ReadsPoisonWhereTheEnvironmentAsksForIt) {
  if (!fixture::missing("g++").empty()) GTEST_SKIP() << fixture::missing("g++");
  std::string program = build("g++", "-O2", fixture::static_libgort());
  EXPECT_EQ(fixture::output(program, {"GODEBUG=deadlocals=1"}), "dbdbdbdb\n");
  EXPECT_EQ(fixture::output(program, {"GODEBUG=x=1,deadlocals=1"}), "dbdbdbdb\n");
  EXPECT_EQ(fixture::output(program, {"GODEBUG=deadlocals=0"}), "11111111\n");
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
