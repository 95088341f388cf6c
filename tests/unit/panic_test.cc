// panic, recover and Goexit: who may recover, which objects are destroyed on the way and when, and what is left behind.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <future>
#include <malloc.h>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <ucontext.h>
#include <utility>
#include <vector>

#include "child_program.h"
#include "fixture_build.h"
#include "runtime/panic.h"

using namespace gort;

namespace {

std::vector<std::string> events;

void event(const std::string& s) {
  events.push_back(s);
}

std::string take_events() {
  std::string s;
  for (const auto& e : events) s += (s.empty() ? "" : " ") + e;
  events.clear();
  return s;
}

std::string text(const any& v) {
  if (!v) return "nil";
  if (auto* s = v.as<std::string>()) return *s;
  if (auto* e = v.as<error>()) return e->Error();
  return "?";
}

struct Loud {
  std::string name;
  explicit Loud(std::string n) : name(std::move(n)) {}
  Loud(const Loud&) = delete;
  ~Loud() { event("~" + name); }
};

// everywhere runs f on a goroutine and on an ordinary thread, and checks that no panic and no frame is left over.
template <class F>
void everywhere(F f) {
  auto checked = [&] {
    rt::funcframe* frame = rt::current_frame();
    int uncaught = std::uncaught_exceptions();
    f();
    EXPECT_EQ(rt::current_frame(), frame);
    EXPECT_EQ(rt::getg()->panic, nullptr);
    EXPECT_EQ(std::uncaught_exceptions(), uncaught);
    EXPECT_EQ(std::current_exception(), nullptr);
  };
  {
    SCOPED_TRACE("on a goroutine");
    gort::run(checked);
  }
  SCOPED_TRACE("on a thread");
  checked();
}

// recovering runs f in a func that recovers, and returns what it recovered.
template <class F>
any recovering(F f) {
  any got;
  func([&] {
    defer([&] { got = recover(); });
    f();
  });
  return got;
}

// finish runs f on a goroutine that may end by Goexit, and waits until it has ended.
template <class F>
void finish(F f) {
  gort::run([&] {
    auto done = make_chan<int>();
    go([&, token = std::shared_ptr<void>(nullptr, [done](void*) { done.close(); })] { f(); });
    done.recv();
  });
}

// ---- who may recover, and what a fault may leave, compiled in many ways ----

class Compiled : public testing::Test {
 protected:
  struct build {
    std::string flags, program;
  };
  static inline std::vector<build> builds;

  static void SetUpTestSuite() {
    std::vector<std::future<build>> jobs;
    auto add = [&](const std::string& compiler, const std::string& flags) {
      if (!fixture::missing(compiler).empty()) return;
      jobs.push_back(std::async(std::launch::async, [=] {
        return build{compiler + " " + flags,
                     fixture::compile("recover_fixture.cc", compiler, flags, fixture::static_libgort())};
      }));
    };
    for (const char* flags : {"-O0", "-O2", "-O3 -flto"}) {
      add("g++", flags);
      add(fixture::clang(), flags);
    }
    add("g++", "-O2 -fstack-protector-all");
    for (auto& j : jobs) builds.push_back(j.get());
  }

  void SetUp() override {
    if (builds.empty()) GTEST_SKIP() << fixture::missing("g++");
  }

