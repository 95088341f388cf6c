// What GODEBUG makes the scheduler tell about itself while it runs. The init functions are called by runtime_init.
#pragma once

namespace gort::rt {

// GODEBUG=schedtrace=N[,scheddetail=1]
void schedtrace_init();
// GODEBUG=longrun=N
void longrun_init();

}  // namespace gort::rt
