// recover_fixture_faults.h: panics that begin or pass where the compiler expected no exception. A part of
// recover_fixture.cc.
#pragma once

#include <gort/chan.h>
#include <gort/func.h>
#include <gort/go.h>
#include <gort/print.h>
#include <gort/runtime.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <functional>
#include <string>
#include <vector>

namespace faults {

using namespace gort;

inline int* volatile nowhere = nullptr;
inline std::vector<int>* volatile no_vector = nullptr;
inline const char* volatile no_text = nullptr;
inline void (*volatile no_function)() noexcept = nullptr;
inline volatile bool always = true;
inline volatile size_t sink;

struct Loud {
  const char* name;
  explicit Loud(const char* n) : name(n) {}
  Loud(const Loud&) = delete;
  [[gnu::noinline]] ~Loud() { println("    ~", name); }
};

struct Handle {
  int fields[8];
  int get() const noexcept { return fields[2]; }
  [[gnu::always_inline]] inline int forced() const noexcept { return fields[3]; }
  [[gnu::noinline]] int called() const noexcept { return fields[4]; }
};
inline Handle* volatile no_handle = nullptr;

// The frames that fault, or call what does. Each has an object and a call that may throw, so that its function has a
// table. Whether the object is destroyed is the compiler's affair.
[[gnu::noinline]] inline void may_throw(std::string& s) {
  if (!always) panic(s);
}
[[gnu::noinline]] inline void in_vector() {
  std::string s(100, 'x');
  may_throw(s);
  sink = no_vector->size();
  may_throw(s);
}
[[gnu::noinline]] inline void in_method() {
  std::string s(100, 'x');
  may_throw(s);
  sink = size_t(no_handle->get());
  may_throw(s);
}
[[gnu::noinline]] inline void in_forced_method() {
  std::string s(100, 'x');
  may_throw(s);
  sink = size_t(no_handle->forced());
  may_throw(s);
}
[[gnu::noinline]] inline void in_called_method() {
  std::string s(100, 'x');
  may_throw(s);
  sink = size_t(no_handle->called());
  may_throw(s);
}
[[gnu::noinline]] inline void in_c_library() {
  std::string s(100, 'x');
  may_throw(s);
  sink = strlen(no_text);
  may_throw(s);
}
[[gnu::noinline]] inline void in_call() {
  std::string s(100, 'x');
  may_throw(s);
  no_function();
  may_throw(s);
}
[[gnu::noinline]] inline void in_noexcept_function() noexcept {
  std::string s(100, 'x');
  *nowhere = int(s.size());
}

// Deep inside the library, through its frames and a std::function's.
[[gnu::noinline]] inline void in_algorithm() {
  std::vector<std::string> words;
  for (int i = 0; i < 200; i++) words.push_back(std::string(100, 'a') + std::to_string(i * 37 % 200));
  int calls = 0;
  std::function<bool(const std::string&, const std::string&)> less = [&](const std::string& a, const std::string& b) {
    std::string copy = a;
    if (++calls == 500) *nowhere = 1;
    return copy < b;
  };
  std::stable_sort(words.begin(), words.end(), less);
}

// The caller of one, with objects that are destroyed with the values they had.
[[gnu::noinline]] inline void around(void (*f)()) {
  Loud a("first");
  std::string text(100, 'x');
  Loud b("second");
  f();
  println("    not here", text);
}

inline void recovered(const char* name, void (*f)()) {
  println(name);
  int a = 1, b = 2, c = 3, d = 4, e = 5;
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e));
  func([&] {
    defer([&] {
      any r = recover();
      println("   ", r.is<error>() ? r.as<error>()->Error() : std::string("?"));
    });
    around(f);
  });
  println("   ", a, b, c, d, e);
}

// In a catch block, inside the catch block of an exception that is still being handled when it is over.
[[gnu::noinline]] inline void in_handler() {
  try {
    throw 1;
  } catch (int) {
    *nowhere = 1;
  }
}
inline void handlers() {
  println("handlers");
  try {
    throw 2;
  } catch (int) {
    recovered("handler", in_handler);
    try {
      throw;
    } catch (int i) {
      println("   ", i);
    }
  }
  println("   ", std::current_exception() == nullptr);
}

// A deferred call of a fault faults too, and both frames are left by one recovery.
[[gnu::noinline]] inline void twice() {
  func([] {
    defer(in_method);
    in_vector();
  });
}
[[gnu::noinline]] inline void exits() {
  func([] {
    defer([] { runtime::Goexit(); });
    in_vector();
  });
}

inline void recoverable() {
  recovered("vector", in_vector);
  recovered("method", in_method);
  recovered("forced method", in_forced_method);
  recovered("called method", in_called_method);
  recovered("C library", in_c_library);
  recovered("call", in_call);
  recovered("noexcept function", in_noexcept_function);
  recovered("algorithm", in_algorithm);
  recovered("twice", twice);
  handlers();
  println("Goexit");
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      around(exits);
    });
  });
  done.recv();
}

// noexcept functions that call what panics.
[[gnu::noinline]] inline void opaque_panic() {
  if (always) panic("p");
}
[[gnu::noinline]] inline void quiet() noexcept {
  opaque_panic();
  asm volatile("");
}
[[gnu::noinline]] inline void quiet_with_objects() noexcept {
  Loud l("quiet");
  opaque_panic();
}
[[gnu::noinline]] inline void quiet_itself() noexcept {
  if (always) panic("p");
  asm volatile("");
}
struct Quiet {
  [[gnu::noinline]] ~Quiet() {
    opaque_panic();
    asm volatile("");
  }
};

inline void fatal(const std::string& what) {
  func([&] {
    defer([] { recover(); });
    Loud l("outer");
    if (what == "quiet") quiet();
    if (what == "quiet_with_objects") quiet_with_objects();
    if (what == "quiet_itself") quiet_itself();
    if (what == "~Quiet") Quiet q;
  });
}

}  // namespace faults
