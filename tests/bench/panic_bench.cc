// panic and recover over 1, 10 and 100 frames: plain ones, deferring ones, and ones with a C++ destructor; beside them
// a recovered fault, plain returns and C++ exceptions.
#include "bench.h"
#include "throw.h"

using namespace gort;

static int64_t x;
static const error err_bench = errors::New("EOF");

[[gnu::noinline]] static void incp(int64_t* p) {
  ++*p;
  bench_use(p);
}

[[gnu::noinline]] static int panic_at(int d) {
  if (d <= 1) panic(err_bench);
  return panic_at(d - 1) + 1;
}

[[gnu::noinline]] static int panic_at_defer(int d, int64_t* p) {
  return func<int>([&]() -> int {
    defer(incp, p);
    if (d <= 1) panic(err_bench);
    return panic_at_defer(d - 1, p) + 1;
  });
}

[[gnu::noinline]] static int panic_at_dtor(int d, int64_t* p) {
  throw_guard g{p};
  if (d <= 1) panic(err_bench);
  return panic_at_dtor(d - 1, p) + 1;
}

[[gnu::noinline]] static void fault(int* volatile nowhere) {
  *nowhere = 1;
}

[[gnu::noinline]] static void catch_fault() {
  func([&] {
    defer([] { recover(); });
    fault(nullptr);
  });
}

[[gnu::noinline]] static void catch_panic(int d) {
  func([&] {
    defer([] { recover(); });
    panic_at(d);
  });
}

[[gnu::noinline]] static void catch_panic_defer(int d, int64_t* p) {
  func([&] {
    defer([] { recover(); });
    panic_at_defer(d, p);
  });
}

[[gnu::noinline]] static void catch_panic_dtor(int d, int64_t* p) {
  func([&] {
    defer([] { recover(); });
    panic_at_dtor(d, p);
  });
}

[[gnu::noinline]] static int deep_return(int d) {
  if (d <= 1) return 1;
  return deep_return(d - 1) + 1;
}

template <class F>
static double rounds(int n, F f) {
  f();
  bench_clock t;
  for (int i = 0; i < n; i++) f();
  return t.ns_per(n);
}

template <int D>
static double panic_recover() {
  return rounds(throw_rounds(D), [] { catch_panic(bench_opaque(D)); });
}
template <int D>
static double panic_recover_defer() {
  return rounds(throw_rounds(D), [] { catch_panic_defer(bench_opaque(D), &x); });
}
template <int D>
static double panic_recover_dtor() {
  return rounds(throw_rounds(D) / 10, [] { catch_panic_dtor(bench_opaque(D), &x); });
}
static double fault_recover() {
  return rounds(100'000, catch_fault);
}
template <int D>
static double return_row() {
  return rounds(throw_rounds(D), [] { x += deep_return(bench_opaque(D)); });
}

#define DEPTHS(name, f)                                   \
  {name "_d1", "ns", f<1>}, {name "_d10", "ns", f<10>}, { \
    name "_d100", "ns", f<100>                            \
  }

static const bench_row rows[] = {
    DEPTHS("panic_recover", panic_recover),           DEPTHS("panic_recover_defer", panic_recover_defer),
    {"fault_recover", "ns", fault_recover},           DEPTHS("return", return_row),
    DEPTHS("panic_recover_dtor", panic_recover_dtor), DEPTHS("throw_catch_dtor", throw_catch_dtor_row),
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
