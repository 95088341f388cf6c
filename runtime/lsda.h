// lsda.h: does an exception, a panic or a Goexit that passes a call site have something to run there?
//
// The answer stands in the function's language-specific data area: a table of call sites, each with a landing pad and a
// chain of actions. Only the format that g++, clang++ and gcc emit is read (that of __gxx_personality_v0 and
// __gcc_personality_v0). No allocation, no locks.
#pragma once

#include <cstdint>

namespace gort::rt {

// CallSite says what unwinding through one call would meet. All false: nothing, the frame can simply be dropped.
struct CallSite {
  bool cleanup = false;         // a destructor
  bool catches = false;         // catch (T)
  bool catch_all = false;       // catch (...), or an exception specification
  bool must_terminate = false;  // std::terminate: no entry covers the call, or clang++'s landing pad for it
  bool gap = false;             // must_terminate, but other calls of the function have entries
  uintptr_t landing_pad = 0;
};

// lsda_call_site() looks up lookup_pc (return address minus one) in `lsda`, the data of the function (or the part of
// one) whose FDE starts at func_start.
CallSite lsda_call_site(const void* lsda, uintptr_t func_start, uintptr_t lookup_pc);

// returns_to_clang_call_terminate: std::terminate, which will return to return_pc, was called for a noexcept function
// that clang++ compiled.
bool returns_to_clang_call_terminate(uintptr_t return_pc);

// Whose table it is. C's routine (attribute cleanup, and pthread cancellation inside libc) knows no std::terminate: a
// call that is not in its table has no cleanup.
enum class Personality : uint8_t { kCxx, kC, kOther };
Personality classify_personality(uintptr_t personality);

}  // namespace gort::rt
