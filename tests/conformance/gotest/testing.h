// Enough of Go's package testing for twins of _test.go files: `-test.run=^NAME$` runs one test, on a goroutine of its
// own.
#ifndef TESTING_H_
#define TESTING_H_

#include <cstdlib>
#include <initializer_list>
#include <string>

#include <gort/gort.h>

namespace testing {

// T counts failures. Fatalf ends the test's goroutine, Errorf does not.
struct T {
  bool failed = false;

  template <class... A>
  void Errorf(const char* format, const A&... a) {
    failed = true;
    gort::fmt::Printf(format, a...);
    gort::fmt::Println();
  }
  template <class... A>
  [[noreturn]] void Fatalf(const char* format, const A&... a) {
    Errorf(format, a...);
    gort::runtime::Goexit();
  }
};

struct test {
  const char* name;
  void (*f)(T*);
};

inline const test* begin;
inline const test* end;
inline std::string chosen;

inline void entry() {
  for (const test* c = begin; c != end; c++) {
    if (chosen != "-test.run=^" + std::string(c->name) + "$") continue;
    T t;
    auto done = gort::make_chan<bool>();
    gort::go([&t, f = c->f, done] {
      gort::func([&] {
        gort::defer([&] { done.send(true); });
        f(&t);
      });
    });
    done.recv();
    gort::fmt::Println(t.failed ? "FAIL" : "PASS");
    std::exit(t.failed ? 1 : 0);
  }
  gort::println("no test is called so:", chosen);
  std::exit(1);
}

inline int main(int argc, char** argv, std::initializer_list<test> tests) {
  begin = tests.begin();
  end = tests.end();
  if (argc > 1) chosen = argv[1];
  return gort::main(argc, argv, entry);
}

}  // namespace testing

#endif  // TESTING_H_
