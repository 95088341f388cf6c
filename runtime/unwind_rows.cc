// The row table and its learner.
//
// Table: 2^16 entries of 32 bytes, open addressing, mapped once and filled by page faults. Readers take no lock.
// Writers hold the learn lock, so that there is one at a time: an entry's fields are stored first, its key last, and
// from then on the entry does not change until all are zeroed. At half full the table is emptied with MADV_DONTNEED,
// which readers see as keys of zero; find_row() rereads the key for the case that it happens between two of its loads.
// (Inserting with CAS and no lock was dropped: learning goes through libunwind, whose pools lock anyway.)
//
// Learn lock: libunwind takes locks of its own inside. A thread that faults in there and then prints its stack from the
// signal handler would wait for itself, and others for it. So all use of libunwind in this process is under our lock,
// which is only ever tried for, 50 ms at most; signals are blocked meanwhile so that only a fault can come between.
//
// Learning is symbolic: libunwind steps over a frame whose registers and stack words are tags that say where they came
// from. What tags it leaves in the caller's registers is the row.
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime/find_object.h"
#include "runtime/lsda.h"
#include "runtime/unwind_internal.h"

namespace gort::rt {

std::atomic<Row*> row_table{nullptr};
std::atomic<uint16_t> RowFinder::guesses[kRowTableMask + 1];

namespace {

constexpr uint64_t kRowTableSize = kRowTableMask + 1;
uint32_t rows_used;  // under the learn lock

// ---- the lock

std::atomic<int> lock_owner{0};   // thread id
std::atomic<int> stuck_owner{0};  // an owner that was waited for in vain: not waited for again

int this_thread() {
  return int(syscall(SYS_gettid));
}

uint64_t monotonic_ns() {
  timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return uint64_t(ts.tv_sec) * 1'000'000'000 + uint64_t(ts.tv_nsec);
}

class LearnLock {
 public:
  explicit LearnLock(uint64_t wait_ns = 50'000'000) {
    sigset_t all;
    sigfillset(&all);
    // A fault inside must reach its handler: it is the crash that is being reported.
    for (int sig : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) sigdelset(&all, sig);
    pthread_sigmask(SIG_BLOCK, &all, &saved_);
    int self = this_thread();
    uint64_t deadline = 0;
    for (;;) {
      int owner = 0;
      if (lock_owner.compare_exchange_strong(owner, self, std::memory_order_acquire)) {
        held_ = true;
        stuck_owner.store(0, std::memory_order_relaxed);
        return;
      }
      if (owner == self || owner == stuck_owner.load(std::memory_order_relaxed)) break;
      uint64_t now = monotonic_ns();
      if (deadline == 0) deadline = now + wait_ns;
      if (now >= deadline) {
        stuck_owner.store(owner, std::memory_order_relaxed);
        break;
      }
      // Sleeping lets a preempted owner run; yielding in a loop does not.
      timespec nap{0, 20'000};
      nanosleep(&nap, nullptr);
    }
    pthread_sigmask(SIG_SETMASK, &saved_, nullptr);
  }
  ~LearnLock() {
    if (!held_) return;
    lock_owner.store(0, std::memory_order_release);
    pthread_sigmask(SIG_SETMASK, &saved_, nullptr);
  }
  LearnLock(const LearnLock&) = delete;
  LearnLock& operator=(const LearnLock&) = delete;
  explicit operator bool() const { return held_; }

 private:
  bool held_ = false;
  sigset_t saved_;
};

// ---- this process's code

struct LocalCode final : CodeSource {
  bool find(uint64_t pc, CodeObject* out) override {
    if (pc >= last_.start && pc < last_.end) {
      *out = last_;
      return true;
    }
    dl_find_object object;
    if (!find_object(pc, &object) || object.dlfo_eh_frame == nullptr) return false;
    last_ = {reinterpret_cast<uint64_t>(object.dlfo_map_start), reinterpret_cast<uint64_t>(object.dlfo_map_end),
             reinterpret_cast<uint64_t>(object.dlfo_eh_frame)};
    *out = last_;
    return true;
  }
  bool read_word(uint64_t addr, uint64_t* out) override {
    CodeObject object;
    if (!find(addr, &object)) return false;
    memcpy(out, reinterpret_cast<const void*>(addr), 8);
    return true;
  }

