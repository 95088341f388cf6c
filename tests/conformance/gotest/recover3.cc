// Go's test/recover3.go: run-time errors are of type runtime.Error.
#include <array>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

bool didbug;

void bug() {
  if (didbug) return;
  println("BUG");
  didbug = true;
}

template <class F>
void check(std::string name, F f, std::string err) {
  func([&] {
    defer([&] {
      any v = recover();
      if (!v) {
        bug();
        println(name, "did not panic");
        return;
      }
      const runtime::Error* runt = v.as<runtime::Error>();
      if (runt == nullptr) {
        bug();
        println(name, "panicked but not with runtime.Error");
        return;
      }
      std::string s = runt->Error();
      if (s.find(err) == s.npos) {
        bug();
        println(name, "panicked with", s, "not", err);
        return;
      }
    });

    f();
  });
}

void entry() {
  volatile int one = 1;  // clang++ compiles 1 / x to a comparison
  volatile int x = 0;
  volatile int64_t x64 = 0;
  std::array<int, 10>* volatile p = nullptr;
  std::array<int, 10000>* volatile q = nullptr;
  volatile int i = 0;

  check(
      "int-div-zero", [&] { println(one / x); }, "integer divide by zero");
  check(
      "int64-div-zero", [&] { println(one / x64); }, "integer divide by zero");

  check(
      "nil-deref", [&] { println((*p)[0]); }, "nil pointer dereference");
  check(
      "nil-deref-1", [&] { println((*p)[1]); }, "nil pointer dereference");
  // Beyond the first 4096 bytes C++ has no check, and a fault at such an address is none of a null pointer.
  check(
      "nil-deref-big", [&] { println((*q)[0]); }, "nil pointer dereference");

  i = 99999;
  std::vector<int> sl;
  std::array<int, 10> p1{};
  check(
      "array-bounds", [&] { println(at(p1, i)); }, "index out of range");
  check(
      "slice-bounds", [&] { println(at(sl, i)); }, "index out of range");

  any inter;
  inter = 1;
  check(
      "type-concrete", [&] { println(inter.must_as<std::string>()); }, "int, not string");
  // The interfaces that an any knows are error and runtime.Error.
  check(
      "type-interface", [&] { println(inter.must_as<error>()); }, "missing method Error");

  if (didbug) panic("recover3");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
