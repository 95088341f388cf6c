// C++ exceptions and goroutines: those that cross a func run its deferred calls and may be recovered, those that nobody
// stops die as a panic, and what C++ knows of exceptions (current, uncaught) belongs to the goroutine.
#include <gtest/gtest.h>

#include <gort/gort.h>

#include <atomic>
#include <exception>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

#include "child_program.h"
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

struct Failure : std::runtime_error {
  static inline std::atomic<int> alive{0};
  int code;
  explicit Failure(int c) : std::runtime_error("failure " + std::to_string(c)), code(c) { alive++; }
  Failure(const Failure& o) : std::runtime_error(o), code(o.code) { alive++; }
  ~Failure() override { alive--; }
};

// everywhere runs f on a goroutine and on an ordinary thread, and checks that nothing is left over.
template <class F>
void everywhere(F f) {
  auto checked = [&] {
    rt::funcframe* frame = rt::current_frame();
    f();
    EXPECT_EQ(rt::current_frame(), frame);
    EXPECT_EQ(rt::getg()->panic, nullptr);
    EXPECT_EQ(std::uncaught_exceptions(), 0);
    EXPECT_EQ(std::current_exception(), nullptr);
    EXPECT_EQ(Failure::alive, 0);
  };
  {
    SCOPED_TRACE("on a goroutine");
    gort::run(checked);
  }
  SCOPED_TRACE("on a thread");
  checked();
}

template <class F>
any recovering(F f) {
  any got;
  func([&] {
    defer([&] { got = recover(); });
    f();
  });
  return got;
}

[[gnu::noinline]] void fail(int code) {
  Loud l("fail");
  throw Failure(code);
}

// ---- through a func ----

TEST(Exception, RunsDeferredCallsWhereItIsThrownAndIsCaughtFurtherOut) {
  everywhere([] {
    try {
      Loud outside("outside");
      func([&] {
        Loud body("body");
        defer([] { event("deferred2"); });
        func([&] {
          defer([] { event("deferred1"); });
          fail(1);
        });
        event("never");
      });
    } catch (const Failure& f) {
      event("caught" + std::to_string(f.code));
    }
    EXPECT_EQ(take_events(), "deferred1 deferred2 ~fail ~body ~outside caught1");
  });
}

TEST(Exception, CaughtInsideTheFuncLeavesItsDeferredCallsAlone) {
  everywhere([] {
    func([&] {
      defer([] { event("deferred:" + text(recover())); });
      try {
        fail(2);
      } catch (const Failure&) {
        event("caught");
      }
      event("body");
    });
    EXPECT_EQ(take_events(), "~fail caught body deferred:nil");
  });
}

TEST(Exception, PassesThroughManyFuncs) {
  everywhere([] {
    int ran = 0;
    std::function<void(int)> down = [&](int n) {
      func([&] {
        defer([&] { ran++; });
        if (n == 0) throw Failure(3);
        down(n - 1);
      });
    };
    try {
      down(300);
      FAIL();
    } catch (const Failure& f) {
      EXPECT_EQ(f.code, 3);
    }
    EXPECT_EQ(ran, 301);
  });
}

TEST(Exception, IsRethrownThroughFuncs) {
  everywhere([] {
    try {
      try {
        func([&] {
          defer([] { event("a"); });
          fail(4);
        });
      } catch (const Failure&) {
        func([&] {
          defer([] { event("b"); });
          throw;
        });
      }
    } catch (const Failure& f) {
      EXPECT_EQ(f.code, 4);
    }
    EXPECT_EQ(take_events(), "a ~fail b");
    std::exception_ptr kept;
    try {
      func([&] { fail(5); });
    } catch (...) {
      kept = std::current_exception();
    }
    try {
      func([&] {
        defer([] { event("c"); });
        std::rethrow_exception(kept);
      });
    } catch (const Failure& f) {
      EXPECT_EQ(f.code, 5);
    }
    EXPECT_EQ(take_events(), "~fail c");
  });
}

TEST(Exception, FromADeferredCallLeavesTheFuncAfterTheOthersHaveRun) {
  everywhere([] {
    try {
      func([&] {
        defer([] { event("first"); });
        defer([] { throw Failure(6); });
        defer([] { event("third"); });
        event("body");
      });
      event("never");
    } catch (const Failure& f) {
      event("caught");
    }
    EXPECT_EQ(take_events(), "body third first caught");
  });
}

TEST(Exception, FromADeferredCallOfAnExceptionReplacesIt) {
  everywhere([] {
    EXPECT_EQ(text(recovering([] {
                func([&] {
                  defer([] { throw Failure(8); });
                  throw Failure(7);
                });
              })),
              "failure 8");
  });
}

// ---- recover ----