  // for_each_outcome runs every program and calls f with what came of it.
  template <class F>
  static void for_each_outcome(const std::vector<std::string>& arguments, F f) {
    for (const build& b : builds) {
      SCOPED_TRACE(b.flags);
      if (b.program.empty()) continue;
      std::vector<std::string> command{b.program};
      command.insert(command.end(), arguments.begin(), arguments.end());
      f(child::execute(command));
    }
  }
};

TEST_F(Compiled, RecoverIsAllowedWhereGoAllowsItAtEveryOptimisation) {
  std::ifstream in(fixture::source_dir() / "recover_fixture.out");
  std::stringstream want;
  want << in.rdbuf();
  ASSERT_GT(want.str().size(), 1000u);
  for_each_outcome({}, [&](const child::outcome& o) {
    EXPECT_TRUE(o.exited(0)) << o;
    EXPECT_EQ(o.err, want.str());
  });
}

TEST_F(Compiled, WhatStandsAroundAFuncOrASelectIsDestroyedWhenAPanicLeavesIt) {
  for_each_outcome({"around"}, [&](const child::outcome& o) {
    EXPECT_TRUE(o.exited(0)) << o;
    EXPECT_EQ(o.err, "    func\ndestroyed 1\n    case\ndestroyed 2\n    thunk\ndestroyed 3\n");
  });
}

TEST_F(Compiled, RecoverWorksInEveryCallable) {
  for_each_outcome({"callables"}, [&](const child::outcome& o) {
    EXPECT_TRUE(o.exited(0)) << o;
    std::istringstream lines(o.err);
    int n = 0;
    for (std::string name, got, rest; std::getline(lines, name); n++) {
      std::getline(lines, got);
      EXPECT_EQ(got, "    p") << name;
      while (rest.find("left") == std::string::npos && std::getline(lines, rest)) continue;
      rest.clear();
    }
    EXPECT_EQ(n, 24);
  });
}

TEST_F(Compiled, AFaultMayLeaveWhatExpectedNoException) {
  for_each_outcome({"faults"}, [&](const child::outcome& o) {
    EXPECT_TRUE(o.exited(0)) << o;
    std::string want;
    for (const char* name : {"vector", "method", "forced method", "called method", "C library", "call",
                             "noexcept function", "algorithm", "twice"})
      want += name + std::string(
                         "\n    runtime error: invalid memory address or nil pointer dereference\n"
                         "    ~ second\n    ~ first\n    1 2 3 4 5\n");
    want += "handlers\nhandler\n    runtime error: invalid memory address or nil pointer dereference\n";
    want += "    ~ second\n    ~ first\n    1 2 3 4 5\n    2\n    true\n";
    EXPECT_EQ(o.err, want + "Goexit\n    ~ second\n    ~ first\n");
  });
}

TEST_F(Compiled, ANoexceptFunctionBetweenIsFatalAndNamed) {
  for (const build& b : builds) {
    if (b.program.empty()) continue;
    for (auto [name, function] : {std::pair{"quiet", "faults.quiet"},
                                  {"quiet_with_objects", "faults.quiet_with_objects"},
                                  {"quiet_itself", "faults.quiet_itself"},
                                  {"~Quiet", "faults.\\(\\*Quiet\\).~Quiet"}}) {
      SCOPED_TRACE(b.flags + " " + name);
      child::outcome o = child::execute({b.program, "noexcept", name});
      EXPECT_TRUE(o.exited(2)) << o;
      EXPECT_TRUE(o.matches(std::string("^fatal error: panic cannot leave noexcept function ") + function +
                            "(, inlined .*)?\n\ngoroutine 1 "))
          << o;
      // clang++ has destroyed the objects of quiet_with_objects before it finds out.
      if (name == std::string("quiet") || name == std::string("~Quiet")) {
        EXPECT_TRUE(o.matches("\nfaults.opaque_panic\\(")) << o;
      }
    }
  }
}

// ---- values ----

TEST(PanicValue, IsWhatRecoverReturns) {
  struct point {
    int x, y;
  };
  everywhere([] {
    EXPECT_EQ(*recovering([] { panic(42); }).as<int>(), 42);
    EXPECT_EQ(*recovering([] { panic("text"); }).as<std::string>(), "text");
    EXPECT_EQ(recovering([] { panic(point{1, 2}); }).as<point>()->y, 2);
    error e = errors::New("e");
    EXPECT_TRUE(*recovering([&] { panic(e); }).as<error>() == e);
    any v = 1.5;
    EXPECT_TRUE(recovering([&] { panic(v); }) == v);
    EXPECT_EQ(text(recovering([] { panic(nil); })), "panic called with nil argument");
    EXPECT_EQ(text(recovering([] { panic(any()); })), "panic called with nil argument");
  });
}

struct Tracked {
  std::shared_ptr<int> p;
};

TEST(PanicValue, IsFreedOnceNobodyHoldsIt) {
  everywhere([] {
    auto p = std::make_shared<int>(1);
    {
      any got = recovering([&] { panic(Tracked{p}); });
      EXPECT_EQ(p.use_count(), 2);
    }
    EXPECT_EQ(p.use_count(), 1) << "recovered";
    recovering([&] {
      func([&] {
        defer([] { panic("newer"); });
        panic(Tracked{p});
      });
    });
    EXPECT_EQ(p.use_count(), 1) << "dropped by the recovery of a newer panic further out";
    recovering([&] {
      func([&] {
        defer([] { panic(recover()); });
        panic(Tracked{p});
      });
    });
    EXPECT_EQ(p.use_count(), 1) << "thrown again";
    func([&] {
      defer([] { recover(); });
      defer(panic, Tracked{p});
    });
    EXPECT_EQ(p.use_count(), 1) << "deferred";
  });
  auto p = std::make_shared<int>(1);
  finish([&] {
    func([&] {
      defer([] { runtime::Goexit(); });
      panic(Tracked{p});
    });
  });
  EXPECT_EQ(p.use_count(), 1) << "dropped by Goexit";
}

// ---- destructors ----

void three_objects(bool with_frames) {
  Loud a("a");
  auto inner = [] {
    Loud b("b");
    Loud c("c");
    panic("p");
  };
  if (!with_frames) return inner();
  func([&] {
    Loud d("d");
    defer([] { event("deferred"); });
    inner();
  });
}

TEST(Destructors, RunOnceAndInOrderAfterTheRecoveringCall) {
  everywhere([] {
    func([&] {
      defer([] { event("last"); });
      defer([] { event("recovered:" + text(recover())); });
      Loud z("z");
      three_objects(false);
    });
    EXPECT_EQ(take_events(), "recovered:p ~c ~b ~a ~z last");
    func([&] {
      defer([] { event("recovered:" + text(recover())); });
      three_objects(true);
    });
    EXPECT_EQ(take_events(), "deferred recovered:p ~c ~b ~d ~a");
  });
}

struct Nth {
  static inline int made = 0;
  int n;
  Nth() : n(made++) {
    if (n == 2) panic("third");
  }
  ~Nth() { event("~" + std::to_string(n)); }
};

TEST(Destructors, OfMembersArraysAndTemporariesWhenAConstructorPanics) {
  struct Pair {
    Loud one{"one"}, two{"two"};
    Pair() { panic("constructor"); }
    ~Pair() { event("never"); }
  };
  everywhere([] {
    EXPECT_EQ(text(recovering([] { Pair p; })), "constructor");
    EXPECT_EQ(take_events(), "~two ~one");
    Nth::made = 0;
    EXPECT_EQ(text(recovering([] { std::make_unique<Nth[]>(5); })), "third");
    EXPECT_EQ(take_events(), "~1 ~0");
    auto bad = []() -> int { panic("argument"); };
    EXPECT_EQ(text(recovering([&] { (Loud("temporary"), bad()); })), "argument");
    EXPECT_EQ(take_events(), "~temporary");
  });
}

// deep goes down through frames of which every tenth has a destructor. What that prints is kept in registers, which the
// frames between save and change.
void panic_at_the_bottom() {
  panic("bottom");
}
[[gnu::noinline]] int64_t deep(int depth, int64_t a, int64_t b, int64_t c, void (*bottom)()) {
  if (depth == 0) {
    bottom();
    return 0;
  }
  const int64_t d = a * 3 + b, e = b ^ c, f = c - a;
  if (depth % 10 != 0) return deep(depth - 1, d, e, f, bottom) + d * e - f;
  struct report {
    int depth;
    const int64_t &d, &e, &f;
    ~report() { event(std::to_string(depth) + ":" + std::to_string(d) + "," + std::to_string(e ^ f)); }
  } r{depth, d, e, f};
  return deep(depth - 1, d, e, f, bottom) + d * e - f;
}

std::string what_deep_says(int depth) {
  std::string said;
  int64_t a = 1, b = 2, c = 3;
  for (int i = depth; i > 0; i--) {
    const int64_t d = a * 3 + b, e = b ^ c, f = c - a;
    if (i % 10 == 0)
      said =
          std::to_string(i) + ":" + std::to_string(d) + "," + std::to_string(e ^ f) + (said.empty() ? "" : " ") + said;
    a = d, b = e, c = f;
  }
  return said;
}

TEST(Destructors, FarApartFindTheirRegisters) {
  everywhere([] {
    for (int depth : {9, 10, 13, 35, 100}) {
      int64_t kept = depth * 7;
      EXPECT_EQ(text(recovering([&] { kept += deep(depth, 1, 2, 3, panic_at_the_bottom); })), "bottom");
      EXPECT_EQ(take_events(), what_deep_says(depth));
      EXPECT_EQ(kept, depth * 7);
    }
  });
  gort::run([] {
    sync::WaitGroup wg;
    wg.Add(1);
    go([&] {
      struct done {
        sync::WaitGroup& wg;
        ~done() { wg.Done(); }
      } d{wg};
      deep(35, 1, 2, 3, runtime::Goexit);
    });
    wg.Wait();
    EXPECT_EQ(take_events(), what_deep_says(35));
  });
}

TEST(Destructors, OfDeferredClosuresAndLocalsOfAbandonedFrames) {
  everywhere([] {
    recovering([] {
      func([&] {
        local<Loud>("local");
        defer([l = std::make_shared<Loud>("older")] {});
        defer([l = std::make_shared<Loud>("panics again")] { panic("second"); });
        Loud a("object");
        panic("first");
      });
    });
    std::string got = take_events();
    for (const char* name : {"~local", "~older", "~panics again", "~object"}) {
      size_t at = got.find(name);
      ASSERT_NE(at, std::string::npos) << got;
      EXPECT_EQ(got.find(name, at + 1), std::string::npos) << got;
    }
  });
}

struct Receives {
  chan<int> c;
  explicit Receives(chan<int> ch) : c(std::move(ch)) {}
  ~Receives() { event("~" + std::to_string(c.recv())); }
};

TEST(Destructors, MayParkBetweenPanicAndRecovery) {
  gort::run([] {
    auto c = make_chan<int>();
    go([=] {
      for (int i = 1; i <= 3; i++) {
        time::Sleep(time::Millisecond);
        c.send(i);
      }
    });
    EXPECT_EQ(text(recovering([&] {
                Receives a(c), b(c);
                func([&] {
                  Receives d(c);
                  panic("p");
                });
              })),
              "p");
    EXPECT_EQ(take_events(), "~1 ~2 ~3");
  });
}

struct PanicsInside {
  ~PanicsInside() {
    event("~" + text(recovering([] { three_objects(true); })));
  }
};
struct ThrowsInside {
  ~ThrowsInside() {
    try {
      Loud l("l");
      throw std::runtime_error("inner");
    } catch (const std::exception& e) {
      event(e.what());
    }
  }
};

TEST(Destructors, MayPanicAndThrowInsideAndRecover) {
  everywhere([] {
    EXPECT_EQ(text(recovering([] {
                PanicsInside a;
                ThrowsInside b;
                PanicsInside c;
                panic("outer");
              })),
              "outer");
    EXPECT_EQ(take_events(), "deferred ~c ~b ~d ~a ~p ~l inner deferred ~c ~b ~d ~a ~p");
  });
}

TEST(Destructors, RunOnceWhenASecondPanicIsRecoveredFurtherOut) {
  everywhere([] {
    EXPECT_EQ(text(recovering([] {
                Loud a("a");
                func([&] {
                  defer([] {
                    Loud d("d");
                    panic("second");
                  });
                  Loud b("b");
                  panic("first");
                });
              })),
              "second");
    EXPECT_EQ(take_events(), "~d ~b ~a");
  });
}

TEST(Destructors, OfTheWholeStackRunAtGoexit) {
  finish([] {
    Loud a("a");
    func([&] {
      Loud b("b");
      defer([] { event("deferred"); });
      try {
        Loud c("c");
        runtime::Goexit();
      } catch (...) {
        event("handler");
      }
      event("never");
    });
    event("never");
  });
  EXPECT_EQ(take_events(), "deferred ~c handler ~b ~a");
}

// ---- catch between panic and recovery ----

TEST(CatchBetween, NeitherSwallowsThePanicNorGoesOn) {
  everywhere([] {
    for (int i = 0; i < 3; i++) {
      EXPECT_EQ(text(recovering([] {
                  Loud a("a");
                  try {
                    Loud b("b");
                    try {
                      panic("p");
                    } catch (...) {
                      event("inner");
                    }
                    event("never");
                  } catch (...) {
                    event("outer");
                    throw;
                  }
                  event("never");
                })),
                "p");
      EXPECT_EQ(take_events(), "inner ~b outer ~a");
    }
  });
}

TEST(CatchBetween, HandlersThatReturnOrThrowDoNotStopIt) {
  everywhere([] {
    auto returns = []() -> int {
      try {
        panic("p");
      } catch (...) {
        return 1;
      }
    };
    EXPECT_EQ(text(recovering([&] {
                returns();
                event("never");
              })),
              "p");
    EXPECT_EQ(take_events(), "");
  });
}

TEST(CatchBetween, OfATypeLetsItPass) {
  everywhere([] {
    EXPECT_EQ(text(recovering([] {
                try {
                  panic("p");
                } catch (const std::exception&) {
                  event("never");
                } catch (int) {
                  event("never");
                }
              })),
              "p");
    EXPECT_EQ(take_events(), "");
  });
}

TEST(CatchBetween, LeaksNothing) {
  gort::run([] {
    auto once = [] {
      recovering([] {
        try {
          std::string keep(100, 'x');
          panic(std::string(1000, 'v'));
        } catch (...) {
        }
      });
    };
    auto used = [] { return mallinfo2().uordblks; };
    for (int i = 0; i < 100; i++) once();
    size_t before = used();
    for (int i = 0; i < 2000; i++) once();
    if (!rt::kUnderTool) {
      EXPECT_LE(used(), before + (64 << 10));  // threads of the scheduler may start meanwhile
    }
  });
}

volatile bool always = true;
[[gnu::noinline]] void opaque_panic() {
  if (always) panic("p");
}

TEST(Noexcept, AroundTheWholeFuncOrOutsideOfItDoesNotMatter) {
  everywhere([] {
    auto whole = []() noexcept { return text(recovering([] { opaque_panic(); })); };
    EXPECT_EQ(whole(), "p");
  });
}

// ---- what recovery restores ----

[[gnu::noinline]] int64_t overwrites_registers() {
  int64_t got = 0;
  int64_t a = 1, b = 2, c = 3, d = 4, e = 5;
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e));
  func([&] {
    defer([&] { got = int64_t(text(recover()).size()); });
    asm volatile("xor %%rbx, %%rbx\n xor %%r12, %%r12\n xor %%r13, %%r13\n xor %%r14, %%r14\n xor %%r15, %%r15\n" ::
                     : "rbx", "r12", "r13", "r14", "r15");
    opaque_panic();
  });
  return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * got;
}

