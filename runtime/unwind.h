// unwind.h: walking stacks, in this process, in another one, and in a core file.
//
// Three nouns:
//   row        what it takes to leave one frame: how to find its CFA and which registers it saved where. One for each
//              call. Rows are learned from libunwind once (8 us) and then cost 3-4 ns a frame. (libunwind's own walk
//              takes 400 ns a frame, libgcc's 80; )
//   lookup pc  the address whose row describes a frame: the return address minus one, because a call may be the last
//              instruction of its function; the pc itself where it is exact (the frame that a signal interrupted).
//   return pc  what the walkers store: lookup pc plus one, for every frame. As in Go's runtime.Callers, whoever turns a
//              return pc into a function or a line subtracts one and need not know which kind of frame it was.
//
// Nothing here allocates from the heap or takes a lock that a crashed program may hold, RemoteSpace apart; all of it
// may be called from a signal handler once unwind_init() has returned. A pc that is new is learned under a try-lock: if
// the lock cannot be had within 50 ms, or this thread crashed inside libunwind, the step is a frame-pointer guess and
// is marked as such.
//
// The end of a stack is a frame whose CFI leaves rip undefined (`.cfi_undefined rip`), or a return address of 0.
//
//   uintptr_t pcs[64];
//   int n = gort::rt::callers(pcs, 64, 0);   // pcs[0] - 1 is in the function that called callers()
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/memread.h"

namespace gort::rt {

struct RowData;

// Regs is a register file in DWARF numbering. Bit i of valid: r[i] is known. Caller-saved registers of a caller's frame
// are never known: libunwind would hand out stale values for them.
struct Regs {
  enum { kRax, kRdx, kRcx, kRbx, kRsi, kRdi, kRbp, kRsp, kR8, kR9, kR10, kR11, kR12, kR13, kR14, kR15, kRip, kCount };
  uint64_t r[kCount];
  uint32_t valid;

  void set(int reg, uint64_t value) {
    r[reg] = value;
    valid |= 1u << reg;
  }
  bool has(int reg) const { return (valid >> reg) & 1; }
};

// regs_from_ucontext() is the interrupted context of a signal handler: every register known, rip exact.
Regs regs_from_ucontext(const void* ucontext);

// StackBounds: addresses outside [lo, hi) are never read.
struct StackBounds {
  uintptr_t lo;
  uintptr_t hi;
};

// unwind_init() loads libunwind and sets up the row table. Idempotent; any thread, never a signal handler (it calls
// dlopen). The other functions call it if need be, so that only a first use inside a signal handler needs it before.
// Returns false where libunwind-x86_64.so.8 is missing: every frame is then a frame-pointer guess.
bool unwind_init();

// What a row knows about its call site besides the way out of the frame.
enum RowFlags : uint16_t {
  kRowKindMask = 7,               // RowKind
  kRowSavesFromRbp = 1 << 3,      // saved registers are found from rbp, not from the CFA (g++ realigned frames)
  kRowUnloadable = 1 << 4,        // in an object that dlclose may unload: checked on every use
  kRowCleanup = 1 << 5,           // unwinding through this call site runs a destructor
  kRowCatch = 1 << 6,             // a catch of some type
  kRowCatchAll = 1 << 7,          // catch (...) or a violated exception specification: stops foreign exceptions too
  kRowMustTerminate = 1 << 8,     // an exception here is std::terminate (noexcept)
  kRowPersonalityOther = 1 << 9,  // the personality is neither C++'s nor C's nor a registered one: as good as a cleanup
  kRowPersonalityOwn = 1 << 10,   // a registered one: see register_personality()
  kRowGap = 1 << 11,              // kRowMustTerminate here, though the function is not noexcept as a whole
};

// A frame with one of these cannot be left without running or consulting something.
inline constexpr uint16_t kRowHasLandingPad =
    kRowCleanup | kRowCatch | kRowCatchAll | kRowMustTerminate | kRowPersonalityOther;

enum class RowKind : uint8_t {
  kNone,      // no such row
  kRsp,       // CFA = rsp + cfa_offset
  kRbp,       // CFA = rbp + cfa_offset
  kDerefRbp,  // CFA = *(rbp + cfa_offset)
  kSignal,    // signal trampoline: rsp points to a ucontext
  kEnd,       // outermost frame
  kNoInfo,    // in a loaded object, but no FDE covers it
  kSpecial,   // only libunwind can do it
};

// RowView is a copy of one row.
struct RowView {
  uint16_t flags;
  int32_t cfa_offset;
  uintptr_t func_start;  // start of the FDE (a function, or its .cold part); 0 if not known

