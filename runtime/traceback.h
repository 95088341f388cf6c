// Go's traceback text: of the current goroutine, of all, to a descriptor or into memory. See traceback.cc.
//
// Everything here may run in a signal handler of a process whose heap is broken or locked: no malloc, no lock that a
// crashed thread may hold.
#pragma once
#include "runtime/sink.h"
#include "runtime/symtab/symtab.h"
#include "runtime/unwind.h"
#include "sched/proc.h"

namespace gort::rt {

// GOTRACEBACK (and debug::SetTraceback): what a dying program prints.
struct traceback_mode {
  int level;   // 0 none, 1 user frames, 2 everything
  bool all;    // all goroutines
  bool crash;  // then abort
};
traceback_mode gotraceback();
// gotraceback_threads is the same for a report of threads, which shows all where nothing is said.
traceback_mode gotraceback_threads();
void traceback_env_init();
void set_traceback(const char* level);

// A place to start a walk from: registers of a running or parked context.
struct Context {
  Regs regs;
  bool exact;  // rip is exact (a fault) rather than a return address
};
// context_of_parked is where gp, which does not run, goes on; context_of_saved the same from a copy of its g.sched.
Context context_of_parked(const g* gp);
Context context_of_saved(const gobuf& saved);
// The context of the calling function.
[[gnu::always_inline]] inline Context context_here() {
  uint64_t r[8];
  asm volatile(
      "leaq 0(%%rip), %%rax\n\tmovq %%rax, 0(%0)\n\tmovq %%rsp, 8(%0)\n\tmovq %%rbp, 16(%0)\n\tmovq %%rbx, 24(%0)\n\t"
      "movq %%r12, 32(%0)\n\tmovq %%r13, 40(%0)\n\tmovq %%r14, 48(%0)\n\tmovq %%r15, 56(%0)"
      :
      : "r"(r)
      : "rax", "memory");
  Context c{};
  constexpr int regs[8] = {Regs::kRip, Regs::kRsp, Regs::kRbp, Regs::kRbx,
                           Regs::kR12, Regs::kR13, Regs::kR14, Regs::kR15};
  for (int i = 0; i < 8; i++) c.regs.set(regs[i], r[i]);
  c.exact = true;
  return c;
}

// stack_bounds are the ends of the stack that sp is on: gp's own, or one that the system or another library made, whose
// ends nobody knows.
StackBounds stack_bounds(const g* gp, uintptr_t sp);

// Space is the program whose stacks a trace shows: this process, or another one, or a core, that a tool looks at. There
// a g is the tool's copy: its plain fields are true, its panics are copies too, and every other pointer leads into the
// other program and is followed by the space alone.
class Space {
 public:
  enum class Stack { kKnown, kNotStarted, kUnavailable };

  // context_of tells where the walk over gp's stack begins.
  virtual Stack context_of(const g* gp, Context* ctx) = 0;
  virtual StackBounds bounds_of(const g* gp, uintptr_t sp) = 0;  // as stack_bounds
  // As Unwinder's.
  virtual Step step(StackBounds b, Regs& regs, uint64_t* cfa, bool* exact_pc) = 0;
  virtual bool guess_caller(StackBounds b, Regs& regs, uint64_t* cfa) = 0;
  virtual bool recover_bad_pc(StackBounds b, Regs& regs) = 0;
  // As symtab::lookup.
  virtual const symtab::Kept* lookup(uintptr_t pc, bool exact, symtab::Spare* spare) = 0;
  virtual MemReader& memory() = 0;
  virtual bool is_self() { return false; }  // stacks may be read as they are
  virtual uintptr_t gofunc_ret() = 0;       // gort_gofunc_ret
  // panic_words are the two words of a panic's value, as Go prints an interface.
  virtual void panic_words(const _panic* p, uint64_t* type, uint64_t* data) = 0;
  virtual uint64_t address(const g* gp) = 0;
  virtual uint64_t address(const m* mp) = 0;
  virtual int64_t now() = 0;  // nanotime

 protected:
  ~Space() = default;
};
Space& self_space();

// user_frame tells whether a frame is shown at the default level (neither gort's own nor the compiler's).
bool user_frame(const symtab::Location& l);

// goroutineheader writes `goroutine N [status, ...]:`.
void goroutineheader(Sink& w, g* gp, bool system, Space& space = self_space());
// traceback writes the frames of gp from ctx on, and its `created by`.
void traceback(Sink& w, g* gp, const Context& ctx, int level, int skip = 0);  // skip: physical frames left out
// traceback_g writes header and frames of a goroutine that does not run on this thread.
void traceback_g(Sink& w, g* gp, int level, Space& space = self_space());
// tracebackothers writes all goroutines but `me`, a blank line before each.
void tracebackothers(Sink& w, g* me, int level);

// unknown_pcs collects return pcs on the stacks of parked goroutines whose symbols have not been read yet, as far as
// goroutines that began alike and wait at the same place have the same stacks. It looks at `most` of them, evenly
// spread. The world is stopped.
struct unknown_pc {
  uintptr_t pc;
  bool exact;
};
int unknown_pcs(const g* me, unknown_pc* pcs, int max, size_t most);
// learn_pcs reads their symbols.
void learn_pcs(const unknown_pc* pcs, int n);

}  // namespace gort::rt
