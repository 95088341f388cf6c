// Go's test/recover1.go: recover while panics are nested.
#include <cstdlib>

#include <gort/gort.h>

using namespace gort;

// die ends the program at once: a panic might be recovered.
void die() {
  std::abort();
}

void mustNotRecover() {
  any v = recover();
  if (v) {
    println("spurious recover");
    die();
  }
}

void mustRecover(any x) {
  mustNotRecover();
  any v = recover();
  if (!v) {
    println("missing recover");
    die();
  }
  if (!(v == x)) {
    println("wrong value", v, x);
    die();
  }
  v = recover();
  if (v) {
    println("recover didn't recover");
    die();
  }
}

void test1() {
  func([&] {
    defer(mustRecover, 1);
    defer([] {
      func([&] {
        defer(mustRecover, 2);
        panic(2);
      });
    });
    panic(1);
  });
}

void test2() {
  func([&] {
    defer(mustNotRecover);
    defer([] {
      func([&] {
        any v = recover();
        if (!v || v.must_as<int>() != 2) {
          println("wrong value", v, 2);
          die();
        }
        defer(mustRecover, 3);
        panic(3);
      });
    });
    panic(2);
  });
}

void test3() {
  func([&] {
    defer(mustNotRecover);
    defer([] {
      func([&] {
        recover();
        defer(mustRecover, 3);
        panic(3);
      });
    });
    panic(2);
  });
}

void test4() {
  func([&] {
    defer(mustNotRecover);
    defer([] { recover(); });
    panic(4);
  });
}

void test5() {
  func([&] {
    defer(mustNotRecover);
    defer([] {
      func([&] {  //
        defer(recover);
      });
    });
    panic(5);
  });
}

void test6() {
  func([&] {
    defer(mustNotRecover);
    defer([] {
      func([&] {
        defer(recover);
        defer(mustRecover, 3);
        panic(3);
      });
    });
    panic(2);
  });
}

void test7() {
  func([&] {
    defer(mustRecover, 2);
    defer([] {
      func([&] {
        defer(mustRecover, 3);
        defer(recover);
        panic(3);
      });
    });
    panic(2);
  });
}

void entry() {
  test1();
  test2();
  test3();
  test4();
  test5();
  test6();
  test7();
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
