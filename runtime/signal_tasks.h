// signal_tasks.h: all threads of the process ("tasks", as the kernel calls them), held where they are while a trace is
// printed. One thread at a time may use this: whoever holds the right to print (signal_dying.cc). Safe in a signal
// handler; see signal_tasks.cc for the protocol.
#pragma once
#include <atomic>
#include <ucontext.h>

#include "runtime/signal.h"

namespace gort::rt {

struct task {
  pid_t tid;
  std::atomic<uint32_t> state;
  ucontext_t* uc;  // where it stands in the handler that holds it
  bool traced;     // it was not held: regs are where it was a moment ago
  Regs regs;
};

// hold_tasks holds every thread but the calling one, within 0.8 seconds, and returns how many there are.
int hold_tasks();
// held_task is one of them, in the order of their ids.
const task& held_task(int i);
// task_context is where it was. False: it could not be found out. task_gone: it has ended meanwhile.
bool task_context(const task& t, Context* ctx);
bool task_gone(const task& t);
// release_tasks lets them go on.
void release_tasks();

// run_on_large_stack calls fn(arg) on a stack with room for printing a trace: the one that a signal has come to may
// have none.
void run_on_large_stack(void (*fn)(const void*), const void* arg);

// give_signal_stack gives the calling thread a stack for signal handlers if it has none, without which a stack overflow
// ends the process with no handler called. give_signal_stacks does so for all threads that there are.
void give_signal_stack();
void take_signal_stack_back();
void give_signal_stacks();

// install_traceback is gort::traceback::install, under a name that only libgort has.
void install_traceback();

}  // namespace gort::rt