TEST(RecoveredException, IsAnErrorWithWhatAndTheExceptionInIt) {
  everywhere([] {
    any got = recovering([] { fail(9); });
    EXPECT_EQ(take_events(), "~fail");
    ASSERT_TRUE(got.is<error>());
    EXPECT_EQ(got.as<error>()->Error(), "failure 9");
    EXPECT_FALSE(got.is<runtime::Error>());
    std::exception_ptr p = errors::AsException(*got.as<error>());
    ASSERT_NE(p, nullptr);
    try {
      std::rethrow_exception(p);
    } catch (const Failure& f) {
      EXPECT_EQ(f.code, 9);
    }
    EXPECT_EQ(Failure::alive, 1);
  });
}

TEST(RecoveredException, OfEveryType) {
  everywhere([] {
    EXPECT_EQ(text(recovering([] { throw std::string("text"); })), "text");
    EXPECT_EQ(text(recovering([] { throw "literal"; })), "literal");
    EXPECT_EQ(text(recovering([] { throw 42; })), "exception of type int");
    EXPECT_EQ(text(recovering([] { std::vector<int>().at(3); })).substr(0, 21), "vector::_M_range_chec");
    EXPECT_EQ(text(recovering([] { throw std::bad_alloc(); })), "std::bad_alloc");
    error e = errors::New("an error");
    EXPECT_TRUE(*recovering([&] { throw e; }).as<error>() == e);
    EXPECT_TRUE(*recovering([&] { throw errors::Exception(e); }).as<error>() == e);
  });
}

TEST(RecoveredException, IsThrownAgainAsThePanicOrAsTheException) {
  everywhere([] {
    EXPECT_EQ(text(recovering([] {
                func([&] {
                  defer([] { panic(recover()); });
                  throw Failure(10);
                });
              })),
              "failure 10");
    try {
      func([&] {
        defer([] { std::rethrow_exception(errors::AsException(*recover().as<error>())); });
        throw Failure(11);
      });
    } catch (const Failure& f) {
      EXPECT_EQ(f.code, 11);
      event("caught");
    }
    EXPECT_EQ(take_events(), "caught");
  });
}

TEST(RecoveredException, LeavesTheResultAsItStands) {
  everywhere([] {
    EXPECT_EQ(func<int>([](int& r) -> int {
                defer([] { recover(); });
                r = 5;
                throw Failure(12);
              }),
              5);
    EXPECT_EQ(func<std::string>([](std::string& r) {
                defer([&] { r = text(recover()); });
                fail(13);
              }),
              "failure 13");
    take_events();
  });
}

TEST(RecoveredException, DestructorsRunOnceAfterTheRecoveringCall) {
  everywhere([] {
    func([&] {
      defer([] { event("recovered:" + text(recover())); });
      Loud a("a");
      func([&] {
        Loud b("b");
        defer([] { event("inner"); });
        fail(14);
      });
    });
    EXPECT_EQ(take_events(), "inner recovered:failure 14 ~fail ~b ~a");
  });
}

TEST(RecoveredException, InAMoreDistantFuncThanAHandlerOfAnotherType) {
  everywhere([] {
    EXPECT_EQ(text(recovering([] {
                try {
                  fail(15);
                } catch (int) {
                  event("never");
                }
              })),
              "failure 15");
    EXPECT_EQ(take_events(), "~fail");
  });
}

// ---- panics and exceptions together ----

TEST(ExceptionAndPanic, ADeferredCallOfAPanicMayThrowToAHandlerOutside) {
  everywhere([] {
    try {
      func([&] {
        defer([] { event("first:" + text(recover())); });
        defer([] { throw Failure(16); });
        Loud a("a");
        panic("p");
      });
      event("returned");
    } catch (const Failure&) {
      event("caught");
    }
    EXPECT_EQ(take_events(), "first:failure 16 ~a returned");
    try {
      func([&] {
        defer([] { throw Failure(17); });
        Loud a("a");
        panic("p");
      });
    } catch (const Failure&) {
      event("caught");
    }
    EXPECT_EQ(take_events(), "~a caught");
  });
}

TEST(ExceptionAndPanic, ADeferredCallOfAnExceptionMayPanic) {
  everywhere([] {
    try {
      EXPECT_EQ(text(recovering([] {
                  func([&] {
                    defer([] { panic("newer"); });
                    fail(18);
                  });
                })),
                "newer");
    } catch (...) {
      event("never");
    }
    EXPECT_EQ(take_events(), "~fail");
  });
}

TEST(ExceptionAndPanic, APanicInAHandlerEndsTheCaughtException) {
  everywhere([] {
    EXPECT_EQ(text(recovering([] {
                try {
                  fail(19);
                } catch (const Failure& f) {
                  panic("in handler of " + std::to_string(f.code));
                }
              })),
              "in handler of 19");
    EXPECT_EQ(take_events(), "~fail");
  });
}

