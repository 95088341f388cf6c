// bench_main for gort's programs: rows run on the main goroutine, on GOMAXPROCS threads. See rows.h.
#pragma once
#include <gort/gort.h>

#include "rows.h"

struct bench_program {
  int argc = 0;
  char** argv = nullptr;
  std::span<const bench_row> rows;
};
inline bench_program bench_now;

inline int bench_main(int argc, char** argv, std::span<const bench_row> rows) {
  if (bench_listed(argc, argv, rows)) return 0;
  bench_now = {argc, argv, rows};
  return gort::main(argc, argv, [] { bench_run(bench_now.argc, bench_now.argv, bench_now.rows); });
}