TEST(Recovery, RestoresTheCallersRegisters) {
  everywhere([] {
    for (int i = 0; i < 10; i++) EXPECT_EQ(overwrites_registers(), 154321);
  });
}

// The destructor finds its object through registers, as long as the function runs.
[[gnu::noinline]] void exits_with_an_object(std::string* log, int number) {
  struct Guard {
    std::string* log;
    int number;
    ~Guard() { *log += std::to_string(number); }
  } guard{log, number};
  asm volatile("" : "+r"(guard.log), "+r"(guard.number));
  runtime::Goexit();
}

TEST(Recovery, OfAPanicUnderAGoexitLeavesItsCallersRegisters) {
  std::string log;
  finish([&log] {
    func([&log] {
      defer([&log] { log += text(recover()); });
      func([&log] {
        defer([] {
          asm volatile(
              "xor %%rbx, %%rbx\n xor %%r12, %%r12\n xor %%r13, %%r13\n xor %%r14, %%r14\n xor %%r15, %%r15\n" ::
                  : "rbx", "r12", "r13", "r14", "r15");
          opaque_panic();
        });
        exits_with_an_object(&log, 17);
      });
    });
  });
  EXPECT_EQ(log, "p17");
}

[[gnu::noinline]] int dig(int n) {
  if (n == 0) {
    opaque_panic();
    return 0;
  }
  int r = dig(n - 1);
  asm volatile("");
  return r + 1;
}
[[gnu::noinline]] int dig_with_objects(int n) {
  std::optional<std::string> s("x");
  if (n == 0) {
    opaque_panic();
    return 0;
  }
  return dig_with_objects(n - 1) + int(s->size());
}

