// Go's src/runtime/defer_test.go: deferred calls, open-coded and others in Go, under panics that are recovered.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "testing.h"

using namespace gort;
using testing::T;

void TestUnconditionalPanic(T* t) {
  func([&] {
    defer([&] {
      if (!(recover() == "testUnconditional")) t->Fatalf("expected unconditional panic");
    });
    panic("testUnconditional");
  });
}

volatile int glob = 3;

[[gnu::noinline]] void testOpen(T* t, int arg) {
  func([&] {
    defer(
        [t](int) {
          if (!(recover() == "testOpenDefer")) t->Fatalf("expected testOpen panic");
        },
        4);
    if (arg > 2) panic("testOpenDefer");
  });
}

void TestOpenAndNonOpenDefers(T* t) {
  func([&] {
    for (;;) {
      defer(
          [t](int) {
            if (!(recover() == "testNonOpenDefer")) t->Fatalf("expected testNonOpen panic");
          },
          3);
      if (glob > 2) break;
    }
    testOpen(t, 47);
    panic("testNonOpenDefer");
  });
}

void TestNonOpenAndOpenDefers(T* t) {
  func([&] {
    testOpen(t, 47);
    for (;;) {
      defer(
          [t](int) {
            if (!(recover() == "testNonOpenDefer")) t->Fatalf("expected testNonOpen panic");
          },
          3);
      if (glob > 2) break;
    }
    panic("testNonOpenDefer");
  });
}

std::vector<int> list;

void testConditionalDefers(int n) {
  auto doappend = [](int i) { list.push_back(i); };

  func([&] {
    defer(doappend, 1);
    if (n > 5) {
      defer(doappend, 2);
      if (n > 8)
        defer(doappend, 3);
      else
        defer(doappend, 4);
    }
    panic("testConditional");
  });
}

void TestConditionalDefers(T* t) {
  list.clear();

  func([&] {
    defer([&] {
      if (!(recover() == "testConditional")) t->Fatalf("expected panic");
      std::vector<int> want = {4, 2, 1};
      if (want != list) t->Fatalf("wanted %v, got %v", want, list);
    });
    testConditionalDefers(8);
  });
}

void TestDisappearingDefer(T* t) {
  func([&] {
    if (runtime::GOOS == "invalidOS") {
      defer([&] { t->Fatalf("Defer shouldn't run"); });
    }
  });
}

// A panic in a deferred call that unwinds past it drops the older one.
void TestAbortedPanic(T* t) {
  func([&] {
    defer([&] {
      any r = recover();
      if (r) t->Fatalf("wanted nil recover, got %v", r);
    });
    defer([&] {
      any r = recover();
      if (!(r == "panic2")) t->Fatalf("wanted %v, got %v", "panic2", r);
    });
    defer([] { panic("panic2"); });
    panic("panic1");
  });
}

// A deferred call of a deferred call is not called by the panic.
void TestRecoverMatching(T* t) {
  func([&] {
    defer([&] {
      any r = recover();
      if (!(r == "panic1")) t->Fatalf("wanted %v, got %v", "panic1", r);
    });
    defer([&] {
      func([&] {
        defer([&] {
          any r = recover();
          if (r) t->Fatalf("wanted nil recover, got %v", r);
        });
      });
    });
    panic("panic1");
  });
}

using nonSSAable = std::array<char, 128>;

struct bigStruct {
  int64_t x, y, z, w, p, q;
};

struct containsBigStruct {
  bigStruct element;
};

int globint1, globint2, globint3;

nonSSAable mknonSSAable() {
  globint1++;
  return {0, 0, 0, 0, 5};
}

[[gnu::noinline]] int64_t sideeffect(int64_t n) {
  globint2++;
  return n;
}

containsBigStruct sideeffect2(containsBigStruct in) {
  globint3++;
  return in;
}

