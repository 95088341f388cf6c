// Goroutine stacks: slots of large mappings, bound to a goroutine at its first run and given back when it ends. See
// stack.cc.
#pragma once
#include "sched/runtime2.h"

namespace gort::rt {

inline constexpr int kStackClasses = 3;
// kStackGuard bytes at the low end of a slot cannot be touched. Code that was compiled without gort's flags does not
// touch its frames page by page, and may step over a guard that is smaller than a frame of it.
inline constexpr size_t kStackGuard[kStackClasses] = {64 << 10, 64 << 10, 32 << 10};
extern size_t stack_class_size[kStackClasses];  // bytes of a slot, guard included, largest first

// stackalloc binds a stack to gp (stackhi, stackclass); dies with a clear text when the system refuses. On an m with
// its p.
void stackalloc(p* pp, g* gp);
// stack_cached tells whether pp has a stack at hand, which somebody has used before.
inline bool stack_cached(const p* pp) {
  return (pp->stackcachen[0] | pp->stackcachen[1] | pp->stackcachen[2]) != 0;
}
// stackfree gives gp's stack back. The goroutine must be off it.
void stackfree(p* pp, g* gp);
// stack_p_flush moves a p's cached stacks to the shared lists.
void stack_p_flush(p* pp);
// stack_unused looks which free stacks nobody has taken since the last look, and returns how many of them have not been
// given back to the system yet. One caller.
size_t stack_unused();
// stack_scavenge gives the memory of free stacks back to the system: of all (percent < 0), or of those that the last
// stack_unused found, leaving as many as are `percent` of the stacks in use. Returns the bytes. Any thread; goroutines
// that need a stack meanwhile wait some 100 us at most.
size_t stack_scavenge(int32_t percent);

// stack_usage: what stacks take, in bytes. Resident memory is found out from a sample of them (all, where there are
// few).
struct stack_usage {
  size_t inuse = 0;   // resident, of stacks that goroutines have
  size_t idle = 0;    // resident, of free ones
  size_t mapped = 0;  // address space
  size_t count = 0;   // stacks that goroutines have
};
stack_usage stack_measure();

// stack_guard_hit tells whether addr lies in the guard area of gp's stack, or just below it.
bool stack_guard_hit(const g* gp, uintptr_t addr);
// Limit of a goroutine's stack as Go counts it (debug::SetMaxStack): default 1000000000.
extern std::atomic<size_t> maxstacksize;
void stack_set_max(size_t bytes);
void stackinit();

// stacktop is where a goroutine's first frame begins. Slots end at the same offset in every page, and tops would all
// compete for the same few cache sets, so they are staggered.
inline char* stacktop(const g* gp) {
  return gp->stackhi - ((gp->goid & 7) << 7);
}
// goroutine_base is the stack pointer of gort_gostart's frame.
inline uintptr_t goroutine_base(const g* gp) {
  return reinterpret_cast<uintptr_t>(stacktop(gp)) - 16;
}

inline char* stacklo(const g* gp) {
  return gp->stackhi == nullptr ? nullptr : gp->stackhi - stack_class_size[gp->stackclass];
}
// on_own_stack tells whether sp is on gp's stack, and not on one of a signal, a thread or another library.
inline bool on_own_stack(const g* gp, uintptr_t sp) {
  return reinterpret_cast<uintptr_t>(stacklo(gp)) <= sp && sp < reinterpret_cast<uintptr_t>(gp->stackhi);
}

}  // namespace gort::rt
