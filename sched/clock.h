// Clocks of the runtime. nanotime is monotonic; walltime is nanoseconds since the Unix epoch.
#pragma once
#include <cstdint>
#include <ctime>

namespace gort::rt {

inline int64_t nanotime() {
  timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return int64_t(ts.tv_sec) * 1000000000 + ts.tv_nsec;
}

inline int64_t walltime() {
  timespec ts;
  clock_gettime(CLOCK_REALTIME, &ts);
  return int64_t(ts.tv_sec) * 1000000000 + ts.tv_nsec;
}

}  // namespace gort::rt