TEST(Recovery, FromDeepDown) {
  everywhere([] {
    for (int depth : {1, 100, 20000}) {
      EXPECT_EQ(text(recovering([&] { dig(depth); })), "p") << depth;
      EXPECT_EQ(text(recovering([&] { dig_with_objects(depth / 4); })), "p") << depth;
    }
  });
}

TEST(Recovery, IsPerGoroutine) {
  gort::run([] {
    const int n = 50;
    sync::WaitGroup wg;
    std::vector<int> got(n);
    for (int i = 0; i < n; i++) {
      wg.Add(1);
      go([&, i] {
        func([&] {
          defer([&] { wg.Done(); });
          func([&] {
            defer([&] {
              runtime::Gosched();
              got[size_t(i)] = *recover().as<int>();
            });
            defer([] { time::Sleep(time::Millisecond); });
            runtime::Gosched();
            panic(i);
          });
        });
      });
    }
    wg.Wait();
    for (int i = 0; i < n; i++) EXPECT_EQ(got[size_t(i)], i);
  });
}

// ---- uncaught, outside of Go programs ----

HOST_PROGRAM(panic_in_run) {
  gort::run([] { panic("in run"); });
  return 0;
}
HOST_PROGRAM(panic_on_thread) {
  gort::run([] {});
  std::thread([] {
    func([&] {
      defer([] { println("deferred"); });
      panic("on thread");
    });
  }).join();
  return 0;
}
HOST_PROGRAM(goexit_on_thread) {
  gort::run([] {});
  runtime::Goexit();
}
HOST_PROGRAM(goexit_in_run) {
  gort::run([] { runtime::Goexit(); });
  println("run returned");
  return 0;
}

