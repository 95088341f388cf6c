// Go's test/recover.go: who may recover. What Go makes by reflection is a std::function here.
#include <array>
#include <cstdlib>
#include <functional>
#include <string>

#include <gort/gort.h>

using namespace gort;

// die ends the program at once: a panic might be recovered.
void die() {
  std::abort();
}

void mustRecoverBody(any v1, any v2, any v3, any x) {
  any v = v1;
  if (v) {
    println("spurious recover", v);
    die();
  }
  v = v2;
  if (!v) {
    println("missing recover", x.must_as<int>());
    die();
  }
  if (!(v == x)) {
    println("wrong value", v, x);
    die();
  }
  v = v3;
  if (v) {
    println("recover didn't recover");
    die();
  }
}

any doubleRecover() {
  return recover();
}

void mustRecover(any x) {
  any v1 = doubleRecover();
  any v2 = recover();
  any v3 = recover();
  mustRecoverBody(v1, v2, v3, x);
}

void mustNotRecover() {
  any v = recover();
  if (v) {
    println("spurious recover", v);
    die();
  }
}

void withoutRecover() {
  mustNotRecover();
}

void withoutRecoverRecursive(int n) {
  if (n == 0) {
    withoutRecoverRecursive(1);
  } else {
    any v = recover();
    if (v) {
      println("spurious recover (recursive)", v);
      die();
    }
  }
}

void test1() {
  func([&] {
    defer(mustNotRecover);
    defer(mustRecover, 1);
    defer(withoutRecover);
    defer(withoutRecoverRecursive, 0);
    panic(1);
  });
}

void test1WithClosures() {
  func([&] {
    defer([] {
      any v = recover();
      if (v) {
        println("spurious recover in closure");
        die();
      }
    });
    defer(
        [](any x) {
          mustNotRecover();
          any v = recover();
          if (!v) {
            println("missing recover", x.must_as<int>());
            die();
          }
          if (!(v == x)) {
            println("wrong value", v, x);
            die();
          }
        },
        1);
    defer([] { mustNotRecover(); });
    panic(1);
  });
}

void test2() {
  func([&] {
    defer(mustRecover, 2);
    defer(recover);
    panic(2);
  });
}

void test3() {
  func([&] {
    defer(mustNotRecover);
    defer([] { recover(); });
    panic(3);
  });
}

void test4() {
  func([&] {
    defer(mustNotRecover);
    defer([] {
      func([&] {  //
        defer(recover);
      });
    });
    panic(4);
  });
}

any try_(std::function<void()> g, any deflt) {
  return func<any>([&](any& x) {
    defer([&] {
      if (any v = recover()) x = v;
    });
    defer(g);
    return deflt;
  });
}

any try1(std::function<void()> g, any deflt) {
  return func<any>([&](any& x) {
    defer([&] {
      if (any v = recover()) x = v;
    });
    defer(g);
    x = deflt;
  });
}

void test5() {
  int v = try_([] { panic(5); }, 55).must_as<int>();
  if (v != 5) {
    println("wrong value", v, 5);
    die();
  }

  std::string s = try_([] {}, "hi").must_as<std::string>();
  if (s != "hi") {
    println("wrong value", s, "hi");
    die();
  }

  v = try1([] { panic(5); }, 55).must_as<int>();
  if (v != 5) {
    println("try1 wrong value", v, 5);
    die();
  }

  s = try1([] {}, "hi").must_as<std::string>();
  if (s != "hi") {
    println("try1 wrong value", s, "hi");
    die();
  }
}

void big(bool mustRecover) {
  volatile int64_t x[100000];
  x[0] = 1;
  x[99999] = 1;
  (void)x;

  any v = recover();
  if (mustRecover) {
    if (!v) {
      println("missing big recover");
      die();
    }
  } else {
    if (v) {
      println("spurious big recover");
      die();
    }
  }
}

void test6() {
  func([&] {
    defer(big, false);
    defer(big, true);
    panic(6);
  });
}

void test6WithClosures() {
  func([&] {
    defer([] {
      volatile int64_t x[100000];
      x[0] = 1;
      x[99999] = 1;
      (void)x;
      if (recover()) {
        println("spurious big closure recover");
        die();
      }
    });
    defer([] {
      volatile int64_t x[100000];
      x[0] = 1;
      x[99999] = 1;
      (void)x;
      if (!recover()) {
        println("missing big closure recover");
        die();
      }
    });
    panic("6WithClosures");
  });
}

void test7() {
  bool ok = false;
  func([&] {
    defer([&] { ok = true; });
    defer(mustRecover, 7);
    panic(7);
  });
  if (!ok) {
    println("did not run ok func");
    die();
  }
}

template <class... A>
void varargs(int* s, A... a) {
  *s = (0 + ... + a);
  if (recover()) *s += 100;
}