  RowKind kind() const { return RowKind(flags & kRowKindMask); }
};

// row_for() finds or learns the row of the call that returns to `ra`. False if there is none to be had (not code of a
// loaded object, or learning was not possible now). Warm: about 2 ns.
bool row_for(uintptr_t ra, RowView* out);

// row_for_exact() is the same for a pc at which a signal stopped.
bool row_for_exact(uintptr_t pc, RowView* out);

// flush_rows() forgets every row. Rows of objects that were not there at program start carry a fingerprint of their
// object and are checked on use, so that dlclose needs no call of this; code whose CFI changes in place does.
// False if a learner held the lock for a second.
bool flush_rows();

// register_personality() names a personality routine of gort's own: its frames get kRowPersonalityOwn, not
// kRowPersonalityOther. At most 8; before the first walk through such a frame.
void register_personality(void (*fn)());

// FrameWalk steps over frames of this process, tracking only rip, rsp and rbp. (A frame whose
// CFA hangs on another register, which only hand-written code has, ends it; Unwinder goes through.) After construction
// it stands on the frame it was given; next() moves to the caller.
//
//   for (FrameWalk w(ra, rsp, rbp, bounds); w.row(&v); ) { ...; if (!w.next()) break; }
class FrameWalk {
 public:
  // here() stands on the calling function's own frame.
  [[gnu::always_inline]] static inline FrameWalk here(StackBounds bounds) {
    uintptr_t rip, rsp, rbp;
    asm volatile("leaq 0(%%rip), %0\n\tmovq %%rsp, %1\n\tmovq %%rbp, %2" : "=a"(rip), "=c"(rsp), "=d"(rbp));
    return FrameWalk(rip, rsp, rbp, bounds.lo != 0 ? bounds : StackBounds{rsp, bounds.hi}, true);
  }

  // (pc, rsp, rbp) are the register values in the frame; exact_pc: pc was interrupted, rather than returned to.
  FrameWalk(uintptr_t pc, uintptr_t rsp, uintptr_t rbp, StackBounds bounds, bool exact_pc = false)
      : pc_(pc), rsp_(rsp), rbp_(rbp), bounds_(bounds), exact_(exact_pc) {}

  // next() moves to the caller's frame; false at the end of the stack and where the walk is lost (lost() tells).
  bool next();

  // fill() stores the return pcs of the frame that the walk stands on and of those further out, after leaving out skip
  // of them, and returns how many; it stands on the one after them then. Fewer than max: there are no more.
  int fill(uintptr_t* pcs, int max, int skip = 0);

  // row() is the row of the frame the walk stands on.
  bool row(RowView* out) const { return exact_ ? row_for_exact(pc_, out) : row_for(pc_, out); }

  uintptr_t pc() const { return pc_; }
  uintptr_t return_pc() const { return pc_ + exact_; }
  uintptr_t rsp() const { return rsp_; }  // for a caller's frame this is the CFA of the frame it called
  uintptr_t rbp() const { return rbp_; }
  bool exact_pc() const { return exact_; }
  bool guessed() const { return guessed_; }  // this frame was reached by a guess
  bool lost() const { return lost_; }

 private:
  bool next_slow();
  bool next_special();
  bool guess();
  bool use(const RowData& row);
  void stand_on(uintptr_t return_pc, uintptr_t rsp, uintptr_t rbp, bool exact) {
    pc_ = return_pc - exact;
    rsp_ = rsp;
    rbp_ = rbp;
    exact_ = exact;
    guessed_ = false;
  }