TEST(ExceptionAndPanic, AnExceptionThrownAndCaughtByADeferredCallOfAPanic) {
  everywhere([] {
    EXPECT_EQ(text(recovering([] {
                func([&] {
                  defer([] {
                    try {
                      func([&] { fail(20); });
                    } catch (const Failure& f) {
                      event(f.what());
                    }
                  });
                  panic("p");
                });
              })),
              "p");
    EXPECT_EQ(take_events(), "~fail failure 20");
  });
}

// ---- parking with an exception in flight ----

// hop makes it likely that the goroutine goes on on another thread.
void hop() {
  runtime::Gosched();
  time::Sleep(50 * time::Microsecond);
  runtime::Gosched();
}

struct Checks {
  int want;
  explicit Checks(int n) : want(n) {}
  ~Checks() {
    EXPECT_EQ(std::uncaught_exceptions(), want);
    hop();
    EXPECT_EQ(std::uncaught_exceptions(), want);
    if (want == 1) {
      try {
        Checks inner(2);
        throw Failure(-1);
      } catch (const Failure& f) {
        EXPECT_EQ(f.code, -1);
        hop();
        EXPECT_EQ(std::uncaught_exceptions(), 1);
      }
    }
    EXPECT_EQ(std::uncaught_exceptions(), want);
  }
};

int current_code() {
  try {
    std::rethrow_exception(std::current_exception());
  } catch (const Failure& f) {
    return f.code;
  } catch (...) {
    return -2;
  }
}

// juggle throws, catches, nests, rethrows and recovers, and parks at every stage.
void juggle(int id) {
  try {
    Checks destructor(1);
    throw Failure(id);
  } catch (const Failure& f) {
    hop();
    EXPECT_EQ(f.code, id);
    EXPECT_EQ(current_code(), id);
    EXPECT_EQ(std::uncaught_exceptions(), 0);
    try {
      throw Failure(id + 1);
    } catch (const Failure&) {
      hop();
      EXPECT_EQ(current_code(), id + 1);
    }
    hop();
    EXPECT_EQ(current_code(), id);
    try {
      func([&] {
        defer(hop);
        throw;
      });
    } catch (const Failure& g) {
      hop();
      EXPECT_EQ(g.code, id);
    }
    any got = recovering([&] {
      Checks destructor(1);
      throw Failure(id + 2);
    });
    EXPECT_EQ(text(got), "failure " + std::to_string(id + 2));
    EXPECT_EQ(current_code(), id);
  }
  EXPECT_EQ(std::current_exception(), nullptr);
  EXPECT_EQ(std::uncaught_exceptions(), 0);
}

// Guard does what transactions do: it rolls back if its scope was left by a failure.
struct Guard {
  std::string* said;
  int before = std::uncaught_exceptions();
  ~Guard() { *said += std::uncaught_exceptions() > before ? "rollback " : "commit "; }
};

TEST(Exception, DestructorsCanTellAPanicFromSuccess) {
  everywhere([] {
    std::string said;
    recovering([&] {
      Guard failed{&said};
      { Guard succeeded{&said}; }
      panic("p");
    });
    recovering([&] {
      Guard failed{&said};
      throw Failure(1);
    });
    recovering([&] {
      Guard failed{&said};
      recovering([&] {
        Guard inner{&said};
        panic("inner");
      });
      Guard again{&said};
      try {
        Guard caught{&said};
        panic("outer");
      } catch (...) {
        Guard handler{&said};
        throw;
      }
    });
    EXPECT_EQ(said, "commit rollback rollback rollback rollback rollback rollback rollback ");
  });
  std::string said;
  gort::run([&] {
    sync::WaitGroup wg;
    wg.Add(1);
    go([&] {
      Guard failed{&said};
      func([&] {
        defer([&] { wg.Done(); });
        runtime::Goexit();
      });
    });
    wg.Wait();
    for (int i = 0; i < 1000 && said.empty(); i++) time::Sleep(time::Millisecond);
  });
  EXPECT_EQ(said, "rollback ");
}

TEST(Exception, IsThrownAgainByWhatIsCalledOnce) {
  everywhere([] {
    int calls = 0;
    auto f = sync::OnceFunc([&] { calls++, throw Failure(1); });
    auto value = sync::OnceValue([&]() -> int { calls++, throw 2; });
    auto values = sync::OnceValues([&]() -> std::pair<int, error> { calls++, throw errors::Exception(io::EOF); });
    singleflight::Group group;
    auto grouped = [&]() -> std::pair<any, error> { calls++, throw Failure(3); };
    for (int i = 0; i < 3; i++) {
      EXPECT_THROW(f(), Failure);
      EXPECT_THROW(value(), int);
      EXPECT_THROW(values(), errors::Exception);
      EXPECT_THROW(group.Do("key", grouped), Failure);
      EXPECT_EQ(text(recovering([&] { f(); })), "failure 1");
    }
    EXPECT_EQ(calls, 6);
  });
}

