// System calls that do not block, and the clock.
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

using namespace gort;

static const int kRounds = 5000000;
static int64_t sink;

template <class F>
static double rounds(F f) {
  bench_clock t;
  for (int i = 0; i < kRounds; i++) sink += f();
  return t.ns_per(kRounds);
}

// runtime::blocking beside Go's syscall.Getppid, which does not tell the scheduler of its call.
static double syscall_getppid() {
  return rounds([] { return runtime::blocking([] { return getppid(); }); });
}

// The same beside Go's syscall.Syscall(SYS_GETPPID), which does.
static double syscall_entered() {
  return rounds([] { return runtime::blocking([] { return ::syscall(SYS_getppid); }); });
}

static double rawsyscall_getppid() {
  return rounds([] { return ::syscall(SYS_getppid); });
}

static double time_Now() {
  return rounds([] { return time::Now().Nanosecond(); });
}

static const bench_row rows[] = {
    {"syscall_getppid", "ns", syscall_getppid},
    {"syscall_entered", "ns", syscall_entered},
    {"rawsyscall_getppid", "ns", rawsyscall_getppid},
    {"time_Now", "ns", time_Now},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
