// The frame of a benchmark program: a table of rows, each a function that does the work once and returns the figure.
// Names, units and work are those of shared/bench/go/main.go, whose output format this is: one line
// `RESULT<tab>name<tab>value<tab>unit` a row.
//
//   static double run_nothing() {
//     const int n = 1000000;
//     bench_clock t;
//     for (int i = 0; i < n; i++) {}
//     return t.ns_per(n);
//   }
//   static const bench_row rows[] = {{"nothing", "ns", run_nothing}};
//   int main(int argc, char** argv) { return bench_main(argc, argv, rows); }
//
// Without arguments the program runs all rows; an argument picks the rows whose name contains it, `-l` lists the names.
// Rows run on the main goroutine of a gort program, on GOMAXPROCS threads.
#pragma once
#include <chrono>
#include <cstdio>
#include <cstring>
#include <span>

#include <gort/gort.h>

struct bench_row {
  const char* name;
  const char* unit;
  double (*run)();
};

// bench_clock starts when it is made.
class bench_clock {
 public:
  double ns() const {
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start_).count();
  }
  double ns_per(double n) const { return ns() / n; }
  double seconds() const { return ns() / 1e9; }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// bench_use makes the compiler believe that v is used.
template <class T>
inline void bench_use(T const& v) {
  asm volatile("" : : "g"(v) : "memory");
}

inline void bench_result(const char* name, double value, const char* unit) {
  std::printf("RESULT\t%s\t%.6g\t%s\n", name, value, unit);
  std::fflush(stdout);
}

struct bench_program {
  std::span<const bench_row> rows;
  int argc = 0;
  char** argv = nullptr;
};
inline bench_program bench_now;

inline bool bench_wanted(const char* name) {
  if (bench_now.argc < 2) return true;
  for (int i = 1; i < bench_now.argc; i++)
    if (std::strstr(name, bench_now.argv[i]) != nullptr) return true;
  return false;
}

inline void bench_entry() {
  for (const bench_row& r : bench_now.rows)
    if (bench_wanted(r.name)) bench_result(r.name, r.run(), r.unit);
}

inline int bench_main(int argc, char** argv, std::span<const bench_row> rows) {
  if (argc == 2 && std::strcmp(argv[1], "-l") == 0) {
    for (const bench_row& r : rows) std::puts(r.name);
    return 0;
  }
  bench_now = {rows, argc, argv};
  return gort::main(argc, argv, bench_entry);
}
