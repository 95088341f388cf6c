// A program for symtab_test.cc, which compiles it in many ways: each CAP prints the load bias, the return address, the
// line and the name that the function around it must get. It stands alone: this gort is a miniature of the real shapes.
#include <cstdint>
#include <cstdio>
#include <link.h>
#include <string>

static uintptr_t bias() {
  uintptr_t b = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* i, size_t, void* p) {
        *static_cast<uintptr_t*>(p) = i->dlpi_addr;
        return 1;
      },
      &b);
  return b;
}

__attribute__((noinline)) void capture(const char* want, int line) {
  std::printf("%zx %zx %d %s\n", static_cast<size_t>(bias()), reinterpret_cast<size_t>(__builtin_return_address(0)),
              line, want);
  __asm__ volatile("" ::: "memory");
}

// The memory clobber after the call keeps it from becoming a tail call.
#define CAP(want)                      \
  do {                                 \
    capture(want, __LINE__);           \
    __asm__ volatile("" ::: "memory"); \
  } while (0)

namespace gort {
namespace rt {
__attribute__((noinline)) void Enter(void (*f)(void*), void* p) {
  f(p);
  CAP("runtime.enter");
}
struct hchan {
  void close() { CAP("runtime.(*hchan).close"); }
};
}  // namespace rt
template <class F>
void func(F&& f) {
  rt::Enter([](void* p) { (*static_cast<std::remove_reference_t<F>*>(p))(); }, &f);
}
template <class R, class F>
R func(F&& f) {
  R r{};
  rt::Enter([](void* p) { (void)(*static_cast<std::remove_reference_t<F>*>(p))(); }, &f);
  return r;
}
template <class F>
void go(F f) {
  f();
}
template <class F>
void defer(F f) {
  f();
}
template <class T>
void panic(T) {
  CAP("panic");
}
template <class T>
struct chan {
  void send(T) { CAP("runtime.(*chan[...]).send"); }
};
namespace debug {
void PrintStack() {
  CAP("runtime/debug.PrintStack");
}
}  // namespace debug
namespace sync {
struct Mutex {
  void lockSlow() { CAP("sync.(*Mutex).lockSlow"); }
};
}  // namespace sync
namespace os::signal {
void Notify() {
  CAP("os/signal.Notify");
}
}  // namespace os::signal
namespace errgroup {
struct Group {
  void Wait() { CAP("golang.org/x/sync/errgroup.(*Group).Wait"); }
};
}  // namespace errgroup
}  // namespace gort

namespace {
void anon() {
  CAP("main.anon");
}
namespace inner {
void anon2() {
  CAP("inner.anon2");
}
}  // namespace inner
}  // namespace
inline namespace v1 {
void inl() {
  CAP("main.inl");
}
}  // namespace v1
namespace a::b {
void f() {
  CAP("a/b.f");
}
struct S {
  void m() { CAP("a/b.(*S).m"); }
};
}  // namespace a::b

struct T {
  int x = 0;
  T() { CAP("main.(*T).T"); }
  ~T() { CAP("main.(*T).~T"); }
  void m(int k) {
    CAP("main.(*T).m");
    gort::go([this, k] {
      x += k;
      CAP("main.(*T).m.func1");
    });
  }
  void c() const { CAP("main.T.c"); }
  static void s() { CAP("main.T.s"); }
  struct U {
    void f() { CAP("main.(*T.U).f"); }
  };
  void operator()(int) { CAP("main.(*T).opCall"); }
  bool operator/(int) const {
    CAP("main.T.opDiv");
    return true;
  }
  T& operator+=(int) {
    CAP("main.(*T).opAddAssign");
    return *this;
  }
  explicit operator bool() const {
    CAP("main.T.opBool");
    return true;
  }
  explicit operator long() {
    CAP("main.(*T).opLong");
    return 1;
  }
  explicit operator unsigned short() {
    CAP("main.(*T).opUnsignedShort");
    return 1;
  }
  explicit operator unsigned long long() {
    CAP("main.(*T).opUnsignedLongLong");
    return 1;
  }
  explicit operator const char*() {
    CAP("main.(*T).opChar");
    return "";
  }
  explicit operator U*() {
    CAP("main.(*T).opU");
    return nullptr;
  }
  bool operator<(const T&) const {
    CAP("main.T.opLess");
    return true;
  }
};

