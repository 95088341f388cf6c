// Go's test/recover2.go: run-time errors are recovered, with their texts.
#include <string>
#include <unordered_map>
#include <vector>

#include <gort/gort.h>

using namespace gort;

std::vector<char> x(10);

void mustRecover(std::string s) {
  any v = recover();
  if (!v) panic("expected panic");
  if (std::string e = v.must_as<error>().Error(); e.find(s) == e.npos) panic("want: " + s + "; have: " + e);
}

void test1() {
  func([&] {
    defer(mustRecover, "index");
    println(at(x, 123));
  });
}

void test2() {
  func([&] {
    defer(mustRecover, "slice");
    println(slice(x, 5, 15).data());
  });
}

void test3() {
  func([&] {
    defer(mustRecover, "slice");
    int lo = 11;
    int hi = 9;
    println(slice(x, lo, hi).data());
  });
}

void test4() {
  func([&] {
    defer(mustRecover, "interface");
    any x = 1;
    println(x.must_as<float>());
  });
}

struct T {
  int a = 0, b = 0;
  std::vector<int> c;
};

void test5() {
  func([&] {
    defer(mustRecover, "uncomparable");
    T x;
    any z = x;
    println(!(z == z));
  });
}

void test6() {
  func([&] {
    defer(mustRecover, "unhashable type main.T");
    T x;
    any z = x;
    std::unordered_map<any, int> m;
    m[z] = 1;
  });
}

void test7() {
  func([&] {
    defer(mustRecover, "divide by zero");
    volatile int x = 0, y = 0;
    println(x / y);
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
