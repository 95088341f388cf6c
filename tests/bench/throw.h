// C++ exceptions thrown over frames without and with destructors: the same code in a program with gort (panic_bench.cc)
// and in one without (throw_plain.cc), which is what shows that gort does not make a host's own exceptions dearer.
#pragma once
#include <cstdint>

#include "rows.h"

inline int64_t throw_sink;

struct throw_error {
  int code;
};

struct throw_guard {
  int64_t* p;
  [[gnu::noinline]] ~throw_guard() {
    ++*p;
    bench_use(p);
  }
};

[[gnu::noinline]] inline int throw_at(int d) {
  if (d <= 1) throw throw_error{1};
  return throw_at(d - 1) + 1;
}

[[gnu::noinline]] inline int throw_at_dtor(int d, int64_t* p) {
  throw_guard g{p};
  if (d <= 1) throw throw_error{1};
  return throw_at_dtor(d - 1, p) + 1;
}

[[gnu::noinline]] inline void throw_catch(int d) {
  try {
    throw_at(d);
  } catch (const throw_error& e) {
    throw_sink += e.code;
  }
}

[[gnu::noinline]] inline void throw_catch_dtor(int d, int64_t* p) {
  try {
    throw_at_dtor(d, p);
  } catch (const throw_error& e) {
    throw_sink += e.code;
  }
}

inline int throw_rounds(int d) {
  return 2000000 / d > 500000 ? 500000 : 2000000 / d;
}

template <int D>
double throw_catch_row() {
  const int n = throw_rounds(D);
  throw_catch(bench_opaque(D));
  bench_clock t;
  for (int i = 0; i < n; i++) throw_catch(bench_opaque(D));
  return t.ns_per(n);
}

// A tenth of the rounds: destructors on the way make it ten times dearer.
template <int D>
double throw_catch_dtor_row() {
  const int n = throw_rounds(D) / 10;
  throw_catch_dtor(bench_opaque(D), &throw_sink);
  bench_clock t;
  for (int i = 0; i < n; i++) throw_catch_dtor(bench_opaque(D), &throw_sink);
  return t.ns_per(n);
}
