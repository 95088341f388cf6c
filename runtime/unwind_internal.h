// unwind_internal.h: what the unwinder's files share. Not for anyone else.
//
//   unwind_rows.cc    the row table, the learner, the lock around libunwind
//   libunwind.cc      the one place that knows libunwind: one step, real or symbolic
//   unwind.cc         the walkers in this process
//   unwind_remote.cc  RemoteSpace
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>

#include "runtime/unwind.h"

namespace gort::rt {

// CodeObject is a loaded ELF object, as far as unwinding cares.
struct CodeObject {
  uint64_t start;
  uint64_t end;
  uint64_t eh_frame_hdr;
};

// CodeSource answers where code and its unwind tables are: in this process or another.
struct CodeSource {
  virtual bool find(uint64_t pc, CodeObject* out) = 0;
  // Reads an aligned word of code or tables.
  virtual bool read_word(uint64_t addr, uint64_t* out) = 0;

 protected:
  ~CodeSource() = default;
};

// FrameSource supplies the registers and the stack to one libunwind step.
struct FrameSource {
  virtual bool get_reg(int reg, uint64_t* out) = 0;
  // Reads a word of stack. *handled stays false if addr is not stack: then it is code.
  virtual bool read_stack(uint64_t addr, uint64_t* out, bool* handled) = 0;

 protected:
  ~FrameSource() = default;
};

// NativeStep is what libunwind made of one frame.
struct NativeStep {
  enum Status : uint8_t { kStepped, kEnd, kNoInfo, kFailed } status = kFailed;
  bool signal_frame = false;
  uint64_t cfa = 0;
  uint64_t func_start = 0;
  uint64_t lsda = 0;
  uint64_t personality = 0;
  Regs regs{};
};

bool libunwind_load();

// native_step() runs libunwind over the frame whose lookup pc is pc. Callers in a process hold the learn lock.
NativeStep native_step(CodeSource& code, FrameSource& frame, uint64_t pc);

// Row: an entry of the table. Written once, before its key; all fields but the key are two words so that readers can
// load them whole.
//   w0: cfa_offset:32 | flags:16 | rbp save slot:16 (offset / 8)
//   w1: save slots of rbx, r12, r13, r14, r15 (offset / 8): 5 x 8 bits
struct RowData {
  uint64_t w0 = 0;
  uint64_t w1 = 0;
  uint32_t func_delta = 0;   // lookup pc - func_start; kUnknownDelta
  uint32_t fingerprint = 0;  // of an unloadable object

  static constexpr int kRbpUnchanged = 0x7fff;
  static constexpr int kUnchanged = 0x7f;
  static constexpr uint32_t kUnknownDelta = UINT32_MAX;
  static constexpr uint64_t kNothingSaved = 0x7f7f7f7f7f;
  static constexpr int kSavedRegs[6] = {Regs::kRbx, Regs::kR12, Regs::kR13, Regs::kR14, Regs::kR15, Regs::kRbp};
  static constexpr uint32_t kPreserved = 1u << Regs::kRbx | 1u << Regs::kRbp | 0xfu << Regs::kR12;

  int32_t cfa_offset() const { return int32_t(w0); }
  uint16_t flags() const { return uint16_t(w0 >> 32); }
  RowKind kind() const { return RowKind(flags() & kRowKindMask); }
  int rbp_slot() const { return int16_t(w0 >> 48); }
  int slot(int i) const { return int8_t(w1 >> (8 * i)); }

