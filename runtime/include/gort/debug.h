// gort/debug.h: Go's package runtime/debug.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gort/time/time.h>

namespace gort::debug {

// Stack returns the trace of the calling goroutine, as PrintStack would print it.
[[gnu::noinline]] std::string Stack();

// PrintStack writes the trace of the calling goroutine to standard error.
[[gnu::noinline]] void PrintStack();

// SetTraceback sets what an uncaught panic prints: none, single, all, system, crash or a number, as the environment
// variable GOTRACEBACK; it cannot show less than that variable asked for.
void SetTraceback(std::string_view level);

// SetMaxStack sets the limit of a goroutine's stack in bytes (default 1000000000) and returns the previous one. The
// largest power of two not above it is what recursion may use; it applies to the large stacks that the first 1024
// goroutines have.
int SetMaxStack(int bytes);

// SetMaxThreads sets the limit of threads (default 10000) and returns the previous one; a program that exceeds it dies.
int SetMaxThreads(int threads);

// SetPanicOnFault makes a fault at any address, not only near null, a panic in the current goroutine, whose error has
// Addr(); returns the previous setting.
bool SetPanicOnFault(bool enabled);

// FreeOSMemory gives memory of free goroutine stacks back to the system: runtime::GC.
void FreeOSMemory();

// SetGCPercent sets how much idle stack memory automatic cycles leave, in percent of the stacks that goroutines have,
// and returns the previous setting; negative: there are no automatic cycles. It starts as the environment variable GOGC
// (a number, or `off`), or 100. An automatic cycle gives stacks back that nobody has used for ten seconds or more; it
// runs on a thread of its own, stops nobody, and also comes every two minutes for the sake of sync::Pool.
int SetGCPercent(int percent);

// GCStats is what ReadGCStats fills in. A cycle's pause is the part of it that is not giving memory back, though it
// stops nobody. Pause and PauseEnd have the most recent of up to 256 cycles first.
struct GCStats {
  time::Time LastGC;
  int64_t NumGC = 0;
  time::Duration PauseTotal = 0;
  std::vector<time::Duration> Pause;
  std::vector<time::Time> PauseEnd;
  std::vector<time::Duration> PauseQuantiles;
};
// ReadGCStats reads the statistics of all cycles. If PauseQuantiles is not empty it is filled with quantiles of the
// pauses: five elements become the minimum, the quartiles and the maximum.
//
//   debug::GCStats s;
//   s.PauseQuantiles.resize(5);
//   debug::ReadGCStats(&s);
void ReadGCStats(GCStats* stats);

}  // namespace gort::debug
