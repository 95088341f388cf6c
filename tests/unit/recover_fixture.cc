// Who may recover (go-1.22.md 1.4), case by case. panic_test compiles this in many ways and compares what it says with
// what Go says to recover_fixture.go. With the argument `callables` it tries what Go has not: functors and their like,
// which recover as closures do; with `faults`, and with `noexcept` and a name, what recover_fixture_faults.h has.
#include <gort/chan.h>
#include <gort/func.h>
#include <gort/go.h>
#include <gort/main.h>
#include <gort/print.h>
#include <gort/runtime.h>
#include <gort/select.h>

#include <functional>
#include <memory>
#include <string>

#include "recover_fixture_faults.h"

using namespace gort;

std::string text(const any& v) {
  if (!v) return "nil";
  if (auto* s = v.as<std::string>()) return *s;
  if (auto* e = v.as<error>()) return e->Error();
  return "?";
}

void show(const any& v) {
  println("   ", text(v));
}

template <class F>
void attempt(const char* name, F f) {
  println(name);
  auto done = make_chan<bool>();
  go([&] {
    func([&] {
      defer([&] { done.close(); });
      defer([] { println("    left", text(recover())); });
      f();
      println("    returned");
    });
  });
  done.recv();
}

struct I {
  virtual ~I() = default;
  virtual void Value() { show(recover()); }
};
struct T : I {
  int n = 0;
  void Value() override { show(recover()); }
  void Pointer() { show(recover()); }
  void helper() { show(recover()); }
  void Calls() { helper(); }
  void Add(int k) {
    n += k;
    show(recover());
  }
};
struct E : T {};

void plain() {
  show(recover());
}
void withArgs(int a, const any& b) {
  show(recover());
  println("   ", a, text(b));
}
any helper() {
  return recover();
}
[[gnu::noinline]] any opaqueHelper() {
  return recover();
}
any helperOfHelper() {
  return helper();
}
void deferring() {
  func([&] { defer([] { show(recover()); }); });
}
void deferringRecover() {
  func([&] { defer(recover); });
}
int result() {
  return func<int>([&](int& r) {
    defer([&] {
      recover();
      r *= 2;
    });
    r = 21;
    panic("p");
  });
}
int unnamed() {
  return func<int>([&]() -> int {
    defer([] { recover(); });
    panic("p");
  });
}
std::string returning() {
  return func<std::string>([&](std::string& r) {
    defer([&] { r += " " + text(recover()); });
    defer([] { panic("late"); });
    return "value";
  });
}
void deep(int n) {
  if (n == 0) panic("deep");
  deep(n - 1);
  asm volatile("");
}
void deepWithDefers(int n, int* ran) {
  func([&] {
    defer([&] { ++*ran; });
    if (n == 0) panic("deep");
    deepWithDefers(n - 1, ran);
  });
}

void direct() {
  attempt("closure", [] {
    func([&] {
      defer([] { show(recover()); });
      panic("p");
    });
  });
  attempt("named function", [] {
    func([&] {
      defer(plain);
      panic("p");
    });
  });
  attempt("function variable", [] {
    func([&] {
      auto f = plain;
      defer(f);
      panic("p");
    });
  });
  attempt("closure variable", [] {
    func([&] {
      auto f = [] { show(recover()); };
      defer(f);
      panic("p");
    });
  });
  attempt("function with arguments", [] {
    func([&] {
      defer(withArgs, 1, "b");
      panic("p");
    });
  });
  attempt("closure with arguments", [] {
    func([&] {
      defer(
          [](int a) {
            show(recover());
            println("   ", a);
          },
          3);
      panic("p");
    });
  });
  attempt("variadic", [] {
    func([&] {
      defer(
          [](auto... a) {
            show(recover());
            println("   ", sizeof...(a));
          },
          1, 2, 3);
      panic("p");
    });
  });
  attempt("value method", [] {
    func([&] {
      defer(&T::Value, T{});
      panic("p");
    });
  });
  attempt("pointer method", [] {
    T t;
    func([&] {
      defer(&T::Pointer, &t);
      panic("p");
    });
  });
  attempt("method with argument", [] {
    T t;
    func([&] {
      defer([&] { println("   ", t.n); });
      defer(&T::Add, &t, 4);
      panic("p");
    });
  });
  attempt("promoted method", [] {
    func([&] {
      defer(&E::Value, E{});
      panic("p");
    });
  });
  attempt("interface method", [] {
    std::unique_ptr<I> i = std::make_unique<T>();
    func([&] {
      defer(&I::Value, i.get());
      panic("p");
    });
  });
  attempt("closure that returns the value", [] {
    func([&] {
      defer([] {
        any r = recover();
        show(r);
        return r;
      });
      panic("p");
    });
  });
}