  uintptr_t pc_, rsp_, rbp_;
  StackBounds bounds_;
  bool exact_;
  bool guessed_ = false;
  bool lost_ = false;
  bool filled_ = false;  // to the end
};

// callers() stores the return pcs of the current stack, innermost first: with skip 0 the first is in the caller of
// callers(). Returns how many. 3-4 ns a frame when the rows are known.
int callers(uintptr_t* pcs, int max, int skip, StackBounds bounds);

// The same without bounds: the stack pointer itself is the lower one, and the CFI is trusted to end the walk.
int callers(uintptr_t* pcs, int max, int skip);

// callers_from() walks a context that is not running: a parked goroutine (exact_pc false: rip is where it will return
// to) or an interrupted one (exact_pc true). The first return pc is the context's own. A context whose exact pc is no
// code at all (a call through a null or wild pointer) is reported, and the walk goes on at its caller.
int callers_from(uintptr_t rip, uintptr_t rsp, uintptr_t rbp, StackBounds bounds, uintptr_t* pcs, int max,
                 bool exact_pc = false);

// scan_to() walks from the frame (return address ra, rsp, rbp) outwards to the frame whose rsp is stop_rsp, and says
// what leaving the frames on the way would meet: the union of their row flags (kRowHasLandingPad, ...), the first one's
// included, the last one's not. *terminate is the return pc of the first kRowMustTerminate frame. False if the frame
// was not reached by rows alone. One pass, 2-3 ns a frame.
bool scan_to(uintptr_t ra, uintptr_t rsp, uintptr_t rbp, StackBounds bounds, uintptr_t stop_rsp, uint16_t* flags,
             uintptr_t* terminate);

enum class Step : uint8_t {
  kOk,      // regs are the caller's
  kEnd,     // that was the outermost frame
  kNoInfo,  // nothing is known about this pc; regs unchanged: recover_bad_pc() or guess_caller()
  kError,   // memory that cannot be read, or a CFA that does not move up; regs unchanged
};

// Unwinder steps with all callee-saved registers, over code that is mapped in this process. Slower than FrameWalk
// (about 25 ns a frame) and what a debugger or an argument printer wants. One thread at a time.
class Unwinder {
 public:
  explicit Unwinder(StackBounds bounds) : bounds_(bounds) {}                  // reads the stack directly
  explicit Unwinder(MemReader& mem) : bounds_{0, UINTPTR_MAX}, mem_(&mem) {}  // reads the stack through mem

  // step() replaces regs by the caller's. *cfa: the canonical frame address of the frame that was left. *exact_pc, in
  // and out: whether regs' rip is exact (true for a signal's context, false for a return address).
  Step step(Regs& regs, uint64_t* cfa, bool* exact_pc);

  // guess_caller() follows the frame-pointer chain one step, if it looks like one.
  bool guess_caller(Regs& regs, uint64_t* cfa);

  // recover_bad_pc() undoes a call to an address that is no code: rip = *rsp, rsp += 8. Only for an exact pc.
  bool recover_bad_pc(Regs& regs);

  // guessed() is true if the last step was a guess because learning was not possible.
  bool guessed() const { return guessed_; }

 private:
  StackBounds bounds_;
  MemReader* mem_ = nullptr;
  bool guessed_ = false;
};

// RemoteModule is one ELF object of another program: [start, end) in its memory, bias = load address minus the file's
// p_vaddr. Where the file cannot be read (deleted, vdso) the program's own memory is taken.
struct RemoteModule {
  uint64_t start;
  uint64_t end;
  uint64_t bias;
  std::string path;
};

// process_modules() is what /proc/<pid>/maps lists, with paths that this process can open. Empty: no such process, or
// no permission.
std::vector<RemoteModule> process_modules(int pid, MemReader& mem);

// module_bias() is the load bias of the ELF object whose first byte lies at start; false: there is none.
bool module_bias(MemReader& mem, uint64_t start, uint64_t* bias);

// RemoteSpace unwinds another program: a process that is stopped or parked, or a core. It allocates and is for tools,
// not for signal handlers. One thread at a time.
class RemoteSpace {
 public:
  explicit RemoteSpace(MemReader& mem);
  ~RemoteSpace();
  RemoteSpace(const RemoteSpace&) = delete;
  RemoteSpace& operator=(const RemoteSpace&) = delete;

  // add_module() maps the module's file; false if it is no ELF object with a .eh_frame_hdr (its frames give kNoInfo).
  bool add_module(const RemoteModule& module);

  // add_process_modules() adds process_modules().
  bool add_process_modules(int pid);

  // step(), recover_bad_pc(), guess_caller(): as Unwinder's.
  Step step(Regs& regs, uint64_t* cfa, bool* exact_pc);
  bool guess_caller(Regs& regs, uint64_t* cfa);
  bool recover_bad_pc(Regs& regs);

  // callers() walks to the end of the stack and stores return pcs.
  int callers(Regs regs, bool exact_pc, uintptr_t* pcs, int max);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// ProcessReader reads the memory of a process with process_vm_readv (no ptrace stop needed; pid may be this process,
// and bad addresses then fail instead of faulting). Signal-safe.
struct ProcessReader final : MemReader {
  explicit ProcessReader(int pid) : pid_(pid) {}
  bool read(uint64_t addr, void* out, size_t n) override;

 private:
  int pid_;
};

// own_memory reads this process's memory, and fails where there is none instead of faulting. Where the system does not
// let a process read its own memory so (a seccomp filter), it reads directly.
MemReader& own_memory();

}  // namespace gort::rt
