#include "rows.h"

#include <string>
#include <sys/resource.h>

#include <benchmark/benchmark.h>

double bench_status(const char* key) {
  FILE* f = std::fopen("/proc/self/status", "r");
  if (f == nullptr) return 0;
  const size_t n = std::strlen(key);
  double value = 0;
  char line[256];
  while (std::fgets(line, sizeof line, f) != nullptr) {
    if (std::strncmp(line, key, n) == 0 && line[n] == ':') {
      value = std::atof(line + n + 1);
      break;
    }
  }
  std::fclose(f);
  return value;
}

double bench_cpu_ns() {
  rusage ru{};
  getrusage(RUSAGE_SELF, &ru);
  auto ns = [](const timeval& v) { return static_cast<double>(v.tv_sec) * 1e9 + static_cast<double>(v.tv_usec) * 1e3; };
  return ns(ru.ru_utime) + ns(ru.ru_stime);
}

bool bench_listed(int argc, char** argv, std::span<const bench_row> rows) {
  if (argc != 2 || std::strcmp(argv[1], "-l") != 0) return false;
  for (const bench_row& r : rows) std::puts(r.name);
  return true;
}

int bench_procs() {
  const char* text = std::getenv("GOMAXPROCS");
  const int n = text != nullptr ? std::atoi(text) : 1;
  return n > 0 ? n : 1;
}

static bool called(std::span<const bench_row> rows, const char* name) {
  for (const bench_row& r : rows)
    if (std::strcmp(r.name, name) == 0) return true;
  return false;
}

static bool wanted(int argc, char** argv, std::span<const bench_row> rows, const char* name) {
  if (argc < 2) return true;
  for (int i = 1; i < argc; i++) {
    const bool whole = called(rows, argv[i]);
    if (whole ? std::strcmp(name, argv[i]) == 0 : std::strstr(name, argv[i]) != nullptr) return true;
  }
  return false;
}

// What one of a row's unit is in seconds; 0 if it is no time.
static double seconds_of(const std::string& unit) {
  if (unit == "ns") return 1e-9;
  if (unit == "us") return 1e-6;
  if (unit == "ms") return 1e-3;
  return unit == "s" ? 1 : 0;
}

static void run_google(int argc, char** argv, std::span<const bench_row> rows) {
  benchmark::Initialize(&argc, argv);
  for (const bench_row& r : rows) {
    auto run = [r](benchmark::State& state) {
      for ([[maybe_unused]] auto round : state) {
        const double value = r.run();
        const double unit = seconds_of(r.unit);
        state.SetIterationTime(value * unit);
        if (unit == 0) state.counters[r.unit] = value;
      }
    };
    benchmark::RegisterBenchmark(r.name, run)->UseManualTime()->Iterations(1);
  }
  benchmark::RunSpecifiedBenchmarks();
}

void bench_run(int argc, char** argv, std::span<const bench_row> rows) {
  if (argc > 1 && std::strncmp(argv[1], "--benchmark_", 12) == 0) {
    run_google(argc, argv, rows);
    return;
  }
  for (const bench_row& r : rows) {
    if (!wanted(argc, argv, rows, r.name)) continue;
    std::printf("RESULT\t%s\t%.6g\t%s\n", r.name, r.run(), r.unit);
    std::fflush(stdout);
  }
}