 private:
  CodeObject last_{};
};

// What a row was learned from: the object's build. Where that is only sampled, the function's code up to the call too:
// it is what the frame is like there.
bool fingerprint_of(uint64_t pc, uint32_t func_delta, uint32_t* out) {
  constexpr uint64_t kMostCode = 128;
  dl_find_object object;
  if (!find_object(pc, &object) || object.dlfo_eh_frame == nullptr) return false;
  BuildId id = build_id_of(object);
  auto start = reinterpret_cast<uint64_t>(object.dlfo_map_start);
  if (!id.exact && func_delta != RowData::kUnknownDelta && func_delta <= pc - start) {
    const uint64_t code = pc - func_delta;
    id.add_memory(code, code + (func_delta < kMostCode ? func_delta : kMostCode));
  }
  id.add(start);
  *out = uint32_t(id.hash >> 32);
  return true;
}

// ---- the symbolic frame

// A tag is an address no program has: a kind in the top 16 bits, and an offset from the middle below. Register i of the
// frame is kRegTag + i; the word that was read from the n-th distinct stack address is kReadTag + n.
constexpr uint64_t kRegTag = 0x4000;
constexpr uint64_t kReadTag = 0x5000;
constexpr uint64_t kMiddle = uint64_t{1} << 40;
constexpr uint64_t make_tag(uint64_t kind) {
  return kind << 48 | kMiddle;
}

// Symbol: value = base + offset, base being a register or a read.
struct Symbol {
  int reg = -1;
  int read = -1;
  int64_t offset = 0;
};

struct SymbolicFrame final : FrameSource {
  static constexpr int kMaxReads = 32;
  uint64_t reads[kMaxReads];
  int read_count = 0;

  bool get_reg(int reg, uint64_t* out) override {
    *out = make_tag(kRegTag + uint64_t(reg));
    return true;
  }
  bool read_stack(uint64_t addr, uint64_t* out, bool* handled) override {
    if (addr >> 48 < kRegTag) return false;
    *handled = true;
    int i = 0;
    while (i < read_count && reads[i] != addr) i++;
    if (i == kMaxReads) return false;
    if (i == read_count) reads[read_count++] = addr;
    *out = make_tag(kReadTag + uint64_t(i));
    return true;
  }

  Symbol symbol(uint64_t value) const {
    Symbol s;
    uint64_t kind = value >> 48;
    s.offset = int64_t(value - make_tag(kind));
    if (kind >= kRegTag && kind < kRegTag + Regs::kCount) s.reg = int(kind - kRegTag);
    if (kind >= kReadTag && kind < kReadTag + uint64_t(read_count)) s.read = int(kind - kReadTag);
    return s;
  }
  // The address that an unmodified word was read from; 0 if value is no such word.
  uint64_t origin(uint64_t value) const {
    Symbol s = symbol(value);
    return s.read >= 0 && s.offset == 0 ? reads[s.read] : 0;
  }
};

// How the registers of the step relate to the frame: fills cfa and saves; false if no row can say it.
class RowMaker {
 public:
  RowMaker(const SymbolicFrame& frame, const NativeStep& step) : frame_(frame), step_(step) {}

  bool make(RowData* row, uint16_t flags) {
    if (step_.signal_frame) return signal(row, flags);
    RowKind kind;
    int32_t offset;
    const uint64_t* r = step_.regs.r;
    if (!step_.regs.has(Regs::kRsp) || r[Regs::kRsp] != step_.cfa || !cfa(&kind, &offset)) return false;
    if (frame_.origin(r[Regs::kRip]) != step_.cfa - 8) return false;
    // Saved registers are CFA-relative, or all rbp-relative where the CFA is not a sum.
    uint64_t base = step_.cfa;
    if (kind == RowKind::kDerefRbp) {
      base = make_tag(kRegTag + Regs::kRbp);
      flags |= kRowSavesFromRbp;
    }
    int rbp_slot;
    if (!save(Regs::kRbp, base, RowData::kRbpUnchanged, &rbp_slot)) return false;
    uint64_t w1 = 0;
    for (int i = 0; i < 5; i++) {
      int slot;
      if (!save(RowData::kSavedRegs[i], base, RowData::kUnchanged, &slot)) return false;
      w1 |= uint64_t(uint8_t(slot)) << (8 * i);
    }
    row->set(offset, flags | uint16_t(kind), rbp_slot);
    row->w1 = w1;
    return true;
  }