// Large arguments are evaluated once.
void TestNonSSAableArgs(T* t) {
  globint1 = 0;
  globint2 = 0;
  globint3 = 0;
  char save1 = 0;
  int64_t save2 = 0;
  int64_t save3 = 0;
  int64_t save4 = 0;

  func([&] {
    defer([&] {
      if (globint1 != 1) t->Fatalf("globint1:  wanted: 1, got %v", globint1);
      if (save1 != 5) t->Fatalf("save1:  wanted: 5, got %v", save1);
      if (globint2 != 1) t->Fatalf("globint2:  wanted: 1, got %v", globint2);
      if (save2 != 2) t->Fatalf("save2:  wanted: 2, got %v", save2);
      if (save3 != 4) t->Fatalf("save3:  wanted: 4, got %v", save3);
      if (globint3 != 1) t->Fatalf("globint3:  wanted: 1, got %v", globint3);
      if (save4 != 4) t->Fatalf("save1:  wanted: 4, got %v", save4);
    });

    defer([&](nonSSAable n) { save1 = n[4]; }, mknonSSAable());
    defer([&](bigStruct b) { save2 = b.y; }, bigStruct{1, 2, 3, 4, 5, sideeffect(6)});
    containsBigStruct foo{};
    foo.element.z = 4;
    defer([&](bigStruct element) { save3 = element.z; }, foo.element);
    defer([&](bigStruct element) { save4 = element.z; }, sideeffect2(foo).element);
  });
}

[[gnu::noinline]] void doPanic() {
  panic("Test panic");
}

[[gnu::noinline]] void growStackIter(volatile int* p, int n) {
  *p = n;
  if (n > 0) growStackIter(p, n - 1);
  *p = n;
}

void TestDeferForFuncWithNoExit(T* t) {
  int cond = 1;
  volatile int x = 0;
  func([&] {
    defer([&] {
      if (cond != 2) t->Fatalf("cond: wanted 2, got %v", cond);
      if (!(recover() == "Test panic")) t->Fatalf("Didn't find expected panic");
    });
    growStackIter(&x, 1000);
    cond = 2;
    doPanic();

    for (;;) asm volatile("");
  });
}

// interpreter panics at the deepest level and recovers and panics again up to level rec.
void interpreter(int level, int maxlevel, int rec) {
  func([&] {
    defer([&] {
      any e = recover();
      if (!e) return;
      if (level != e.must_as<int>()) panic(e);
    });
    if (level + 1 < maxlevel)
      interpreter(level + 1, maxlevel, rec);
    else
      panic(rec);
  });
}

volatile uint32_t saveInt;

// recurseFn leaves its mark all over the stack.
void recurseFn(int level, int maxlevel) {
  std::array<volatile uint32_t, 40> a;
  for (auto& word : a) word = 0xffffffff;
  if (level + 1 < maxlevel) {
    saveInt = a[4];
    recurseFn(level + 1, maxlevel);
  } else {
    panic("recurseFn panic");
  }
}

void recurseFnPanicRec(int level, int maxlevel) {
  func([&] {
    defer([] { recover(); });
    recurseFn(level, maxlevel);
  });
}

void TestDeferWithRepeatedRepanics(T*) {
  interpreter(0, 6, 2);
  recurseFnPanicRec(0, 10);
  interpreter(0, 5, 1);
  recurseFnPanicRec(0, 10);
  interpreter(0, 6, 3);
  recurseFnPanicRec(0, 10);
}

struct foo {
  [[gnu::noinline]] void method1() { asm volatile(""); }
  [[gnu::noinline]] void method2() { asm volatile(""); }
};

struct {
  int a, b, c, d, e, f, g, h, i;
} globstruct;

void ff1(foo* ap, int a, int b, int c, int d, int e, int f, int g, int h, int i) {
  func([&] {
    defer(&foo::method1, ap);
    defer(
        [](foo*, int a, int b, int c, int d, int e, int f, int g, int h, int) {
          recover();
          globstruct.a = a;
          globstruct.b = b;
          globstruct.c = c;
          globstruct.d = d;
          globstruct.e = e;
          globstruct.f = f;
          globstruct.g = g;
          globstruct.h = h;
        },
        ap, a, b, c, d, e, f, g, h, i);
    panic("ff1 panic");
  });
}

