// GODEBUG: comma-separated key=value settings from the environment, read once at the start; unknown keys are ignored,
// later entries win.
#pragma once

namespace gort::rt {

struct godebug_settings {
  int panicnil = 0;     // 1: panic(nil) stays nil, as before Go 1.21
  int gctrace = 0;      // 1: a line on standard error for every cycle (gc.cc)
  int schedtrace = 0;   // n: a line about the scheduler every n milliseconds (schedtrace.cc)
  int scheddetail = 0;  // 1: and about every p, m and goroutine
  // gort's own.
  int deadlocals = 0;  // 1: what a func's body leaves on the stack is overwritten before deferred calls run
  int longrun = 0;  // n: a goroutine that runs for n milliseconds without entering the runtime is reported (longrun.cc)
};
extern godebug_settings godebug;
void godebug_init();

}  // namespace gort::rt
