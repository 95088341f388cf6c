// Taking a p away from the m that runs user code with it, for sysmon and for whoever stops the world. The protocol
// stands in HACKING.md, "The P is taken, not the goroutine"; tests/model explores it.
#pragma once
#include "sched/runtime2.h"

namespace gort::rt {

// retake_running asks pp's m to yield at its next entry to the runtime. With take it also takes pp away, unless the m
// is inside the runtime: then pp has no m any more, its status is `after`, it is the caller's, and the result is the m
// that had it (else null). hog, if given, is what that m runs.
m* retake_running(p* pp, bool take, pstatus after, g** hog = nullptr);

// pin_settle ends the ambiguity of retake != 0: afterwards either mp->p is ours or it is null. Called by mp's own
// thread, with mp->locks positive.
void pin_settle(m* mp);

}  // namespace gort::rt
