// C++ exceptions in a program without gort. panic_recover_dtor is here what a C++ program would do instead: throw and
// catch over the same frames.
#include "throw.h"

static const bench_row rows[] = {
    {"host_throw_d1", "ns", throw_catch_row<1>},
    {"host_throw_d10", "ns", throw_catch_row<10>},
    {"host_throw_d100", "ns", throw_catch_row<100>},
    {"throw_catch_dtor_d1", "ns", throw_catch_dtor_row<1>},
    {"throw_catch_dtor_d10", "ns", throw_catch_dtor_row<10>},
    {"throw_catch_dtor_d100", "ns", throw_catch_dtor_row<100>},
    {"panic_recover_dtor_d1", "ns", throw_catch_dtor_row<1>},
    {"panic_recover_dtor_d10", "ns", throw_catch_dtor_row<10>},
    {"panic_recover_dtor_d100", "ns", throw_catch_dtor_row<100>},
};

int main(int argc, char** argv) {
  if (!bench_listed(argc, argv, rows)) bench_run(argc, argv, rows);
  return 0;
}
