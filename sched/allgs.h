// allgs as it lies in memory: chunks of kAllgChunk pointers, appended to under allglock. For proc.cc, and for the
// description that debuggers read (runtime/debuginfo.cc); everybody else calls allglen and allg.
#pragma once
#include "sched/runtime2.h"

namespace gort::rt {

inline constexpr size_t kAllgChunk = 4096;
extern std::atomic<std::atomic<g*>*> allgchunks[1 << 16];
extern std::atomic<size_t> allgn;

}  // namespace gort::rt
