// Pieces of the process's end that signal handling shares. See crash.cc.
#pragma once
#include "runtime/traceback.h"
#include "sched/runtime2.h"

namespace gort::rt {

// throw_at is throw_ with the lines before the message ("": none) and the context whose stack is to be shown.
[[noreturn]] void throw_at(const char* msg, const char* lines, const Context& ctx);
// report_signal is the signal that a thread report is about (signal_threads.cc), 0 for none: the process ends by it.
extern std::atomic<int> report_signal;
// crash_exit exits with code, or aborts under GOTRACEBACK=crash. While a thread report is made it ends the process by
// that report's signal.
[[noreturn]] void crash_exit(int code);
// print_signal_line writes `[signal SIGSEGV: segmentation violation code=... addr=... pc=...]`, nothing for no signal.
void print_signal_line(Sink& w, const gsignal_info& s);
// signal_name is Go's: "SIGSEGV: segmentation violation" (runtime/signal.cc).
const char* signal_name(int sig);

}  // namespace gort::rt