TEST(Uncaught, InAnEmbeddingProcessEndsItAsInGo) {
  child::outcome o = child::start("panic_in_run");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^panic: in run\n\ngoroutine [0-9]+ \\[running\\]:\n")) << o;
  o = child::start("panic_on_thread");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^deferred\npanic: on thread\n\ngoroutine ")) << o;
}

// on_other_stack runs f on a stack that gort knows nothing of, as other fiber libraries do.
void on_other_stack(void (*f)()) {
  static thread_local ucontext_t here, there;
  std::vector<char> stack(256 << 10);
  getcontext(&there);
  there.uc_stack.ss_sp = stack.data();
  there.uc_stack.ss_size = stack.size();
  there.uc_link = &here;
  makecontext(&there, f, 0);
  swapcontext(&here, &there);
}

std::string told;
void tell(std::string_view what) {
  told += what;
}

void recovers_all() {
  struct D {
    ~D() { tell("~"); }
  };
  func([] {
    defer([] { tell(recover() ? "panic " : "?"); });
    D d;
    panic("x");
  });
  func([] {
    defer([] { tell(recover() ? "exception " : "?"); });
    D d;
    throw 5;
  });
  func([] { defer([] { tell("deferred "); }); });
  try {
    throw 1;
  } catch (int) {
    tell("caught");
  }
}

TEST(Recover, WorksOnAStackOfAnotherLibrary) {
  SKIP_UNDER(tool::kMemory, "it follows stacks, and is not told of this one");
  const char* all = "panic ~exception ~deferred caught";
  on_other_stack(recovers_all);
  EXPECT_EQ(std::exchange(told, ""), all);
  gort::run([] { on_other_stack(recovers_all); });
  EXPECT_EQ(std::exchange(told, ""), all);
}

TEST(Goexit, OnAThreadIsFatal) {
  child::outcome o = child::start("goexit_on_thread");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.has("Goexit called on a thread that is not a goroutine")) << o;
}

TEST(Goexit, InRunEndsTheWaitOfItsCaller) {
  child::outcome o = child::start("goexit_in_run");
  EXPECT_TRUE(o.exited(0)) << o;
  EXPECT_EQ(o.err, "run returned\n");
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
