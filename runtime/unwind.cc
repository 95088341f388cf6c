// Walkers in this process.
//
// Invariants of a walk: the CFA strictly increases, except through a signal trampoline, which may lead to another
// stack; and no word outside the given bounds is read. So a walk ends on any stack, however broken, and never faults on
// one whose bounds are true.
#include "runtime/unwind.h"

#include <cerrno>
#include <sys/uio.h>
#include <unistd.h>

#include "runtime/find_object.h"
#include "runtime/unwind_internal.h"

extern "C" const char gort_sigpanic_ret[];

namespace gort::rt {
namespace {

bool in_loaded_code(uint64_t pc) {
  dl_find_object object;
  return find_object(pc, &object);
}

// The three registers that a fast walk tracks. Its frame's row is all it needs; see apply_row() for the general case.
struct Context {
  uint64_t key;  // return pc: 0 at the end
  uint64_t rsp, rbp;
  bool exact;
};

inline bool readable(uint64_t addr, const StackBounds& b) {
  return addr >= b.lo && addr <= b.hi - 8;
}

// Inlined, like leave(), so that the context never needs an address: it stays in registers.
__attribute__((always_inline)) inline Applied leave_signal(const StackBounds& b, Context* c) {
  uint64_t base = c->rsp;
  if (!readable(base + kUcontextOffset[Regs::kR8], b) || !readable(base + kUcontextOffset[Regs::kRip], b)) {
    return Applied::kError;
  }
  *c = {load_word(base + kUcontextOffset[Regs::kRip]) + 1, load_word(base + kUcontextOffset[Regs::kRsp]),
        load_word(base + kUcontextOffset[Regs::kRbp]), true};
  return Applied::kOk;
}

__attribute__((always_inline)) inline Applied leave(const RowData& row, const StackBounds& b, Context* c) {
  uint64_t base;
  uint16_t flags = row.flags();
  switch (RowKind(flags & kRowKindMask)) {
    case RowKind::kRsp:
      base = c->rsp + row.cfa_offset();
      break;
    case RowKind::kRbp:
      base = c->rbp + row.cfa_offset();
      break;
    case RowKind::kDerefRbp: {
      uint64_t at = c->rbp + row.cfa_offset();
      if (!readable(at, b)) return Applied::kError;
      base = load_word(at);
      break;
    }
    case RowKind::kSignal:
      return leave_signal(b, c);
    case RowKind::kEnd:
      return Applied::kEnd;
    case RowKind::kNoInfo:
      return Applied::kNoInfo;
    default:
      return Applied::kAskNative;
  }
  // base > rsp >= lo, so the return address below it is within the bounds.
  if (base <= c->rsp || base > b.hi || (base & 7) || c->rsp < b.lo) return Applied::kError;
  int slot = row.rbp_slot();
  if (slot != RowData::kRbpUnchanged) {
    uint64_t at = (flags & kRowSavesFromRbp ? c->rbp : base) + int64_t{slot} * 8;
    if (!readable(at, b)) return Applied::kError;
    c->rbp = load_word(at);
  }
  c->key = load_word(base - 8);
  c->rsp = base;
  c->exact = false;
  return Applied::kOk;
}

// Registers and stack of a frame in this process, for a libunwind step.
struct LocalFrame final : FrameSource {
  const Regs& regs;
  StackBounds bounds;
  MemReader* mem;

  LocalFrame(const Regs& r, StackBounds b, MemReader* m) : regs(r), bounds(b), mem(m) {}