class Parking : public testing::TestWithParam<int> {};

TEST_P(Parking, InHandlersAndDestructorsKeepsExceptionsApart) {
  gort::run([] {
    int before = runtime::GOMAXPROCS(GetParam());
    std::atomic<int> migrated{0};
    sync::WaitGroup wg;
    for (int i = 0; i < 100; i++) {
      wg.Add(1);
      go([&, i] {
        for (int k = 0; k < 10; k++) {
          pid_t tid = gettid();
          juggle(i * 10);
          migrated += gettid() != tid;
        }
        wg.Done();
      });
    }
    wg.Wait();
    RecordProperty("migrated", migrated.load());
    runtime::GOMAXPROCS(before);
  });
  EXPECT_EQ(Failure::alive, 0);
}

INSTANTIATE_TEST_SUITE_P(Procs, Parking, testing::Values(1, 2, 8));

TEST(Goexit, InAHandlerEndsTheCaughtException) {
  gort::run([] {
    auto done = make_chan<int>();
    go([token = std::shared_ptr<void>(nullptr, [done](void*) { done.close(); })] {
      try {
        fail(21);
      } catch (const Failure&) {
        runtime::Goexit();
      }
    });
    done.recv();
  });
  EXPECT_EQ(take_events(), "~fail");
  EXPECT_EQ(Failure::alive, 0);
}

// ---- uncaught ----

[[gnu::noinline]] void thrower() {
  throw Failure(99);
}
GO_PROGRAM(uncaught_exception) {
  func([&] {
    defer([] { println("deferred"); });
    thrower();
  });
}
GO_PROGRAM(uncaught_in_goroutine) {
  go([] { thrower(); });
  time::Sleep(time::Minute);
}
GO_PROGRAM(uncaught_int) {
  throw 5;
}
GO_PROGRAM(uncaught_then_panic) {
  func([&] {
    defer([] { panic("newer"); });
    thrower();
  });
}
GO_PROGRAM(uncaught_error) {
  throw errors::New("the error itself");
}
GO_PROGRAM(rethrown_then_uncaught) {
  try {
    thrower();
  } catch (...) {
    throw;
  }
}

TEST(Uncaught, DiesAsAPanicWhoseTraceShowsTheThrow) {
  child::outcome o = child::start("uncaught_exception");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^deferred\npanic: failure 99\n\ngoroutine 1 \\[running\\]:\nmain\\.thrower\\(\\)\n"
                "\t.*exception_test\\.cc:[0-9]+ \\+0x[0-9a-f]+\nmain\\.main\\(\\)\n"))
      << o;
  o = child::start("uncaught_in_goroutine");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(
      o.matches("^panic: failure 99\n\ngoroutine [0-9]+ \\[running\\]:\nmain\\.thrower\\(\\)\n"
                "\t.*\nmain\\.main\\.func1\\(\\)\n\t.*\ncreated by main\\.main in goroutine 1\n"))
      << o;
}

TEST(Uncaught, OfEveryKind) {
  child::outcome o = child::start("uncaught_int");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^panic: exception of type int\n\ngoroutine 1 \\[running\\]:\nmain\\.main\\(\\)\n")) << o;
  o = child::start("uncaught_then_panic");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^panic: failure 99\n\tpanic: newer\n\ngoroutine 1 ")) << o;
  EXPECT_TRUE(o.has("main.thrower()")) << o;
  o = child::start("uncaught_error");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^panic: the error itself\n\ngoroutine 1 ")) << o;
  o = child::start("rethrown_then_uncaught");
  EXPECT_TRUE(o.exited(2)) << o;
  EXPECT_TRUE(o.matches("^panic: failure 99\n\ngoroutine 1 ")) << o;
}

// A thread of the host has no goroutine's end: what nobody catches there is std::terminate, after the deferred calls.
HOST_PROGRAM(uncaught_on_thread) {
  std::set_terminate([] {
    println("terminate");
    _exit(3);
  });
  std::thread([] {
    func([&] {
      defer([] { println("deferred"); });
      throw 1;
    });
  }).join();
  return 0;
}

TEST(Uncaught, OnAThreadIsTheHostsTerminate) {
  child::outcome o = child::start("uncaught_on_thread");
  EXPECT_TRUE(o.exited(3)) << o;
  EXPECT_EQ(o.err, "deferred\nterminate\n");
}

}  // namespace

int main(int argc, char** argv) {
  return child_program_main(argc, argv);
}