 private:
  bool cfa(RowKind* kind, int32_t* offset) const {
    Symbol s = frame_.symbol(step_.cfa);
    if (s.reg == Regs::kRsp || s.reg == Regs::kRbp) {
      *kind = s.reg == Regs::kRsp ? RowKind::kRsp : RowKind::kRbp;
    } else if (s.read >= 0 && s.offset == 0) {
      s = frame_.symbol(frame_.reads[s.read]);
      if (s.reg != Regs::kRbp) return false;
      *kind = RowKind::kDerefRbp;
    } else {
      return false;
    }
    *offset = int32_t(s.offset);
    return *offset == s.offset;
  }

  bool save(int reg, uint64_t base, int unchanged, int* slot) const {
    *slot = unchanged;
    if (!step_.regs.has(reg)) return false;  // undefined: libunwind says so each time
    uint64_t value = step_.regs.r[reg];
    if (value == make_tag(kRegTag + uint64_t(reg))) return true;
    uint64_t from = frame_.origin(value);
    int64_t offset = int64_t(from - base);
    if (from == 0 || (offset & 7) || offset / 8 >= unchanged || offset / 8 < -unchanged) return false;
    *slot = int(offset / 8);
    return true;
  }

  bool signal(RowData* row, uint16_t flags) const {
    for (int i = 0; i < Regs::kCount; i++) {
      if (!step_.regs.has(i) || frame_.origin(step_.regs.r[i]) != make_tag(kRegTag + Regs::kRsp) + kUcontextOffset[i]) {
        return false;
      }
    }
    row->set(0, flags | uint16_t(RowKind::kSignal), RowData::kRbpUnchanged);
    return true;
  }

