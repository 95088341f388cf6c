// The frame of every benchmark program, gort's and its twins': a table of rows, each a function that does its work once
// and returns the figure.
//
//   static double run_nothing() {
//     const int n = 1000000;
//     bench_clock t;
//     for (int i = 0; i < n; i++) {}
//     return t.ns_per(n);
//   }
//   static const bench_row rows[] = {{"nothing", "ns", run_nothing}};
//   int main(int argc, char** argv) { return bench_main(argc, argv, rows); }   // bench.h or fiber.h
//
// The protocol: without arguments the program runs all rows; an argument picks the rows whose name contains it, `-l`
// lists the names. Every row run prints one line `RESULT<tab>name<tab>value<tab>unit`. GOMAXPROCS says on how many
// threads. A row with the same name does the same work in every language, the number of rounds included, so that ratios
// mean something. A cold row, or one about memory, is only right in a process of its own: tools/gort bench gives every
// row one.
//
// With an argument that starts with --benchmark_ the rows run under Google Benchmark instead, for its repetitions,
// statistics and formats
// (--benchmark_filter=, --benchmark_repetitions=, --benchmark_format=json). It is not what the comparison is made with:
// it finds the number of rounds itself, which changes the work (a million spawned goroutines cost per piece what a
// thousand do not); its processor times are those of one thread, while goroutines move; and it cannot take turns with
// programs in Go. So a row here is one iteration with a time of its own.
#pragma once
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>

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

// bench_opaque returns v, whose value the compiler then does not know: a depth of recursion that it would else unroll.
inline int bench_opaque(int v) {
  asm volatile("" : "+r"(v));
  return v;
}

// bench_status returns a figure of /proc/self/status in kB: VmRSS, VmHWM.
double bench_status(const char* key);

// bench_cpu_ns returns the processor time that the process has used.
double bench_cpu_ns();

// bench_listed handles `-l`: it prints the names and returns true.
bool bench_listed(int argc, char** argv, std::span<const bench_row> rows);

// bench_run runs the rows that the arguments ask for.
void bench_run(int argc, char** argv, std::span<const bench_row> rows);

// bench_procs returns the environment's GOMAXPROCS, 1 if it says nothing: for the twins that have no runtime to do it.
int bench_procs();
