// Fiber annotations for AddressSanitizer and ThreadSanitizer. They are called from the switch and from the stack
// allocator only, and are empty when no such tool is built in. Valgrind is a matter of running, not of building: it is
// told of small slots for stacks (san_slot).
#pragma once
#include "arch/amd64/valgrind.h"
#include "sched/runtime2.h"

#ifdef GORT_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef GORT_TSAN
#include <sanitizer/tsan_interface.h>
extern "C" void AnnotateIgnoreReadsBegin(const char* file, int line);
extern "C" void AnnotateIgnoreWritesBegin(const char* file, int line);
extern "C" void __tsan_func_exit();
#endif

// SAN_UNINSTRUMENTED: the function may run on ThreadSanitizer's own thread, which has no place for what instrumented
// code notes as it runs.
#if defined(__clang__)
#define SAN_UNINSTRUMENTED __attribute__((disable_sanitizer_instrumentation))
#else
#define SAN_UNINSTRUMENTED __attribute__((no_sanitize("thread")))
#endif

namespace gort::rt {

extern const bool under_valgrind;

#if defined(GORT_ASAN) || defined(GORT_TSAN)
inline constexpr bool kUnderTool = true;  // stacks are larger and never left to another tool's imagination
#else
inline constexpr bool kUnderTool = false;
#endif

#ifdef GORT_TSAN
inline constexpr int kToolThreads = 1;  // that the tool has in the process
#else
inline constexpr int kToolThreads = 0;
#endif

#ifdef GORT_TSAN
// tsan_fiber is what g::san points to. Those of goroutines are kept for further use (sanitizer.cc).
struct tsan_fiber {
  void* handle;
  uint32_t uses;
};
tsan_fiber* tsan_fiber_get();
void tsan_fiber_put(tsan_fiber* f);
#endif

// san_leave is called right before the jump away from `from` (dying: it never comes back) to the stack [lo, hi) of
// `to`.
inline void san_leave([[maybe_unused]] g* from, [[maybe_unused]] bool dying, [[maybe_unused]] g* to,
                      [[maybe_unused]] char* lo, [[maybe_unused]] char* hi) {
#ifdef GORT_ASAN
  __sanitizer_start_switch_fiber(dying ? nullptr : &from->san, lo, size_t(hi - lo));
#endif
#ifdef GORT_TSAN
  // With synchronisation: what one goroutine hands to the next by switching on the same thread (m, p, the lock that
  // parkfn releases) is ordered by the switch itself. Races between threads are still seen.
  if (dying) __tsan_func_exit();  // gort_goexit0 does not return
  __tsan_switch_to_fiber(static_cast<tsan_fiber*>(to->san)->handle, 0);
#endif
}

// san_arrive is called first thing on the new stack.
inline void san_arrive([[maybe_unused]] g* me) {
#ifdef GORT_ASAN
  __sanitizer_finish_switch_fiber(me->san, nullptr, nullptr);
#endif
}

// san_entered: the stack pointer is set to where frames have been, or to somewhere below one. Valgrind takes what is
// there for popped, the first frames that follow included.
inline void san_entered(uintptr_t sp) {
  constexpr uintptr_t kFirstFrames = 1024;
  if (under_valgrind) [[unlikely]]
    valgrind_request(kMemcheckMakeUndefined, sp - kFirstFrames, kFirstFrames);
}

// san_create and san_destroy bracket the life of a goroutine's stack; san_destroy runs off that stack.
inline void san_create([[maybe_unused]] g* gp, [[maybe_unused]] char* lo, [[maybe_unused]] char* hi) {
  san_entered(reinterpret_cast<uintptr_t>(gp->sched.sp));
#ifdef GORT_ASAN
  gp->san = nullptr;
  __asan_unpoison_memory_region(lo, size_t(hi - lo));
#endif
#ifdef GORT_TSAN
  gp->san = tsan_fiber_get();
#endif
}

inline void san_destroy([[maybe_unused]] g* gp) {
#ifdef GORT_TSAN
  if (gp->san != nullptr) tsan_fiber_put(static_cast<tsan_fiber*>(gp->san));
  gp->san = nullptr;
#endif
}

// san_slot: stacks will be in [lo, hi) from now on. Valgrind takes a jump of the stack pointer for a switch if it is
// longer than 2 MiB (--max-stackframe), or if it leads into what it knows to be a stack. It is told only of the stacks
// that need it: where a thread that runs on a known one makes a frame right after another thread has run on another,
// Valgrind takes that for a switch too, and then the frame for memory that nobody may touch.
inline void san_slot(const char* lo, const char* hi) {
  if (hi - lo > (4 << 20)) return;
  valgrind_request(kValgrindStackRegister, reinterpret_cast<uintptr_t>(lo), reinterpret_cast<uintptr_t>(hi));
}

// san_abandon: the frames in [lo, hi) of this stack are left without their epilogues, which would have unpoisoned their
// redzones.
inline void san_abandon([[maybe_unused]] const void* lo, [[maybe_unused]] uintptr_t hi) {
#ifdef GORT_ASAN
  if (hi > reinterpret_cast<uintptr_t>(lo)) __asan_unpoison_memory_region(lo, hi - reinterpret_cast<uintptr_t>(lo));
#endif
}

// san_dying: from here on this thread only reports what ends the process, and for that reads everything that others may
// be writing. It waits for nobody, so these are races by design, of no interest to the user of a sanitizer.
inline void san_dying() {
#ifdef GORT_TSAN
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
#endif
}

// san_sleep is the time for which a thread that means to sleep ns nanoseconds (negative: without limit) asks the
// kernel. ThreadSanitizer runs a signal's handler when the thread comes back to code that it knows, and only a sleep
// with a limit ends when a signal comes.
inline int64_t san_sleep(int64_t ns) {
#ifdef GORT_TSAN
  if (ns < 0) return int64_t(3600) * 1000000000;
#endif
  return ns;
}

// san_thread gives the g that stands for a thread's own stack its annotation.
inline void san_thread([[maybe_unused]] g* gp) {
#ifdef GORT_TSAN
  gp->san = new tsan_fiber{__tsan_get_current_fiber(), 0};
#endif
}

}  // namespace gort::rt
