// The host's own exceptions, on an ordinary thread of a program in which gort runs: they are to cost what they cost in
// throw_plain.cc. The program has libgort as a shared library, for each step of unwinding is a binary search in the
// table of its own object: as much larger as any static library makes an executable, as much (some 3 %) dearer they
// are.
#include <thread>

#include "bench.h"
#include "throw.h"

template <int D>
static double host_throw() {
  double ns = 0;
  std::thread([&ns] { ns = throw_catch_row<D>(); }).join();
  return ns;
}

static const bench_row rows[] = {
    {"host_throw_d1", "ns", host_throw<1>},
    {"host_throw_d10", "ns", host_throw<10>},
    {"host_throw_d100", "ns", host_throw<100>},
};

int main(int argc, char** argv) {
  return bench_main(argc, argv, rows);
}