  void set(int32_t cfa_offset, uint16_t flags, int rbp_slot) {
    w0 = uint32_t(cfa_offset) | uint64_t(flags) << 32 | uint64_t(uint16_t(rbp_slot)) << 48;
  }
};

struct Row {
  std::atomic<uint64_t> key;  // return pc; 0: free
  std::atomic<uint64_t> w0;
  std::atomic<uint64_t> w1;
  std::atomic<uint64_t> w2;  // func_delta:32 | fingerprint:32
};
static_assert(sizeof(Row) == 32);

inline constexpr unsigned kRowTableBits = 16;
inline constexpr uint64_t kRowTableMask = (uint64_t{1} << kRowTableBits) - 1;

// The table; null until unwind_init().
extern std::atomic<Row*> row_table;

// The low bits as they are: calls stand several bytes apart, and a multiplication would be a third of a warm step.
inline uint64_t row_slot(uint64_t key) {
  return key & kRowTableMask;
}

// row_valid() is the check on a row in an object that may have been unloaded.
bool row_valid(uint64_t pc, const RowData& row);

// find_row() reads without locks. The table may be emptied under a reader's feet: the key is read again after the
// fields, and between two uses of an entry there are always zeros.
inline bool find_row(uint64_t key, uint64_t* w0, const Row** row) {
  const Row* table = row_table.load(std::memory_order_acquire);
  if (table == nullptr) return false;
  for (uint64_t i = row_slot(key);; i++) {
    const Row& r = table[i & kRowTableMask];
    uint64_t found = r.key.load(std::memory_order_acquire);
    if (found == 0) return false;
    if (found != key) continue;
    *w0 = r.w0.load(std::memory_order_acquire);
    *row = &r;
    return r.key.load(std::memory_order_relaxed) == key;
  }
}

// RowFinder finds the rows of one walk, frame after frame. A walk has to know a frame's row to read the return address
// that the next row is looked up by: a chain of four loads a frame. It is cut by guessing the next row from the last
// two, by what came after them the last time; the return address only confirms it. Stacks repeat themselves.
class RowFinder {
 public:
  // find() is find_row().
  bool find(uint64_t key, uint64_t* w0, const Row** row) {
    const Row* table = row_table.load(std::memory_order_acquire);
    if (table == nullptr) return false;
    std::atomic<uint16_t>& guess = guesses[(last_ ^ last_but_one_ * 8) & kRowTableMask];
    uint16_t at = guess.load(std::memory_order_relaxed);
    if (__builtin_expect(table[at].key.load(std::memory_order_acquire) != key, 0)) {
      if (!find_row(key, w0, row)) return false;
      at = uint16_t(*row - table);
      guess.store(at, std::memory_order_relaxed);
    }
    last_but_one_ = last_;
    last_ = at;
    *row = &table[at];
    *w0 = table[at].w0.load(std::memory_order_acquire);
    return table[at].key.load(std::memory_order_relaxed) == key;
  }

