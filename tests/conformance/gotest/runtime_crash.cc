// Go's src/runtime/crash_test.go: the tests that run in the test's own process.
#include <string>
#include <vector>

#include "testing.h"

using namespace gort;
using testing::T;

void TestGoexitDefer(T* t) {
  auto c = make_chan<bool>();
  go([=] {
    func([&] {
      defer([&] {
        any r = recover();
        if (r) t->Errorf("non-nil recover during Goexit");
        c.send(true);
      });
      runtime::Goexit();
    });
  });
  c.recv();
}

any panicValue(void (*fn)()) {
  return func<any>([&](any& recovered) {
    defer([&] { recovered = recover(); });
    fn();
  });
}

// The first case of Go's, a write to a nil map, is a division by zero here.
void TestRuntimePanicWithRuntimeError(T* t) {
  void (*testCases[])() = {
      [] {
        volatile int one = 1, zero = 0;
        println(one / zero);
      },
      [] {
        auto ch = make_chan<bool>();
        ch.close();
        ch.close();
      },
      [] {
        auto ch = make_chan<bool>();
        ch.close();
        ch.send(true);
      },
      [] {
        std::vector<int> s(2);
        at(s, 2);
      },
      [] {
        volatile int n = -1;
        make_chan<bool>(n);
      },
      [] { chan<bool>().close(); },
  };

  int i = 0;
  for (auto fn : testCases) {
    any got = panicValue(fn);
    if (!got.is<runtime::Error>())
      t->Errorf("test #%d: recovered value %v(type %T) does not implement runtime.Error", i, got, got);
    i++;
  }
}

struct point {
  int *x, *y;
  void negate() {
    *x = *x * -1;
    *y = *y * -1;
  }
};

void TestPanicInlined(T* t) {
  point pt{};
  func([&] {
    defer([&] {
      any r = recover();
      if (!r) t->Fatalf("recover failed");
      std::string buf(2048, '\0');
      buf.resize(runtime::Stack(buf, false));
      if (buf.find("(*point).negate(") == buf.npos)
        t->Fatalf("expecting stack trace to contain call to (*point).negate()");
    });
    pt.negate();
  });
}

int main(int argc, char** argv) {
  return testing::main(argc, argv,
                       {{"TestGoexitDefer", TestGoexitDefer},
                        {"TestRuntimePanicWithRuntimeError", TestRuntimePanicWithRuntimeError},
                        {"TestPanicInlined", TestPanicInlined}});
}