template <class X>
struct Box {
  X x{};
  __attribute__((noinline)) void put(X v) {
    x = v;
    CAP("main.(*Box[...]).put");
    auto q = [this](auto y) {
      x = y;
      CAP("main.(*Box[...]).put.func1");
      [] { CAP("main.(*Box[...]).put.func1.1"); }();
    };
    q(v);
  }
};
template <class X>
void tf(X) {
  CAP("main.tf[...]");
  [] { CAP("main.tf[...].func1"); }();
}
template <class X>
void operator<<(T&, X) {
  CAP("main.opShl[...]");
}
void operator""_kk(unsigned long long) {
  CAP("main.opLit_kk");
}

// Bodies of func and the literals around them.
__attribute__((noinline)) void frames(int n) {
  gort::func([&] {
    CAP("main.frames");
    if (n) gort::defer([&] { CAP("main.frames.func1"); });
    gort::go([&] {
      CAP("main.frames.func2");
      gort::func([&] {
        CAP("main.frames.func2");
        gort::defer([] { CAP("main.frames.func2.1"); });
      });
    });
    gort::func([&] {
      CAP("main.frames.func3");
      gort::func([] { CAP("main.frames.func3.1"); });
      gort::go([] { CAP("main.frames.func3.2"); });
    });
  });
  gort::go([] { CAP("main.frames.func4"); });
  gort::func<int>([&] {
    CAP("main.frames");
    return n;
  });
}

__attribute__((noinline)) void lambdas(int n) {
  // clang-format off
  gort::go([] { CAP("main.lambdas.func1"); }); gort::go([&] { CAP("main.lambdas.func2"); n++; }); gort::defer([n](auto... a) { CAP("main.lambdas.func3"); (void)n; (void)sizeof...(a); });
  // clang-format on
  auto nest = [&] {
    gort::go([] { CAP("main.lambdas.func4.1"); });
    gort::go([] {
      CAP("main.lambdas.func4.2");
      gort::go([] { CAP("main.lambdas.func4.2.1"); });
    });
  };
  void (*plain)() = [] { CAP("main.lambdas.func5"); };
  plain();
  nest();
  struct Local {
    void m() {
      CAP("main.lambdas.(*Local).m");
      gort::go([] { CAP("main.lambdas.(*Local).m.func1"); });
    }
  };
  Local{}.m();
  auto sorted = [](int a, int b) {
    CAP("main.lambdas.func6");
    return a < b;
  };
  if (sorted(n, 3)) gort::go([] { CAP("main.lambdas.func7"); });
}

auto global = [] { CAP("main.init.func1"); };
static int started = [] {
  CAP("main.init.func2");
  [] { CAP("main.init.func2.1"); }();
  return 1;
}();
namespace a::b {
auto global2 = [] { CAP("a/b.init.func1"); };
}

struct Base {
  virtual ~Base() = default;
  virtual void v() = 0;
};
struct Derived : T, Base {
  void v() override { CAP("main.(*Derived).v"); }
};
__attribute__((noinline)) void call(Base& b) {
  b.v();
}

extern "C" void c_function() {
  CAP("main.c_function");
}
extern "C" void gort_entry() {
  CAP("runtime.entry");
}

void entry() {
  CAP("main.main");
  gort::go([] { CAP("main.main.func1"); });
  gort::func([] {
    CAP("main.main");
    gort::go([] { CAP("main.main.func2"); });
  });
}

int main() {
  std::printf("main %zx\n", reinterpret_cast<size_t>(&entry));
  entry();
  anon();
  inner::anon2();
  inl();
  a::b::f();
  a::b::S{}.m();
  a::b::global2();
  {
    T t;
    t.m(2);
    t.c();
    T::s();
    t(1);
    (void)(t / 2);
    t += 1;
    (void)static_cast<bool>(t);
    (void)static_cast<long>(t);
    (void)static_cast<unsigned short>(t);
    (void)static_cast<unsigned long long>(t);
    (void)static_cast<const char*>(t);
    (void)static_cast<T::U*>(t);
    (void)(t < t);
    t << 1;
    T::U{}.f();
  }
  Box<int>{}.put(1);
  Box<std::string>{}.put("x");
  tf(1);
  1_kk;
  frames(started);
  lambdas(2);
  global();
  Derived d;
  call(d);
  c_function();
  gort_entry();
  gort::panic(1);
  std::fflush(stdout);
  gort::chan<int>{}.send(1);
  gort::rt::hchan{}.close();
  gort::debug::PrintStack();
  gort::sync::Mutex{}.lockSlow();
  gort::os::signal::Notify();
  gort::errgroup::Group{}.Wait();
}
