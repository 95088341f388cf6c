// Go's src/runtime/callers_test.go: what runtime.Callers sees in deferred functions, during a panic and after it.
#include <map>
#include <string>
#include <vector>

#include "testing.h"

using namespace gort;
using testing::T;

namespace runtime_test {

using pointers = std::vector<uintptr_t>;

constexpr int f3Panic = __LINE__ + 3;
pointers f3(bool pan) {
  if (pan) {
    panic("f3");
  }
  pointers ret(20);
  ret.resize(size_t(runtime::Callers(0, ret)));
  return ret;
}
constexpr int f3Callers = f3Panic + 3;

constexpr int f2Line = __LINE__ + 2;
pointers f2(bool pan) {
  return f3(pan);
}

constexpr int f1Line = __LINE__ + 2;
pointers f1(bool pan) {
  return f2(pan);
}

void testCallers(T* t, const pointers& pcs, bool pan) {
  std::map<std::string, int> m;
  auto frames = runtime::CallersFrames(pcs);
  for (;;) {
    auto [frame, more] = frames.Next();
    if (!frame.Function.empty()) m[frame.Function] = frame.Line;
    if (!more) break;
  }

  struct {
    std::string name;
    int line;
  } want[] = {
      {"f1", f1Line},
      {"f2", f2Line},
      {"f3", pan ? f3Panic : f3Callers},
  };
  for (auto& w : want) {
    if (int got = m["runtime_test." + w.name]; got != w.line) t->Errorf("%s is line %d, want %d", w.name, got, w.line);
  }
}

void testCallersEqual(T* t, const pointers& pcs, const std::vector<std::string>& want) {
  std::vector<std::string> got;

  auto frames = runtime::CallersFrames(pcs);
  for (;;) {
    auto [frame, more] = frames.Next();
    if (!more || got.size() >= want.size()) break;
    got.push_back(frame.Function);
  }
  if (want != got) t->Fatalf("wanted %v, got %v", want, got);
}

void TestCallers(T* t) {
  testCallers(t, f1(false), false);
}

void TestCallersPanic(T* t) {
  std::vector<std::string> want = {
      "runtime.Callers", "runtime_test.TestCallersPanic.func1", "runtime.gopanic", "runtime_test.f3", "runtime_test.f2",
      "runtime_test.f1", "runtime_test.TestCallersPanic"};

  func([&] {
    defer([&] {
      if (any r = recover(); !r) t->Fatalf("did not panic");
      pointers pcs(20);
      pcs.resize(size_t(runtime::Callers(0, pcs)));
      testCallers(t, pcs, true);
      testCallersEqual(t, pcs, want);
    });
    f1(true);
  });
}

void TestCallersDoublePanic(T* t) {
  std::vector<std::string> want = {"runtime.Callers", "runtime_test.TestCallersDoublePanic.func1.1",
                                   "runtime.gopanic", "runtime_test.TestCallersDoublePanic.func1",
                                   "runtime.gopanic", "runtime_test.TestCallersDoublePanic"};

  func([&] {
    defer([&] {
      func([&] {
        defer([&] {
          pointers pcs(20);
          pcs.resize(size_t(runtime::Callers(0, pcs)));
          if (!recover()) t->Fatalf("did not panic");
          testCallersEqual(t, pcs, want);
        });
        if (!recover()) t->Fatalf("did not panic");
        panic(2);
      });
    });
    panic(1);
  });
}

void TestCallersAfterRecovery(T* t) {
  std::vector<std::string> want = {"runtime.Callers", "runtime_test.TestCallersAfterRecovery.func1",
                                   "runtime_test.TestCallersAfterRecovery"};

  func([&] {
    defer([&] {
      pointers pcs(20);
      pcs.resize(size_t(runtime::Callers(0, pcs)));
      testCallersEqual(t, pcs, want);
    });
    defer([&] {
      if (!recover()) t->Fatalf("did not recover from panic");
    });
    panic(1);
  });
}

void TestCallersAbortedPanic(T* t) {
  std::vector<std::string> want = {"runtime.Callers", "runtime_test.TestCallersAbortedPanic.func2",
                                   "runtime_test.TestCallersAbortedPanic"};

  func([&] {
    defer([&] {
      any r = recover();
      if (r) t->Fatalf("should be no panic remaining to recover");
    });

    defer([&] {
      pointers pcs(20);
      pcs.resize(size_t(runtime::Callers(0, pcs)));
      testCallersEqual(t, pcs, want);
    });
    defer([&] {
      any r = recover();
      if (!(r == "panic2")) t->Fatalf("got %v, wanted %v", r, "panic2");
    });
    defer([] { panic("panic2"); });
    panic("panic1");
  });
}

void TestCallersAbortedPanic2(T* t) {
  std::vector<std::string> want = {"runtime.Callers", "runtime_test.TestCallersAbortedPanic2.func2",
                                   "runtime_test.TestCallersAbortedPanic2"};
  func([&] {
    defer([&] {
      any r = recover();
      if (r) t->Fatalf("should be no panic remaining to recover");
    });
    defer([&] {
      pointers pcs(20);
      pcs.resize(size_t(runtime::Callers(0, pcs)));
      testCallersEqual(t, pcs, want);
    });
    [&] {
      func([&] {
        defer([&] {
          any r = recover();
          if (!(r == "panic2")) t->Fatalf("got %v, wanted %v", r, "panic2");
        });
        [&] {
          func([&] {
            defer([] { panic("panic2"); });
            panic("panic1");
          });
        }();
      });
    }();
  });
}

void TestCallersNilPointerPanic(T* t) {
  std::vector<std::string> want = {"runtime.Callers",  "runtime_test.TestCallersNilPointerPanic.func1",
                                   "runtime.gopanic",  "runtime.panicmem",
                                   "runtime.sigpanic", "runtime_test.TestCallersNilPointerPanic"};

  func([&] {
    defer([&] {
      if (any r = recover(); !r) t->Fatalf("did not panic");
      pointers pcs(20);
      pcs.resize(size_t(runtime::Callers(0, pcs)));
      testCallersEqual(t, pcs, want);
    });
    int* volatile p = nullptr;
    if (*p == 3) t->Fatalf("did not see nil pointer panic");
  });
}

// In C++ the processor finds a division by zero, as it does a nil pointer.
void TestCallersDivZeroPanic(T* t) {
  std::vector<std::string> want = {"runtime.Callers",  "runtime_test.TestCallersDivZeroPanic.func1",
                                   "runtime.gopanic",  "runtime.panicdivide",
                                   "runtime.sigpanic", "runtime_test.TestCallersDivZeroPanic"};

  func([&] {
    defer([&] {
      if (any r = recover(); !r) t->Fatalf("did not panic");
      pointers pcs(20);
      pcs.resize(size_t(runtime::Callers(0, pcs)));
      testCallersEqual(t, pcs, want);
    });
    volatile int n = 0;
    if (5 / n == 1) t->Fatalf("did not see divide-by-sizer panic");
  });
}

void TestCallersDeferNilFuncPanic(T* t) {
  int state = 1;
  std::vector<std::string> want = {"runtime.Callers", "runtime_test.TestCallersDeferNilFuncPanic.func1",
                                   "runtime.gopanic", "runtime.panicmem", "runtime.sigpanic"};

  func([&] {
    defer([&] {
      if (any r = recover(); !r) t->Fatalf("did not panic");
      pointers pcs(20);
      pcs.resize(size_t(runtime::Callers(0, pcs)));
      testCallersEqual(t, pcs, want);
      if (state == 1) t->Fatalf("nil defer func panicked at defer time rather than function exit time");
    });
    void (*f)() = nullptr;
    defer(f);
    state = 2;
  });
}

// In Go there is a frame of runtime.deferreturn for a call that is deferred in a loop, here for none.
void TestCallersDeferNilFuncPanicWithLoop(T* t) {
  int state = 1;
  std::vector<std::string> want = {"runtime.Callers",  "runtime_test.TestCallersDeferNilFuncPanicWithLoop.func1",
                                   "runtime.gopanic",  "runtime.panicmem",
                                   "runtime.sigpanic", "runtime_test.TestCallersDeferNilFuncPanicWithLoop"};

  func([&] {
    defer([&] {
      if (any r = recover(); !r) t->Fatalf("did not panic");
      pointers pcs(20);
      pcs.resize(size_t(runtime::Callers(0, pcs)));
      testCallersEqual(t, pcs, want);
      if (state == 1) t->Fatalf("nil defer func panicked at defer time rather than function exit time");
    });
    for (int i = 0; i < 1; i++) {
      void (*f)() = nullptr;
      defer(f);
    }
    state = 2;
  });
}

int callerLine(T* t, int skip) {
  auto caller = runtime::Caller(skip + 1);
  if (!caller.ok) t->Fatalf("runtime.Caller(%d) failed", skip + 1);
  return caller.line;
}

void testCallerLine(T* t, int want) {
  if (int have = callerLine(t, 1); have != want) t->Errorf("callerLine(1) returned %d, but want %d\n", have, want);
}

// In Go the caller of a deferred function stands on the last line of its function, here on the line of the func.
void testNormalEndlineno(T* t) {
  func([&] { defer(testCallerLine, t, callerLine(t, 0)); });
}

template <class>
void testGenericEndlineno(T* t) {
  func([&] { defer(testCallerLine, t, callerLine(t, 0)); });
}

void TestCallersEndlineno(T* t) {
  testNormalEndlineno(t);
  testGenericEndlineno<int>(t);
}

}  // namespace runtime_test

int main(int argc, char** argv) {
  using namespace runtime_test;
  return testing::main(argc, argv,
                       {{"TestCallers", TestCallers},
                        {"TestCallersPanic", TestCallersPanic},
                        {"TestCallersDoublePanic", TestCallersDoublePanic},
                        {"TestCallersAfterRecovery", TestCallersAfterRecovery},
                        {"TestCallersAbortedPanic", TestCallersAbortedPanic},
                        {"TestCallersAbortedPanic2", TestCallersAbortedPanic2},
                        {"TestCallersNilPointerPanic", TestCallersNilPointerPanic},
                        {"TestCallersDivZeroPanic", TestCallersDivZeroPanic},
                        {"TestCallersDeferNilFuncPanic", TestCallersDeferNilFuncPanic},
                        {"TestCallersDeferNilFuncPanicWithLoop", TestCallersDeferNilFuncPanicWithLoop},
                        {"TestCallersEndlineno", TestCallersEndlineno}});
}
