// Runtime errors are ordinary panics; their values are runtime.Error and errors, with these texts.
#include <string>
#include <unordered_map>
#include <vector>

#include <gort/gort.h>

using namespace gort;

template <class F>
void attempt(const char* name, F f) {
  func([&] {
    defer([&] {
      any r = recover();
      fmt::Println(name, r.is<runtime::Error>(), r);
    });
    f();
  });
}

int* volatile nowhere = nullptr;

void entry() {
  std::vector<int> a{1, 2, 3};
  volatile int zero = 0;
  attempt("index", [&] {
    int i = 5;
    at(a, i);
  });
  attempt("negative index", [&] {
    int i = -5;
    at(a, i);
  });
  attempt("slice", [&] {
    int i = 5;
    slice(a, 0, i);
  });
  attempt("slice order", [&] {
    int i = 2, j = 1;
    slice(a, i, j);
  });
  attempt("string slice", [&] {
    std::string s = "abc";
    int i = 9;
    slice(s, 0, i);
  });
  attempt("divide", [&] { fmt::Println(7 / zero); });
  attempt("nil pointer", [&] { *nowhere = 1; });
  attempt("close nil", [&] {
    chan<int> c;
    c.close();
  });
  attempt("close twice", [&] {
    auto c = make_chan<int>();
    c.close();
    c.close();
  });
  attempt("send on closed", [&] {
    auto c = make_chan<int>();
    c.close();
    c.send(1);
  });
  attempt("makechan", [&] {
    int n = -1;
    make_chan<int>(n);
  });
  attempt("assertion", [&] {
    any v = 1;
    v.must_as<std::string>();
  });
  attempt("assertion on nil", [&] {
    any v;
    v.must_as<std::string>();
  });
  attempt("comparison", [&] {
    any x = std::vector<int>{1}, y = std::vector<int>{1};
    fmt::Println(x == y);
  });
  attempt("hash", [&] {
    std::unordered_map<any, int> m;
    m[std::vector<int>{1}] = 1;
  });
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