int test8a() {
  return func<int>([&](int& r) {
    defer(varargs<int, int, int>, &r, 1, 2, 3);
    panic(0);
  });
}

int test8b() {
  return func<int>([&](int& r) {  //
    defer(varargs<int, int, int>, &r, 4, 5, 6);
  });
}

void test8() {
  if (test8a() != 106 || test8b() != 15) {
    println("wrong value");
    die();
  }
}

struct I {
  virtual ~I() = default;
  virtual void M() = 0;
};

// recovers is the body of the methods below; it is no function of its own, which could not recover.
#define RECOVERS(x)         \
  any v1 = doubleRecover(); \
  any v2 = recover();       \
  any v3 = recover();       \
  mustRecoverBody(v1, v2, v3, x)

struct T1 : I {
  void M() override { RECOVERS(9); }
};

// A word.
struct T2 : I {
  explicit T2(uintptr_t v) : value(v) {}
  void M() override { RECOVERS(10); }
  uintptr_t value;
};

// Nothing.
struct T3 : I {
  void M() override { RECOVERS(11); }
};

void badstate();

struct T3deeper : I {
  void M() override {
    badstate();
    RECOVERS(111);
  }
};

struct Tiny : I {
  void M() override { panic(112); }
};

void badstate() {
  Tiny t;
  I* i = &t;
  func([&] {
    defer([] { recover(); });
    i->M();
  });
}

// Large.
struct T4 : I {
  void M() override { RECOVERS(12); }
  std::array<std::string, 2> value;
};

// Enormous.
struct T5 : I {
  void M() override { RECOVERS(13); }
  std::array<char, 8192> value{};
};

// Enormous, and with an enormous frame.
char global;

struct T6 : I {
  void M() override {
    volatile char x[8192] = {1, 2};
    for (char c : x) global = char(global + c);
    RECOVERS(14);
  }
  std::array<char, 8192> value{};
};

// testMethod defers a method by way of the interface; the other two what reflection finds, bound and unbound.
template <class T>
void testMethod(T t, int x) {
  I* i = &t;
  func([&] {
    defer(&I::M, i);
    panic(x);
  });
}

template <class T>
void testReflect1(T t, int x) {
  func([&] {
    defer(&T::M, t);
    panic(x);
  });
}

template <class T>
void testReflect2(T t, int x) {
  std::function<void(T*)> f = &T::M;
  func([&] {
    defer(f, &t);
    panic(x);
  });
}

void test9() {
  testMethod(T1{}, 9);
}
void test9reflect1() {
  testReflect1(T1{}, 9);
}
void test9reflect2() {
  testReflect2(T1{}, 9);
}
void test10() {
  testMethod(T2(0), 10);
}
void test10reflect1() {
  testReflect1(T2(0), 10);
}
void test10reflect2() {
  testReflect2(T2(0), 10);
}
void test11() {
  testMethod(T3{}, 11);
}
void test11reflect1() {
  testReflect1(T3{}, 11);
}
void test11reflect2() {
  testReflect2(T3{}, 11);
}
void test111() {
  testMethod(T3deeper{}, 111);
}
void test12() {
  testMethod(T4{}, 12);
}
void test12reflect1() {
  testReflect1(T4{}, 12);
}
void test12reflect2() {
  testReflect2(T4{}, 12);
}
void test13() {
  testMethod(T5{}, 13);
}
void test13reflect1() {
  testReflect1(T5{}, 13);
}
void test13reflect2() {
  testReflect2(T5{}, 13);
}
void test14() {
  testMethod(T6{}, 14);
}
void test14reflect1() {
  testReflect1(T6{}, 14);
}
void test14reflect2() {
  testReflect2(T6{}, 14);
}

void reflectFunc() {
  RECOVERS(15);
}

void test15() {
  std::function<void()> f = reflectFunc;
  func([&] {
    defer(f);
    panic(15);
  });
}

void reflectFunc2(std::function<void()> f) {
  f();
}

void reflectFunc3() {
  if (any v = recover()) {
    println("spurious recover", v);
    die();
  }
}

void test16() {
  std::function<void(std::function<void()>)> f2 = reflectFunc2;
  std::function<void()> f3 = reflectFunc3;
  func([&] {
    defer(mustRecover, 16);
    defer(f2, f3);
    panic(16);
  });
}

void entry() {
  test1();
  test1WithClosures();
  test2();
  test3();
  test4();
  test5();
  test6();
  test6WithClosures();
  test7();
  test8();
  test9();
  test9reflect1();
  test9reflect2();
  test10();
  test10reflect1();
  test10reflect2();
  test11();
  test11reflect1();
  test11reflect2();
  test111();
  test12();
  test12reflect1();
  test12reflect2();
  test13();
  test13reflect1();
  test13reflect2();
  test14();
  test14reflect1();
  test14reflect2();
  test15();
  test16();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
