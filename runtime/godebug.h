// GODEBUG: comma-separated key=value settings from the environment, read once at the start; unknown keys are ignored,
// later entries win.
#pragma once

namespace gort::rt {

struct godebug_settings {
  int panicnil = 0;  // 1: panic(nil) stays nil, as before Go 1.21
  int deadlocals =
      0;  // 1: what a func's body leaves on the stack is overwritten before deferred calls run (gort's own)
};
extern godebug_settings godebug;
void godebug_init();

}  // namespace gort::rt
