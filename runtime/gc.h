// What gort has for a garbage collector: cycles that give idle memory back to the system. See gc.cc.
#pragma once
#include <cstddef>
#include <cstdint>

namespace gort::rt {

// gc_init reads GOGC and starts to look after idle memory; called by runtime_init.
void gc_init();
// gc_cycle runs a forced cycle: gives the memory of every free stack back, ages the sync::Pools. Not from a signal
// handler.
void gc_cycle();
// mark_waiting notes `now` in every goroutine that waits and has no such note yet: traces say since when.
void mark_waiting(int64_t now);

struct gc_counters {
  uint64_t cycles = 0, forced = 0;
  uint64_t released = 0;  // bytes
  int64_t total_ns = 0;   // processor time of all cycles
};
gc_counters gc_count();

// GOGC, -1 for off.
int32_t gc_percent();
int32_t gc_set_percent(int32_t percent);

}  // namespace gort::rt
