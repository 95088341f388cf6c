// Go's testdata/testprog/crash.go: faults on locked threads, and panics while a panic's value is printed.
#include "testprog.h"

using namespace gort;

void test(std::string name) {
  func([&] {
    defer([] {
      if (recover()) fmt::Printf(" recovered");
      fmt::Printf(" done\n");
    });
    fmt::Printf("%s:", name);
    volatile char* volatile s = nullptr;
    (void)*s;
    fmt::Print("SHOULD NOT BE HERE");
  });
}

void testInNewThread(std::string name) {
  auto c = make_chan<bool>();
  go([=] {
    runtime::LockOSThread();
    test(name);
    c.send(true);
  });
  c.recv();
}

void Crash() {
  runtime::LockOSThread();
  test("main");
  testInNewThread("new-thread");
  testInNewThread("second-new-thread");
  test("main-again");
}

struct P : std::string {
  using std::string::string;
  std::string String() const {
    runtime::GC();
    runtime::GC();
    runtime::GC();
    return *this;
  }
};

void DoublePanic() {
  func([&] {
    defer([] { panic(P("YYY")); });
    panic(P("XXX"));
  });
}

struct exampleError {
  std::string Error() const { panic("important error message"); }
};

void ErrorPanic() {
  panic(exampleError{});
}

struct examplePanicError {
  std::string Error() const { panic(exampleError{}); }
};

void DoubleErrorPanic() {
  panic(examplePanicError{});
}

struct exampleStringer {
  std::string String() const { panic("important stringer message"); }
};

void StringerPanic() {
  panic(exampleStringer{});
}

struct examplePanicStringer {
  std::string String() const { panic(exampleStringer{}); }
};

void DoubleStringerPanic() {
  panic(examplePanicStringer{});
}

void StringPanic() {
  panic("important string message");
}

void NilPanic() {
  panic(nil);
}

struct exampleCircleStartError {
  std::string Error() const;
};

struct exampleCircleEndError {
  std::string Error() const { panic(exampleCircleStartError{}); }
};

std::string exampleCircleStartError::Error() const {
  panic(exampleCircleEndError{});
}

void CircularPanic() {
  panic(exampleCircleStartError{});
}

int main(int argc, char** argv) {
  return testprog::main(argc, argv,
                        {{"Crash", Crash},
                         {"DoublePanic", DoublePanic},
                         {"ErrorPanic", ErrorPanic},
                         {"StringerPanic", StringerPanic},
                         {"DoubleErrorPanic", DoubleErrorPanic},
                         {"DoubleStringerPanic", DoubleStringerPanic},
                         {"StringPanic", StringPanic},
                         {"NilPanic", NilPanic},
                         {"CircularPanic", CircularPanic}});
}
