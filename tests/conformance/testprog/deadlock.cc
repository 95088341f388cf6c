// Go's testdata/testprog/deadlock.go: deadlocks, fatal errors and panics, for src/runtime/crash_test.go.
#include "testprog.h"

using namespace gort;

void SimpleDeadlock() {
  select();
  panic("not reached");
}

void InitDeadlock() {
  select();
  panic("not reached");
}

void LockedDeadlock() {
  runtime::LockOSThread();
  select();
}

void LockedDeadlock2() {
  go([] {
    runtime::LockOSThread();
    select();
  });
  time::Sleep(time::Millisecond);
  select();
}

void GoexitDeadlock() {
  auto F = [] {
    for (int i = 0; i < 10; i++) {
      asm volatile("");
    }
  };

  go(F);
  go(F);
  runtime::Goexit();
}

[[gnu::noinline]] char overflow() {
  volatile char buf[64 << 10];
  buf[0] = 1;
  return char(buf[0] + overflow());
}

void StackOverflow() {
  debug::SetMaxStack(1474560);
  overflow();
}

void ThreadExhaustion() {
  debug::SetMaxThreads(10);
  auto c = make_chan<int>();
  for (int i = 0; i < 100; i++) {
    go([=] {
      runtime::LockOSThread();
      c.send(0);
      select();
    });
    c.recv();
  }
}

void RecursivePanic() {
  [] {
    func([&] {
      defer([] { fmt::Println(recover()); });
      [] {
        func([&] {
          defer([] {
            if (any err = recover()) panic("wrap: " + err.must_as<std::string>());
          });
          panic("bad");
        });
      }();
    });
  }();
  panic("again");
}

// RecursivePanic2 recovers and panics again in two deferred calls.
void RecursivePanic2() {
  [] {
    func([&] {
      defer([] { fmt::Println(recover()); });
      [] {
        func([&] {
          defer([] { panic("second panic"); });
          defer([] { fmt::Println(recover()); });
          panic("first panic");
        });
      }();
    });
  }();
  panic("third panic");
}

// RecursivePanic3 dies of its first panic; the second is recovered.
void RecursivePanic3() {
  func([&] {
    defer([] {
      func([&] {
        defer([] { recover(); });
        panic("second panic");
      });
    });
    panic("first panic");
  });
}

// RecursivePanic4 recovers a panic and starts another: both are printed.
void RecursivePanic4() {
  func([&] {
    defer([] {
      recover();
      panic("second panic");
    });
    panic("first panic");
  });
}

[[gnu::noinline]] void three() {
  func([&] {
    defer([] {});
    defer([] { fmt::Println(recover()); });
    defer([] {
      fmt::Println(recover());
      panic("second panic");
    });
    panic("first panic");
  });
}

[[gnu::noinline]] void two() {
  func([&] {
    defer([] {});
    three();
  });
}

[[gnu::noinline]] void one() {
  two();
}

// RecursivePanic5 has another deferred call to run after the one that recovers.
void RecursivePanic5() {
  one();
  panic("third panic");
}

void GoexitExit() {
  println("t1");
  go([] { time::Sleep(time::Millisecond); });
  println("t2");
  println("t3");
  runtime::GC();
  println("t4");
  runtime::Goexit();
}

void GoNil() {
  func([&] {
    defer([] { recover(); });
    void (*f)() = nullptr;
    go(f);
    select();
  });
}

void MainGoroutineID() {
  panic("test");
}

void NoHelperGoroutines() {
  time::AfterFunc(time::Hour, [] {});
  panic("oops");
}

void GoexitInPanic() {
  go([] {
    func([&] {
      defer([] { runtime::Goexit(); });
      panic("hello");
    });
  });
  runtime::Goexit();
}

struct errorThatGosched {
  std::string Error() const {
    runtime::Gosched();
    return "errorThatGosched";
  }
};

void GoschedInPanic() {
  panic(errorThatGosched{});
}

struct errorThatPrint {
  std::string Error() const {
    fmt::Println("1");
    fmt::Println("2");
    return "3";
  }
};

void SyscallInPanic() {
  panic(errorThatPrint{});
}

void PanicAfterGoexit() {
  func([&] {
    defer([] { panic("hello"); });
    runtime::Goexit();
  });
}

void RecoveredPanicAfterGoexit() {
  func([&] {
    defer([] {
      func([&] {
        defer([] {
          any r = recover();
          if (!r) panic("bad recover");
        });
        panic("hello");
      });
    });
    runtime::Goexit();
  });
}

// RecoverBeforePanicAfterGoexit recovers a panic of a deferred call that Goexit runs: the Goexit goes on.
void RecoverBeforePanicAfterGoexit() {
  func([&] {
    defer([] {
      any r = recover();
      if (!r) panic("bad recover");
    });
    defer([] { panic("hello"); });
    runtime::Goexit();
  });
}

void RecoverBeforePanicAfterGoexit2() {
  func([&] {
    for (int i = 0; i < 2; i++) defer([] {});
    defer([] {
      any r = recover();
      if (!r) panic("bad recover");
    });
    defer([] { panic("hello"); });
    runtime::Goexit();
  });
}

void pt2() {
  func([&] {
    defer([] { panic("panic pt2"); });
    panic("hello");
  });
}

void pt1() {
  func([&] {
    defer([] { panic("panic pt1"); });
    pt2();
  });
}

void PanicTraceback() {
  pt1();
}

struct panicError {
  std::string Error() const { panic("double error"); }
};

void PanicLoop() {
  static panicError e;
  panic(&e);
}

int main(int argc, char** argv) {
  return testprog::main(argc, argv,
                        {{"InitDeadlock", InitDeadlock},
                         {"NoHelperGoroutines", NoHelperGoroutines},
                         {"SimpleDeadlock", SimpleDeadlock},
                         {"LockedDeadlock", LockedDeadlock},
                         {"LockedDeadlock2", LockedDeadlock2},
                         {"GoexitDeadlock", GoexitDeadlock},
                         {"StackOverflow", StackOverflow},
                         {"ThreadExhaustion", ThreadExhaustion},
                         {"RecursivePanic", RecursivePanic},
                         {"RecursivePanic2", RecursivePanic2},
                         {"RecursivePanic3", RecursivePanic3},
                         {"RecursivePanic4", RecursivePanic4},
                         {"RecursivePanic5", RecursivePanic5},
                         {"GoexitExit", GoexitExit},
                         {"GoNil", GoNil},
                         {"MainGoroutineID", MainGoroutineID},
                         {"GoexitInPanic", GoexitInPanic},
                         {"PanicAfterGoexit", PanicAfterGoexit},
                         {"RecoveredPanicAfterGoexit", RecoveredPanicAfterGoexit},
                         {"RecoverBeforePanicAfterGoexit", RecoverBeforePanicAfterGoexit},
                         {"RecoverBeforePanicAfterGoexit2", RecoverBeforePanicAfterGoexit2},
                         {"PanicTraceback", PanicTraceback},
                         {"GoschedInPanic", GoschedInPanic},
                         {"SyscallInPanic", SyscallInPanic},
                         {"PanicLoop", PanicLoop}});
}