  const SymbolicFrame& frame_;
  const NativeStep& step_;
};

// ---- landing pads

constexpr int kMaxPersonalities = 8;
std::atomic<uintptr_t> own_personalities[kMaxPersonalities];

uint16_t landing_pad_flags(const NativeStep& step, uint64_t pc) {
  if (step.personality == 0) return 0;
  for (auto& own : own_personalities) {
    if (own.load(std::memory_order_acquire) == step.personality) return kRowPersonalityOwn;
  }
  Personality personality = classify_personality(step.personality);
  if (personality == Personality::kOther) return kRowPersonalityOther;
  if (step.lsda == 0) return 0;
  CallSite site = lsda_call_site(reinterpret_cast<const void*>(step.lsda), step.func_start, pc);
  uint16_t flags = 0;
  if (site.cleanup) flags |= kRowCleanup;
  if (site.catches) flags |= kRowCatch;
  if (site.catch_all) flags |= kRowCatchAll;
  if (site.must_terminate && personality == Personality::kCxx) flags |= kRowMustTerminate | (site.gap ? kRowGap : 0);
  return flags;
}

// ---- inserting

void empty_table(Row* table) {
  madvise(table, kRowTableSize * sizeof(Row), MADV_DONTNEED);
  rows_used = 0;
}

void insert(uint64_t key, const RowData& data) {
  Row* table = row_table.load(std::memory_order_relaxed);
  if (rows_used >= kRowTableSize / 2) empty_table(table);
  uint64_t i = row_slot(key);
  while (table[i & kRowTableMask].key.load(std::memory_order_relaxed) != 0) i++;
  Row& row = table[i & kRowTableMask];
  row.w0.store(data.w0, std::memory_order_relaxed);
  row.w1.store(data.w1, std::memory_order_relaxed);
  row.w2.store(data.func_delta | uint64_t{data.fingerprint} << 32, std::memory_order_relaxed);
  row.key.store(key, std::memory_order_release);
  rows_used++;
}

}  // namespace

bool row_valid(uint64_t pc, const RowData& row) {
  uint32_t now;
  return fingerprint_of(pc, row.func_delta, &now) && now == row.fingerprint;
}

bool derive_row(CodeSource& code, uint64_t pc, bool local, RowData* out) {
  CodeObject object;
  if (!code.find(pc, &object)) return false;
  SymbolicFrame frame;
  NativeStep step = native_step(code, frame, pc);
  uint64_t delta = pc - step.func_start;
  out->func_delta = step.func_start != 0 && delta < RowData::kUnknownDelta ? uint32_t(delta) : RowData::kUnknownDelta;
  uint16_t flags = local && step.status != NativeStep::kNoInfo ? landing_pad_flags(step, pc) : 0;
  if (local && !is_permanent(pc) && fingerprint_of(pc, out->func_delta, &out->fingerprint)) flags |= kRowUnloadable;
  RowKind kind = RowKind::kSpecial;
  if (step.status == NativeStep::kNoInfo) kind = RowKind::kNoInfo;
  if (step.status == NativeStep::kEnd) kind = RowKind::kEnd;
  if (step.status == NativeStep::kStepped && RowMaker(frame, step).make(out, flags)) return true;
  out->set(0, flags | uint16_t(kind), RowData::kRbpUnchanged);
  return true;
}

bool learn_row(uint64_t key, RowData* out, bool* locked_out) {
  *locked_out = false;
  CodeObject object;
  LocalCode code;
  if (key == 0 || !code.find(key - 1, &object)) return false;
  if (!unwind_init()) {
    *locked_out = true;
    return false;
  }
  LearnLock lock;
  if (!lock) {
    *locked_out = true;
    return false;
  }
  *out = RowData{};
  if (!derive_row(code, key - 1, true, out)) return false;
  RowData old;
  if (find_row_data(key, &old)) return true;
  // A row of an object that is gone is still in the table: nothing smaller than the whole table can be taken out.
  uint64_t w0;
  const Row* row;
  if (find_row(key, &w0, &row)) empty_table(row_table.load(std::memory_order_relaxed));
  insert(key, *out);
  return true;
}

bool local_native_step(FrameSource& frame, uint64_t pc, NativeStep* out) {
  LearnLock lock;
  if (!lock) return false;
  LocalCode code;
  *out = native_step(code, frame, pc);
  return true;
}

bool flush_rows() {
  Row* table = row_table.load(std::memory_order_acquire);
  if (table == nullptr) return true;
  LearnLock lock(1'000'000'000);
  if (!lock) return false;
  empty_table(table);
  return true;
}

void register_personality(void (*fn)()) {
  auto address = reinterpret_cast<uintptr_t>(fn);
  for (auto& own : own_personalities) {
    uintptr_t expected = 0;
    if (own.compare_exchange_strong(expected, address, std::memory_order_release) || expected == address) return;
  }
}

bool unwind_init() {
  enum { kNew, kBusy, kReady, kMissing };
  static std::atomic<int> state{kNew};
  int now = state.load(std::memory_order_acquire);
  if (now == kReady) return true;
  if (now == kNew && state.compare_exchange_strong(now, kBusy, std::memory_order_acquire)) {
    note_permanent_objects();
    void* table = mmap(nullptr, kRowTableSize * sizeof(Row), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    bool ok = table != MAP_FAILED && libunwind_load();
    if (ok) {
      row_table.store(static_cast<Row*>(table), std::memory_order_release);
      // libunwind's own one-time setup belongs here, not into a signal handler.
      LocalCode code;
      SymbolicFrame frame;
      (void)native_step(code, frame, reinterpret_cast<uint64_t>(&unwind_init));
    }
    state.store(ok ? kReady : kMissing, std::memory_order_release);
    return ok;
  }
  // Another thread is at it (or this one was, when a signal came): say no rather than wait.
  return state.load(std::memory_order_acquire) == kReady;
}

}  // namespace gort::rt
