// panic, recover, Goexit: the core below gort/func.h.
//
// A panic runs deferred calls on top of the panicking stack: nothing is left yet, so a trace printed by a deferred
// call, or by the death of the process, shows where the panic began. Only when a deferred call has recovered are the
// newer frames left (leave_frames).
//
// g.panic links the panics and Goexits in progress, innermost first; each _panic lives in the stack frame of its
// gopanic, so a panic whose address is lower than a function frame's is newer than that frame.
#pragma once
#include <unwind.h>

#include <gort/func.h>

#include "sched/proc.h"

namespace gort::rt {

struct _panic {
  alignas(any) unsigned char argbytes[sizeof(any)];  // no destructor: the frame may be left at any time
  _panic* link = nullptr;
  uintptr_t callsp = 0;                    // stack pointer at the call of the deferred function: its CFA
  _defer* record = nullptr;                // what runs now
  _Unwind_Exception* exception = nullptr;  // a C++ exception that became this panic
  uintptr_t savesp = 0;                    // Goexit: where to resume (gort_setpoint)
  uintptr_t pc = 0, sp = 0, bp = 0;        // the frame that panicked: where a look at the frames to leave begins
  bool recovered = false;
  bool goexit = false;
  bool printed = false;  // arg has been replaced by its text
  any& arg() { return *reinterpret_cast<any*>(argbytes); }
};

// fatalpanic prints the chain and the traces, and ends the process with status 2.
[[noreturn]] void fatalpanic(_panic* p);
// goexit is runtime.Goexit.
[[noreturn]] void goexit();
void panic_init();
// discard_frame ends what a function frame that is being left still holds: running closures, locals, pending calls.
void discard_frame(funcframe* fr);
// exception_value is a C++ exception as an error that holds its exception_ptr.
any exception_value(_Unwind_Exception* e);

// panics_in_progress tells whether another goroutine is running deferred calls of a panic: main waits a little for its
// report (go-1.22.md 1.4).
bool panics_in_progress();

extern "C" {
void gort_calldefer(void* closure, void (*fn)(void*), uintptr_t* callsp);
[[noreturn]] void gort_recovery(funcframe*, g*);
void gort_setpoint(uintptr_t* savesp, void (*fn)(void*), void* arg);
[[noreturn]] void gort_resumepoint(uintptr_t* savesp, void (*fn)(void*), void* arg);
[[noreturn]] void gort_unwind_from(const uint64_t* regs, void* leaving);
[[noreturn]] void gort_unwind_on(void* leaving);
// Return addresses inside the assembly, by which frames are recognised.
extern char gort_gofunc_end[], gort_gofunc_ret[], gort_deferreturn_ret[], gort_calldefer_ret[], gort_setpoint_ret[],
    gort_goexit_ret[], gort_sigpanic_ret[];
}

}  // namespace gort::rt