void indirect() {
  attempt("helper", [] {
    func([&] {
      defer([] { show(helper()); });
      panic("p");
    });
  });
  attempt("opaque helper", [] {
    func([&] {
      defer([] { show(opaqueHelper()); });
      panic("p");
    });
  });
  attempt("helper of helper", [] {
    func([&] {
      defer([] { show(helperOfHelper()); });
      panic("p");
    });
  });
  attempt("closure called by the deferred one", [] {
    func([&] {
      defer([] { [] { show(recover()); }(); });
      panic("p");
    });
  });
  attempt("closure variable called by the deferred one", [] {
    auto f = [] { show(recover()); };
    func([&] {
      defer([&] { f(); });
      panic("p");
    });
  });
  attempt("method called by a method", [] {
    T t;
    func([&] {
      defer(&T::Calls, &t);
      panic("p");
    });
  });
  attempt("defer recover()", [] {
    func([&] {
      defer(recover);
      panic("p");
    });
  });
  attempt("defer recover() in the deferred function", [] {
    func([&] {
      defer([] { func([&] { defer(recover); }); });
      panic("p");
    });
  });
  attempt("defer recover() in a function that the deferred one calls", [] {
    func([&] {
      defer([] { deferringRecover(); });
      panic("p");
    });
  });
  attempt("deferred by the deferred function", [] {
    func([&] {
      defer([] { func([&] { defer([] { show(recover()); }); }); });
      panic("p");
    });
  });
  attempt("deferred by a function that the deferred one calls", [] {
    func([&] {
      defer([] { deferring(); });
      panic("p");
    });
  });
  attempt("as an argument", [] {
    func([&] {
      defer(show, recover());
      panic("p");
    });
  });
  attempt("without defer", [] { show(recover()); });
}

void again() {
  attempt("twice in one call", [] {
    func([&] {
      defer([] {
        show(recover());
        show(recover());
      });
      panic("p");
    });
  });
  attempt("in a later deferred call", [] {
    func([&] {
      defer([] { show(recover()); });
      defer([] { show(recover()); });
      panic("p");
    });
  });
  attempt("by normal return", [] { func([&] { defer([] { show(recover()); }); }); });
  attempt("after a recovery the next panic", [] {
    func([&] {
      defer([] { show(recover()); });
      defer([] {
        recover();
        panic("new");
      });
      panic("p");
    });
  });
  attempt("only the newer panic of two", [] {
    func([&] {
      defer([] {
        show(recover());
        show(recover());
      });
      defer([] { panic("second"); });
      panic("first");
    });
  });
  attempt("the inner one, then the outer one", [] {
    func([&] {
      defer([] { show(recover()); });
      defer([] {
        func([&] {
          defer([] { show(recover()); });
          panic("second");
        });
        println("    goes on");
      });
      panic("first");
    });
  });
  attempt("in the deferred function itself", [] {
    func([&] {
      defer([] { show(recover()); });
      defer([] {
        func([&] {
          defer([] { show(recover()); });
          panic("second");
        });
      });
      panic("first");
    });
  });
  attempt("before and after an inner panic", [] {
    func([&] {
      defer([] {
        show(recover());
        func([&] {
          defer([] { show(recover()); });
          panic("inner");
        });
        show(recover());
      });
      panic("p");
    });
  });
  attempt("three levels", [] {
    func([&] {
      defer([] { show(recover()); });
      defer([] {
        func([&] {
          defer([] { show(recover()); });
          defer([] {
            func([&] {
              defer([] { show(recover()); });
              panic("3");
            });
          });
          panic("2");
        });
      });
      panic("1");
    });
  });
  attempt("rest of the deferred calls", [] {
    func([&] {
      for (int i = 0; i < 3; i++) defer([](int k) { println("   ", k, text(recover())); }, i);
      panic("p");
    });
  });
  attempt("loop of panics", [] {
    int n = 0;
    for (int i = 0; i < 100; i++) {
      func([&] {
        defer([&] {
          if (recover()) n++;
        });
        panic("p");
      });
    }
    println("   ", n);
  });
}

void goexits() {
  attempt("Goexit", [] {
    func([&] {
      defer([] { show(recover()); });
      runtime::Goexit();
    });
  });
  attempt("panic in Goexit, recovered", [] {
    func([&] {
      defer([] { println("    last", text(recover())); });
      defer([] { show(recover()); });
      defer([] { panic("in goexit"); });
      runtime::Goexit();
    });
  });
  attempt("panic in Goexit, recovered in a function further out", [] {
    func([&] {
      defer([] { println("    last", text(recover())); });
      [] {
        func([&] {
          defer([] { show(recover()); });
          [] {
            func([&] {
              defer([] { panic("in goexit"); });
              runtime::Goexit();
            });
          }();
        });
      }();
      println("    not reached");
    });
  });
  attempt("panic in Goexit, recovered inside", [] {
    func([&] {
      defer([] { println("    last", text(recover())); });
      defer([] {
        func([&] {
          defer([] { show(recover()); });
          panic("inside");
        });
        println("    goes on");
      });
      runtime::Goexit();
    });
  });
  attempt("Goexit in panic", [] {
    func([&] {
      defer([] { show(recover()); });
      defer([] { runtime::Goexit(); });
      panic("p");
    });
  });
  attempt("Goexit after recovery", [] {
    func([&] {
      defer([] { show(recover()); });
      defer([] {
        show(recover());
        runtime::Goexit();
      });
      panic("p");
    });
  });
  attempt("Goexit in Goexit", [] {
    func([&] {
      defer([] { show(recover()); });
      defer([] { runtime::Goexit(); });
      runtime::Goexit();
    });
  });
}

