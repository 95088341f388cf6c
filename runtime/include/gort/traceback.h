// gort/traceback.h: Go's crash traces for any C++ program, with or without goroutines.
#pragma once

namespace gort {
namespace traceback {

// install makes a fatal signal, or an exception that nobody catches, print a trace of every thread to standard error
// before the process ends as it would have ended: by the same signal, with a core where one is wanted. SIGQUIT prints
// the same and ends the process. No thread is started, nor gort's scheduler. Call it once, from any thread, early in
// main; further calls do nothing. Linking libgort_crash (pkg-config gort_crash), or preloading it, does it without a
// call.
//
//   int main() {
//     gort::traceback::install();
//     ...
//   }
//
// Signals: SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT (assert, std::terminate), SIGSYS, SIGSTKFLT, SIGQUIT. A
// handler that was there before is called after the trace, and if it returns the process goes on; one that is put on
// later comes first, and the trace is printed only if it calls the handler that it replaced. The same holds for
// std::set_terminate. SIGQUIT is taken over even where it was ignored.
//
// A thread prints as Go prints a goroutine that is locked to its thread, its number being the thread's id:
// `goroutine 4712 [syscall (worker), locked to thread]:`, with the thread's name if it has one of its own; the one that
// crashed comes first, as `goroutine 4711 [running]:`. GOTRACEBACK=none leaves the message, single the thread that
// crashed; all is the default here; system shows frames of gort and registers of each frame, too. Functions have Go's
// spelling: f() in the global namespace is main.f, ns::T::f() is ns.(*T).f. Files, lines and arguments need -g.
//
// A trace takes no lock and calls no malloc. A stack overflow is traced on goroutines, on the thread that called
// install, on those that ran then or have used gort since, and with libgort_crash on all (it gives each new thread a
// stack for signals).
//
// In a program under gort::main this changes nothing: it dies as a Go program does. After gort::run, faults of
// goroutines stay panics, and the trace shows goroutines and other threads.
void install();

}  // namespace traceback
}  // namespace gort