void rec1(int max) {
  asm volatile("" ::: "memory");
  if (max > 0) rec1(max - 1);
  asm volatile("" ::: "memory");
}

void g2() {
  foo a;
  foo* ap = &a;
  func([&] {
    for (int i = 0; i < 1; i++) defer(&foo::method1, ap);
    defer(&foo::method2, ap);
    defer(&foo::method1, ap);
    ff1(ap, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    rec1(2000);
  });
}

void g3() {
  g2();
}

void TestIssue37688(T*) {
  for (int j = 0; j < 10; j++) {
    g2();
    g3();
  }
}

void expect(T* t, int n, any err) {
  if (!(any(n) == err)) t->Fatalf("have %v, want %v", err, n);
}

void TestIssue43921(T* t) {
  func([&] {
    defer([&] { expect(t, 1, recover()); });
    [&] {
      func([&] {
        for (;;) {
          defer([] {});
          break;
        }

        defer([&] {
          func([&] {
            defer([&] { expect(t, 4, recover()); });
            panic(4);
          });
        });
        panic(1);
      });
    }();
  });
}

void step(T* t, int* steps, int want) {
  ++*steps;
  if (*steps != want) t->Fatalf("have %v, want %v", *steps, want);
}

void TestIssue43920(T* t) {
  int steps = 0;

  func([&] {
    defer([&] { expect(t, 1, recover()); });
    defer([&] {
      func([&] {
        defer([&] {
          func([&] {
            defer([&] { expect(t, 5, recover()); });
            defer(panic, 5);
            [] { panic(4); }();
          });
        });
        defer([&] { expect(t, 3, recover()); });
        defer(panic, 3);
      });
    });
    [&] {
      func([&] {
        defer(step, t, &steps, 1);
        panic(1);
      });
    }();
  });
}

void TestIssue43941(T* t) {
  int steps = 7;
  func([&] {
    defer([&] {
      step(t, &steps, 14);
      expect(t, 4, recover());
    });
    [&] {
      func([&] {
        [&] {
          func([&] {
            defer([&] {
              func([&] {
                defer([&] { expect(t, 3, recover()); });
                defer(panic, 3);
                panic(2);
              });
            });
            defer([&] { expect(t, 1, recover()); });
            defer(panic, 1);
          });
        }();
        defer([] {});
        defer([] {});
        defer(step, t, &steps, 10);
        defer(step, t, &steps, 9);
        step(t, &steps, 8);
      });
    }();
    [&] {
      func([&] {
        defer(step, t, &steps, 13);
        defer(step, t, &steps, 12);
        [&] {
          func([&] {
            defer(step, t, &steps, 11);
            panic(4);
          });
        }();

        // Never reached.
        defer([] {});
        defer(panic, -1);
        defer(step, t, &steps, -1);
        defer(step, t, &steps, -1);
        defer([] {});
      });
    }();
  });
}

int main(int argc, char** argv) {
  return testing::main(argc, argv,
                       {{"TestUnconditionalPanic", TestUnconditionalPanic},
                        {"TestOpenAndNonOpenDefers", TestOpenAndNonOpenDefers},
                        {"TestNonOpenAndOpenDefers", TestNonOpenAndOpenDefers},
                        {"TestConditionalDefers", TestConditionalDefers},
                        {"TestDisappearingDefer", TestDisappearingDefer},
                        {"TestAbortedPanic", TestAbortedPanic},
                        {"TestRecoverMatching", TestRecoverMatching},
                        {"TestNonSSAableArgs", TestNonSSAableArgs},
                        {"TestDeferForFuncWithNoExit", TestDeferForFuncWithNoExit},
                        {"TestDeferWithRepeatedRepanics", TestDeferWithRepeatedRepanics},
                        {"TestIssue37688", TestIssue37688},
                        {"TestIssue43921", TestIssue43921},
                        {"TestIssue43920", TestIssue43920},
                        {"TestIssue43941", TestIssue43941}});
}