 private:
  static std::atomic<uint16_t> guesses[kRowTableMask + 1];  // places in the table, by two places
  uint32_t last_ = 0, last_but_one_ = 0;
};

inline bool find_row_data(uint64_t key, RowData* out) {
  const Row* r;
  if (!find_row(key, &out->w0, &r)) return false;
  out->w1 = r->w1.load(std::memory_order_acquire);
  uint64_t w2 = r->w2.load(std::memory_order_acquire);
  if (r->key.load(std::memory_order_relaxed) != key) return false;
  out->func_delta = uint32_t(w2);
  out->fingerprint = uint32_t(w2 >> 32);
  return !(out->flags() & kRowUnloadable) || row_valid(key - 1, *out);
}

// learn_row() makes the row for a return pc and enters it. False: no row to be had; *locked_out tells whether only
// because the lock was not free.
bool learn_row(uint64_t key, RowData* out, bool* locked_out);

// derive_row() is the symbolic step itself, for the lookup pc of any code. No lock, no table. False if no object
// contains pc.
bool derive_row(CodeSource& code, uint64_t pc, bool local, RowData* out);

// find_or_learn() is both.
inline bool find_or_learn(uint64_t key, RowData* out, bool* locked_out) {
  *locked_out = false;
  return find_row_data(key, out) || learn_row(key, out, locked_out);
}

// local_native_step() takes the lock and steps this process's frame with libunwind. False if the lock is not free.
bool local_native_step(FrameSource& frame, uint64_t pc, NativeStep* out);

// Offsets of the registers in the ucontext that the kernel puts on a signal's stack, in DWARF order.
inline constexpr uint16_t kUcontextOffset[Regs::kCount] = {144, 136, 152, 128, 112, 104, 120, 160, 40,
                                                           48,  56,  64,  72,  80,  88,  96,  168};

// load_word() reads a word of a stack whose frames need not be whole: a signal came between two instructions of one.
// Not for ASan to judge.
[[gnu::no_sanitize_address]] inline uint64_t load_word(uint64_t addr) {
  uint64_t value;
  __builtin_memcpy(&value, reinterpret_cast<const void*>(addr), 8);
  return value;
}

// Memory policies for apply_row().
struct BoundedMem {
  StackBounds bounds;
  bool word(uint64_t addr, uint64_t* out) const {
    if (addr < bounds.lo || addr > bounds.hi - 8) return false;
    *out = load_word(addr);
    return true;
  }
};
struct ReaderMem {
  MemReader* mem;
  bool word(uint64_t addr, uint64_t* out) const { return mem->read(addr, out, 8); }
};

// ask_native is what apply_row() says of a row that is none.
enum class Applied : uint8_t { kOk, kEnd, kNoInfo, kError, kAskNative };

template <class Mem>
Applied apply_signal_row(const Mem& mem, Regs& regs, uint64_t* cfa) {
  Regs out{};
  for (int i = 0; i < Regs::kCount; i++) {
    uint64_t value;
    if (!mem.word(regs.r[Regs::kRsp] + kUcontextOffset[i], &value)) return Applied::kError;
    out.set(i, value);
  }
  regs = out;
  *cfa = out.r[Regs::kRsp];
  return Applied::kOk;
}

// apply_row() leaves a frame; regs are changed only on kOk.
template <class Mem>
Applied apply_row(const RowData& row, const Mem& mem, Regs& regs, uint64_t* cfa) {
  if (!regs.has(Regs::kRsp)) return Applied::kError;
  uint64_t rsp = regs.r[Regs::kRsp], rbp = regs.r[Regs::kRbp], base;
  switch (row.kind()) {
    case RowKind::kRsp:
      base = rsp + row.cfa_offset();
      break;
    case RowKind::kRbp:
      if (!regs.has(Regs::kRbp)) return Applied::kError;
      base = rbp + row.cfa_offset();
      break;
    case RowKind::kDerefRbp:
      if (!regs.has(Regs::kRbp) || !mem.word(rbp + row.cfa_offset(), &base)) return Applied::kError;
      break;
    case RowKind::kSignal:
      return apply_signal_row(mem, regs, cfa);
    case RowKind::kEnd:
      return Applied::kEnd;
    case RowKind::kNoInfo:
      return Applied::kNoInfo;
    default:
      return Applied::kAskNative;
  }
  if (base <= rsp || (base & 7)) return Applied::kError;
  uint64_t rip;
  if (!mem.word(base - 8, &rip)) return Applied::kError;
  uint64_t save_base = row.flags() & kRowSavesFromRbp ? rbp : base;
  // What is saved is read before anything changes; what is not saved stays as it is.
  uint64_t saved[6];
  uint32_t restored = 0;
  if (row.rbp_slot() != RowData::kRbpUnchanged) {
    if (!mem.word(save_base + int64_t{row.rbp_slot()} * 8, &saved[5])) return Applied::kError;
    restored |= 1u << 5;
  }
  if (row.w1 != RowData::kNothingSaved) {
    for (int i = 0; i < 5; i++) {
      if (row.slot(i) == RowData::kUnchanged) continue;
      if (!mem.word(save_base + int64_t{row.slot(i)} * 8, &saved[i])) return Applied::kError;
      restored |= 1u << i;
    }
  }
  regs.valid &= RowData::kPreserved;  // call-clobbered registers are lost
  for (int i = 0; restored != 0; i++, restored >>= 1)
    if (restored & 1) regs.set(RowData::kSavedRegs[i], saved[i]);
  regs.set(Regs::kRip, rip);
  regs.set(Regs::kRsp, base);
  *cfa = base;
  return Applied::kOk;
}

// follow_frame_pointer() is the guess.
template <class Mem>
bool follow_frame_pointer(const Mem& mem, Regs& regs, uint64_t* cfa) {
  uint64_t rbp = regs.r[Regs::kRbp], saved, ra;
  if (!regs.has(Regs::kRbp) || (rbp & 7) || rbp < regs.r[Regs::kRsp]) return false;
  if (!mem.word(rbp, &saved) || !mem.word(rbp + 8, &ra) || ra == 0) return false;
  Regs out{};
  out.set(Regs::kRip, ra);
  out.set(Regs::kRbp, saved);
  out.set(Regs::kRsp, rbp + 16);
  regs = out;
  *cfa = rbp + 16;
  return true;
}

template <class Mem>
bool undo_call(const Mem& mem, Regs& regs) {
  uint64_t ra;
  if (!regs.has(Regs::kRsp) || !mem.word(regs.r[Regs::kRsp], &ra)) return false;
  regs.set(Regs::kRip, ra);
  regs.r[Regs::kRsp] += 8;
  return true;
}

}  // namespace gort::rt