  bool get_reg(int reg, uint64_t* out) override {
    *out = regs.r[reg];
    return regs.has(reg);
  }
  // Nearly every address lies on the stack, and whether one is code takes a look at every loaded object.
  bool read_stack(uint64_t addr, uint64_t* out, bool* handled) override {
    const bool on_stack = bounds.lo != 0 && readable(addr, bounds);
    if (!on_stack && in_loaded_code(addr)) return false;
    *handled = true;
    return mem != nullptr ? mem->read(addr, out, 8) : BoundedMem{bounds}.word(addr, out);
  }
};

// One libunwind step with true values.
Applied native_apply(Regs& regs, uint64_t pc, StackBounds bounds, MemReader* mem, uint64_t* cfa, bool* exact,
                     bool* locked_out) {
  LocalFrame frame(regs, bounds, mem);
  NativeStep step;
  if (!local_native_step(frame, pc, &step)) {
    *locked_out = true;
    return Applied::kNoInfo;
  }
  switch (step.status) {
    case NativeStep::kEnd:
      return Applied::kEnd;
    case NativeStep::kNoInfo:
      return Applied::kNoInfo;
    case NativeStep::kFailed:
      return Applied::kError;
    case NativeStep::kStepped:
      break;
  }
  if (!step.signal_frame && step.cfa <= regs.r[Regs::kRsp]) return Applied::kError;
  regs = step.regs;
  *cfa = step.cfa;
  *exact = step.signal_frame;
  return Applied::kOk;
}

bool view_of(uint64_t key, RowView* out) {
  RowData row;
  bool locked_out;
  if (!find_or_learn(key, &row, &locked_out)) return false;
  out->flags = row.flags();
  out->cfa_offset = row.cfa_offset();
  out->func_start = row.func_delta == RowData::kUnknownDelta ? 0 : key - 1 - row.func_delta;
  return true;
}

}  // namespace

Regs regs_from_ucontext(const void* ucontext) {
  Regs regs{};
  for (int i = 0; i < Regs::kCount; i++) {
    uint64_t value;
    memcpy(&value, static_cast<const char*>(ucontext) + kUcontextOffset[i], 8);
    regs.set(i, value);
  }
  return regs;
}

bool row_for(uintptr_t ra, RowView* out) {
  return view_of(ra, out);
}
bool row_for_exact(uintptr_t pc, RowView* out) {
  return view_of(pc + 1, out);
}

bool scan_to(uintptr_t ra, uintptr_t rsp, uintptr_t rbp, StackBounds bounds, uintptr_t stop_rsp, uint16_t* flags,
             uintptr_t* terminate) {
  Context c{ra, rsp, rbp, false};
  uint16_t seen = 0;
  RowFinder rows;
  while (c.rsp < stop_rsp) {
    RowData row;
    const Row* entry;
    bool locked_out;
    if ((!rows.find(c.key, &row.w0, &entry) || (row.flags() & kRowUnloadable)) &&
        !find_or_learn(c.key, &row, &locked_out))
      return false;
    if ((row.flags() & kRowMustTerminate) && !(seen & kRowMustTerminate)) *terminate = c.key;
    seen |= row.flags();
    if ((row.flags() & (kRowKindMask | kRowSavesFromRbp)) == uint16_t(RowKind::kRsp)) {
      // The bulk of all frames, without the checks: between rsp and stop_rsp is stack.
      c.rsp += row.cfa_offset();
      if (c.rsp > stop_rsp || row.cfa_offset() < 8) return false;
      if (row.rbp_slot() != RowData::kRbpUnchanged) c.rbp = load_word(c.rsp + int64_t{row.rbp_slot()} * 8);
      c.key = load_word(c.rsp - 8);
      continue;
    }
    if (leave(row, bounds, &c) != Applied::kOk || c.key == 0) return false;
  }
  *flags = seen & ~kRowKindMask;
  return c.rsp == stop_rsp;
}

// ---- FrameWalk

bool FrameWalk::next() {
  RowData row;
  const Row* entry;
  if (!find_row(return_pc(), &row.w0, &entry) || (row.flags() & kRowUnloadable)) return next_slow();
  return use(row);
}

// The row is not there yet, or must be checked.
bool FrameWalk::next_slow() {
  RowData row;
  bool locked_out;
  return find_or_learn(return_pc(), &row, &locked_out) ? use(row) : guess();
}

inline bool FrameWalk::use(const RowData& row) {
  Context c{return_pc(), rsp_, rbp_, exact_};
  switch (leave(row, bounds_, &c)) {
    case Applied::kOk:
      break;
    case Applied::kEnd:
      return false;
    case Applied::kNoInfo:
      return guess();
    case Applied::kAskNative:
      return next_special();
    case Applied::kError:
      lost_ = true;
      return false;
  }
  stand_on(c.key, c.rsp, c.rbp, c.exact);
  return c.key != 0;
}

// A fault is a call of gort_sigpanic, whose frame (gofunc.S) has the faulting pc and rbp where no row can say;
// libunwind would take three times as long as all the rest of a recovered fault.
bool FrameWalk::next_special() {
  constexpr uint64_t kCfa = 152;  // from rbp
  if (pc_ == reinterpret_cast<uintptr_t>(gort_sigpanic_ret) && readable(rbp_, bounds_) &&
      readable(rbp_ + kCfa, bounds_)) {
    stand_on(load_word(rbp_ + 8) + 1, rbp_ + kCfa, load_word(rbp_), true);
    return true;
  }
  Regs regs{};
  regs.set(Regs::kRip, pc_);
  regs.set(Regs::kRsp, rsp_);
  regs.set(Regs::kRbp, rbp_);
  uint64_t cfa;
  bool exact = false, locked_out = false;
  switch (native_apply(regs, pc_ - !exact_, bounds_, nullptr, &cfa, &exact, &locked_out)) {
    case Applied::kOk:
      break;
    case Applied::kEnd:
      return false;
    default:
      if (locked_out) return guess();
      lost_ = true;
      return false;
  }
  stand_on(regs.r[Regs::kRip] + exact, regs.has(Regs::kRsp) ? regs.r[Regs::kRsp] : cfa,
           regs.has(Regs::kRbp) ? regs.r[Regs::kRbp] : 0, exact);
  return return_pc() != 0;
}

// No row. An exact pc that is no code was called by what stands at the top of the stack, for certain if that is code;
// otherwise the frame-pointer chain is all there is. A guess that does not lead into loaded code is not taken.
bool FrameWalk::guess() {
  Regs regs{};
  regs.set(Regs::kRip, pc_);
  regs.set(Regs::kRsp, rsp_);
  regs.set(Regs::kRbp, rbp_);
  uint64_t cfa;
  BoundedMem mem{bounds_};
  bool called = exact_ && !in_loaded_code(pc_) && undo_call(mem, regs) && in_loaded_code(regs.r[Regs::kRip] - 1);
  if (!called) {
    regs.set(Regs::kRsp, rsp_);
    if (!follow_frame_pointer(mem, regs, &cfa) || !in_loaded_code(regs.r[Regs::kRip] - 1)) {
      lost_ = true;
      return false;
    }
  }
  stand_on(regs.r[Regs::kRip], regs.r[Regs::kRsp], regs.r[Regs::kRbp], false);
  guessed_ = !called;
  return true;
}

// The loop is next() with the registers kept in registers.
int FrameWalk::fill(uintptr_t* pcs, int max, int skip) {
  const StackBounds bounds = bounds_;
  Context c{return_pc(), rsp_, rbp_, exact_};
  int n = -skip;
  while (n < max && !filled_) {
    if (n >= 0) pcs[n] = c.key;
    n++;
    RowData row;
    const Row* entry;
    if (find_row(c.key, &row.w0, &entry) && !(row.flags() & kRowUnloadable)) {
      Applied applied = leave(row, bounds, &c);
      if (applied == Applied::kOk && c.key != 0) continue;
      if (applied != Applied::kNoInfo && applied != Applied::kAskNative) {
        filled_ = true;
        break;
      }
    }
    stand_on(c.key, c.rsp, c.rbp, c.exact);
    filled_ = !next_slow();
    c = {return_pc(), rsp_, rbp_, exact_};
  }
  stand_on(c.key, c.rsp, c.rbp, c.exact);
  return n < 0 ? 0 : n;
}

// Both start in their own frame, whose registers are at hand, and leave it by its row.
__attribute__((noinline)) int callers(uintptr_t* pcs, int max, int skip, StackBounds bounds) {
  FrameWalk walk = FrameWalk::here(bounds);
  return walk.next() ? walk.fill(pcs, max, skip) : 0;
}

__attribute__((noinline)) int callers(uintptr_t* pcs, int max, int skip) {
  FrameWalk walk = FrameWalk::here({0, UINTPTR_MAX});
  return walk.next() ? walk.fill(pcs, max, skip) : 0;
}

int callers_from(uintptr_t rip, uintptr_t rsp, uintptr_t rbp, StackBounds bounds, uintptr_t* pcs, int max,
                 bool exact_pc) {
  FrameWalk walk(rip, rsp, rbp, bounds, exact_pc);
  return walk.fill(pcs, max);
}

// ---- Unwinder

Step Unwinder::step(Regs& regs, uint64_t* cfa, bool* exact_pc) {
  guessed_ = false;
  uint64_t pc = regs.r[Regs::kRip] - !*exact_pc;
  if (regs.r[Regs::kRip] == 0 && !*exact_pc) return Step::kEnd;
  RowData row;
  bool locked_out = false;
  Applied applied = Applied::kNoInfo;
  bool exact = false;
  if (find_or_learn(pc + 1, &row, &locked_out)) {
    applied =
        mem_ != nullptr ? apply_row(row, ReaderMem{mem_}, regs, cfa) : apply_row(row, BoundedMem{bounds_}, regs, cfa);
    exact = row.kind() == RowKind::kSignal;
  }
  if (applied == Applied::kAskNative) applied = native_apply(regs, pc, bounds_, mem_, cfa, &exact, &locked_out);
  if (locked_out && guess_caller(regs, cfa)) {
    guessed_ = true;
    applied = Applied::kOk;
    exact = false;
  }
  switch (applied) {
    case Applied::kOk:
      *exact_pc = exact;
      return Step::kOk;
    case Applied::kEnd:
      return Step::kEnd;
    case Applied::kNoInfo:
      return Step::kNoInfo;
    default:
      return Step::kError;
  }
}

bool Unwinder::guess_caller(Regs& regs, uint64_t* cfa) {
  return mem_ != nullptr ? follow_frame_pointer(ReaderMem{mem_}, regs, cfa)
                         : follow_frame_pointer(BoundedMem{bounds_}, regs, cfa);
}

bool Unwinder::recover_bad_pc(Regs& regs) {
  return mem_ != nullptr ? undo_call(ReaderMem{mem_}, regs) : undo_call(BoundedMem{bounds_}, regs);
}

namespace {

struct OwnMemory final : MemReader {
  bool read(uint64_t addr, void* out, size_t n) override {
    iovec local{out, n};
    iovec remote{reinterpret_cast<void*>(addr), n};
    int saved_errno = errno;
    ssize_t got = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
    bool refused = got < 0 && (errno == EPERM || errno == ENOSYS);
    errno = saved_errno;
    if (refused) memcpy(out, reinterpret_cast<const void*>(addr), n);
    return refused || got == ssize_t(n);
  }
};

}  // namespace

MemReader& own_memory() {
  static OwnMemory reader;
  return reader;
}

bool ProcessReader::read(uint64_t addr, void* out, size_t n) {
  iovec local{out, n};
  iovec remote{reinterpret_cast<void*>(addr), n};
  return process_vm_readv(pid_, &local, 1, &remote, 1, 0) == ssize_t(n);
}

}  // namespace gort::rt