void results() {
  println(result(), unnamed(), returning());
  attempt("deep", [] {
    func([&] {
      defer([] { show(recover()); });
      deep(100);
    });
  });
  attempt("deep with deferred calls", [] {
    int ran = 0;
    func([&] {
      defer([&] {
        show(recover());
        println("   ", ran);
      });
      deepWithDefers(100, &ran);
    });
  });
  attempt("panic(nil)", [] {
    func([&] {
      defer([] {
        any r = recover();
        println("   ", text(r), r.is<runtime::Error>());
      });
      panic(nil);
    });
  });
  attempt("nil function", [] {
    func([&] {
      void (*f)() = nullptr;
      defer([] { show(recover()); });
      defer(f);
      println("    body");
    });
  });
  attempt("defer panic", [] {
    func([&] {
      defer([] { show(recover()); });
      defer(panic, "deferred");
      println("    body");
    });
  });
}

// ---- callables that Go has not ----

template <class F, class... A>
void callable(const char* name, F f, A... args) {
  attempt(name, [&] {
    func([&] {
      defer(f, args...);
      panic("p");
    });
  });
}

struct Functor {
  void operator()() { show(recover()); }
};
struct ConstFunctor {
  int k = 1;
  void operator()() const { show(recover()); }
};
struct Overloaded {
  void operator()() const { show(recover()); }
  void operator()(int) const { show(recover()); }
};
struct VirtualFunctor {
  virtual ~VirtualFunctor() = default;
  virtual void operator()() { show(recover()); }
};
struct Inherits : Functor {};
template <int N>
struct Numbered {
  void operator()() const { show(recover()); }
};

struct Recoverer {
  void method() { show(recover()); }
};
void with_argument(int) {
  show(recover());
}

void callables() {
  callable("functor", Functor{});
  callable("const functor", ConstFunctor{});
  callable("overloaded functor", Overloaded{});
  callable("overloaded functor with argument", Overloaded{}, 1);
  callable("virtual functor", VirtualFunctor{});
  callable("inherited functor", Inherits{});
  callable("template functor", Numbered<1>{});
  callable("another template functor", Numbered<2>{});
  callable("std::function", std::function<void()>([] { show(recover()); }));
  callable("std::function with argument", std::function<void(int)>([](int) { show(recover()); }), 1);
  callable("std::function of a function", std::function<void()>(plain));
  callable("mutable closure", [n = 0]() mutable {
    n++;
    show(recover());
  });
  callable(
      "generic closure", [](auto) { show(recover()); }, 1);
  callable("closure with a large capture", [a = std::string(100, 'x'), b = std::string(100, 'y')] {
    show(recover());
    if (a == b) println("equal");
  });
  callable("noexcept closure", []() noexcept { show(recover()); });
  callable("closure with an object of its own", [] {
    std::string s = text(recover());
    println("   ", s);
  });
  Recoverer r;
  Functor functor;
  callable("std::bind of a method", std::bind(&Recoverer::method, &r));
  callable("std::bind of a function", std::bind(with_argument, 1));
  callable("std::bind_front of a method", std::bind_front(&Recoverer::method, &r));
  callable("std::bind_front of a function", std::bind_front(with_argument, 1));
  callable("std::mem_fn", std::mem_fn(&Recoverer::method), &r);
  callable("std::ref", std::ref(functor));
  callable("std::function of std::bind", std::function<void()>(std::bind(with_argument, 1)));
  callable("std::function of std::bind_front", std::function<void()>(std::bind_front(&Recoverer::method, &r)));
}

int destroyed;
struct Counted {
  ~Counted() { destroyed++; }
};

[[gnu::noinline]] void leave_a_func() {
  Counted around;
  func([] { panic("func"); });
}

[[gnu::noinline]] void leave_a_case() {
  Counted around;
  select(otherwise([] { panic("case"); }));
}

[[gnu::noinline]] void leave_a_thunk() {
  Counted around;
  auto c = make_chan<int>(1);
  c.send(1);
  select(recv(c, [](auto) { panic("thunk"); }));
}

void around() {
  for (auto leave : {leave_a_func, leave_a_case, leave_a_thunk}) {
    func([&] {
      defer([] { show(recover()); });
      leave();
    });
    println("destroyed", destroyed);
  }
}

std::string mode, name;
void entry() {
  if (mode == "around") return around();
  if (mode == "callables") return callables();
  if (mode == "faults") return faults::recoverable();
  if (mode == "noexcept") return faults::fatal(name);
  direct();
  indirect();
  again();
  goexits();
  results();
}

int main(int argc, char** argv) {
  if (argc > 1) mode = argv[1];
  if (argc > 2) name = argv[2];
  return gort::main(argc, argv, entry);
}
