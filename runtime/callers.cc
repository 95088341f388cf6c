// Callers, Caller, CallersFrames and FuncForPC: the functions on a stack, one pc each.
//
// A return address is one or more functions, by inlining, and a machine address can name only one of them: the
// innermost that Go would show. The pcs of the others carry a mark in their upper 16 bits, which are zero in every
// address: 1 + the index of the frame, and the low byte of the return address. With that byte a marked pc is known for
// what it is after somebody has taken one off, as one does to get from a return address to its call.
//
// Callers must know of each return address which functions it is. The symbols tell, in 10 ns and more; what Callers
// needs of it is put into one word, the address with 16 bits above it, in a table that it reads without a lock.
//
//   Shape: which of the functions inlined at an address Go would show, and what the address is to the ones further out
#include <bit>
#include <climits>
#include <cstring>

#include <gort/runtime.h>

#include "runtime/panic.h"
#include "runtime/symtab/symtab.h"
#include "runtime/traceback.h"
#include "runtime/unwind.h"
#include "sched/stack.h"

namespace gort {
namespace {

namespace symtab = rt::symtab;
using symtab::Kept;
using symtab::Location;

// go_name is the name under which Go shows a frame to Callers; null: there is no such frame in Go. Of the runtime's own
// functions these are the ones that a program may count on to stand between a panic's cause and a deferred function.
const char* go_name(const Location& l) {
  static constexpr const char* kGo[][2] = {
      {"runtime.sigpanic", "runtime.sigpanic"},
      {"runtime.panicmem", "runtime.panicmem"},
      {"runtime.panicmemAddr", "runtime.panicmemAddr"},
      {"runtime.panicdivide", "runtime.panicdivide"},
      {"runtime.panicoverflow", "runtime.panicoverflow"},
      {"runtime.panicfloat", "runtime.panicfloat"},
      {"runtime.panicIndex", "runtime.goPanicIndex"},
      {"runtime.panicIndexU", "runtime.goPanicIndexU"},
      {"runtime.panicSliceAlen", "runtime.goPanicSliceAlen"},
      {"runtime.panicSliceAcap", "runtime.goPanicSliceAcap"},
      {"runtime.panicSliceB", "runtime.goPanicSliceB"},
      {"runtime.panicdottypeE", "runtime.panicdottypeE"},
      {"runtime.panicdottypeI", "runtime.panicdottypeI"},
      {"runtime.makechan", "runtime.makechan"},
      {"runtime.chansend", "runtime.chansend"},
      {"runtime.closechan", "runtime.closechan"},
      {"runtime.main_goroutine", "runtime.main"},
      {"runtime.gostart", "runtime.goexit"},
  };
  if (rt::user_frame(l)) return l.role & symtab::kRolePanic ? "runtime.gopanic" : l.function;
  if (!(l.role & symtab::kRoleInternal) || l.inlined) return nullptr;
  for (const auto& [ours, go] : kGo)
    if (strcmp(l.function, ours) == 0) return go;
  return nullptr;
}

bool is_internal(const Location& l) {
  return (l.role & symtab::kRoleInternal) != 0;
}

// ---- shapes ----

constexpr int kAddressBits = 48;
constexpr uintptr_t kAddress = (uintptr_t{1} << kAddressBits) - 1;

struct Shape {
  uint64_t shown;  // bit i: the i-th frame, innermost first
  uint8_t is;      // of these:

  enum : uint8_t {
    kInternal = 1,  // the physical function is gort's own
    kBody = 2,      // of a func, whose own frame further out is left out: the body stands for the function around it
    kCase = 4,      // of a select: its place is in the function around the select, the next frame that is shown
    kGofunc = 8,    // the return into gofunc
  };
};

constexpr int kShapeBits = 12;  // of shown, in a word of the table

Shape shape_of(uintptr_t pc, const Kept& k) {
  Shape s = {};
  const bool trampoline = pc == reinterpret_cast<uintptr_t>(rt::gort_gofunc_ret) ||
                          pc == reinterpret_cast<uintptr_t>(rt::gort_deferreturn_ret) ||
                          pc == reinterpret_cast<uintptr_t>(rt::gort_calldefer_ret);
  for (uint32_t i = 0; i < k.n && i < 64 && !trampoline; i++) {
    if (go_name(k.at[i]) != nullptr) s.shown |= uint64_t{1} << i;
    if (k.at[i].body == symtab::Body::kFunc && !is_internal(k.at[i])) s.is |= Shape::kBody;
  }
  if (is_internal(k.physical())) s.is |= Shape::kInternal;
  if (k.physical().body == symtab::Body::kCase && k.n <= 64 && (s.shown >> (k.n - 1) & 1)) s.is |= Shape::kCase;
  if (pc == reinterpret_cast<uintptr_t>(rt::gort_gofunc_ret)) s.is |= Shape::kGofunc;
  return s;
}

// shapes[i] is an address and, above it, its shape; addresses that may get another function are not in it.
std::atomic<uint64_t> shapes[4096];

[[gnu::noinline]] Shape learn_shape(uintptr_t pc, std::atomic<uint64_t>& slot) {
  symtab::Hold hold;
  symtab::Spare spare;
  const Kept& k = *symtab::lookup(pc, false, &spare);
  const Shape s = shape_of(pc, k);
  rt::RowView row;
  if (k.pool != nullptr && k.module != nullptr && s.shown >> kShapeBits == 0 && rt::row_for(pc, &row) &&
      !(row.flags & rt::kRowUnloadable))
    slot.store(pc | (s.shown | uint64_t(s.is) << kShapeBits) << kAddressBits, std::memory_order_relaxed);
  return s;
}

inline Shape shape_at(uintptr_t pc) {
  std::atomic<uint64_t>& slot = shapes[(pc ^ pc >> 12) % std::size(shapes)];
  const uint64_t word = slot.load(std::memory_order_relaxed);
  if ((word & kAddress) != pc) return learn_shape(pc, slot);
  const uint64_t bits = word >> kAddressBits;
  return {bits & ((1 << kShapeBits) - 1), uint8_t(bits >> kShapeBits)};
}

// ---- marks ----

constexpr int kLowByte = 56;

uintptr_t mark(uintptr_t pc, const Shape& s, int i) {
  if (i == std::countr_zero(s.shown)) return pc;
  return pc | uintptr_t(i + 1) << kAddressBits | pc << kLowByte;
}
bool marked(uintptr_t pc) {
  return pc >> kAddressBits != 0;
}
// The return address in a marked pc, or in one that is a little less.
uintptr_t address_of(uintptr_t pc) {
  const uintptr_t at = pc & kAddress;
  return marked(pc) ? at + uint8_t((pc >> kLowByte) - at) : at;
}
const Location& frame_at(uintptr_t pc, const Kept& k) {
  const uint32_t named = uint8_t(pc >> kAddressBits);
  if (named != 0 && named <= k.n) return k.at[named - 1];
  uint32_t i = 0;
  while (i < k.n - 1 && go_name(k.at[i]) == nullptr) i++;
  return k.at[i];
}

// follows_call tells whether the code of a function, from entry on, has a call right before pc.
bool follows_call(uintptr_t pc, uintptr_t entry) {
  constexpr uint8_t kCallNear = 0xe8, kCallIndirect = 0xff;
  auto* end = reinterpret_cast<const uint8_t*>(pc);
  const uintptr_t room = pc - entry;
  if (room >= 5 && end[-5] == kCallNear) return true;
  for (int n : {2, 3, 4, 6, 7})
    if (room >= uintptr_t(n) && end[-n] == kCallIndirect && (end[1 - n] >> 3 & 7) == 2) return true;
  return false;
}

// The Kept of a pc that a program has: a return address, or the pc of an instruction, which Caller and Frames give.
const Kept& kept_of(uintptr_t pc, symtab::Spare* spare) {
  if (marked(pc)) return *symtab::lookup(address_of(pc), false, spare);
  const Kept* k = symtab::lookup(pc, true, spare);
  return k->physical().entry != 0 && follows_call(pc, k->physical().entry) ? *symtab::lookup(pc, false, spare) : *k;
}

const char* name_of(const Location& l) {
  const char* name = go_name(l);
  return name != nullptr ? name : l.function;
}

// ---- walking ----

// Logical takes return addresses, innermost first, and writes the pcs of the functions that Go would have there.
class Logical {
 public:
  Logical(int skip, uintptr_t* pcs, int max) : skip_(skip), pcs_(pcs), max_(max) {}

  bool full() const { return n_ == max_; }
  int size() const { return n_; }

  void add(uintptr_t pc) {
    const Shape s = shape_at(pc);
    if (owner_ != kNone) {
      if (owner_ == kBody && (s.is & Shape::kGofunc)) {
        owner_ = kGofunc;
      } else if (owner_ == kGofunc && !(s.is & Shape::kInternal)) {
        owner_ = kNone;
      }
      return;
    }
    if (s.shown == 1 && s.is == 0 && part_ == 0) return put(pc);
    if (s.is & Shape::kBody) owner_ = kBody;
    uint64_t shown = s.shown;
    uintptr_t part = 0;
    if (s.is & Shape::kCase) {
      const int physical = std::bit_width(shown) - 1;
      part = mark(pc, s, physical);
      shown ^= uint64_t{1} << physical;
    }
    for (; shown != 0; shown &= shown - 1) {
      put(part_ != 0 ? part_ : mark(pc, s, std::countr_zero(shown)));
      part_ = 0;
    }
    if (part_ == 0) part_ = part;
  }

 private:
  void put(uintptr_t pc) {
    if (skip_ > 0) {
      skip_--;
    } else if (n_ < max_) {
      pcs_[n_++] = pc;
    }
  }

  int skip_;
  uintptr_t* pcs_;
  int max_, n_ = 0;
  uintptr_t part_ = 0;  // the body of a case that the next frame is in
  enum : uint8_t { kNone, kBody, kGofunc } owner_ = kNone;
};

rt::StackBounds own_bounds() {
  rt::g* gp = rt::getg_or_null();
  if (gp == nullptr) return {0, UINTPTR_MAX};
  return rt::stack_bounds(gp, reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
}

// The pcs of the calling function and of those further out.
[[gnu::noinline]] int callers(int skip, uintptr_t* pcs, int max) {
  constexpr int kMost = 64;
  rt::FrameWalk walk = rt::FrameWalk::here(own_bounds());
  if (max == 0 || !walk.next()) return 0;
  Logical frames(skip, pcs, max);
  uintptr_t some[kMost];
  // Few are walked in vain where few are wanted.
  for (int want = skip < kMost && max < kMost - skip ? skip + max : kMost;; want = kMost) {
    const int n = walk.fill(some, want);
    for (int i = 0; i < n && !frames.full(); i++) frames.add(some[i]);
    if (n < want || frames.full()) return frames.size();
  }
}

runtime::Frame frame_of(uintptr_t pc) {
  symtab::Hold hold;
  symtab::Spare spare;
  const Location& l = frame_at(pc, *symtab::lookup(address_of(pc), false, &spare));
  return {pc - 1, name_of(l), l.file, l.line, l.entry};
}

}  // namespace

namespace runtime {

int Callers(int skip, std::span<uintptr_t> pcs) {
  return callers(skip > 0 ? skip : 0, pcs.data(), int(pcs.size() < INT_MAX ? pcs.size() : INT_MAX));
}

CallerInfo Caller(int skip) {
  uintptr_t pc;
  if (callers(skip < 0 ? 0 : skip < INT_MAX ? skip + 1 : skip, &pc, 1) == 0) return {0, "", 0, false};
  Frame f = frame_of(pc);
  return {f.PC, std::move(f.File), f.Line, true};
}

Frames::Frames(std::span<const uintptr_t> pcs) : pcs_(pcs.begin(), pcs.end()) {
  skip_unknown();
}

void Frames::skip_unknown() {
  symtab::Hold hold;
  for (; next_ < pcs_.size(); next_++) {
    symtab::Spare spare;
    if (symtab::lookup(address_of(pcs_[next_]), false, &spare)->module != nullptr) return;
  }
}

std::pair<Frame, bool> Frames::Next() {
  if (next_ >= pcs_.size()) return {Frame{}, false};
  Frame f = frame_of(pcs_[next_++]);
  skip_unknown();
  return {std::move(f), next_ < pcs_.size()};
}

Func FuncForPC(uintptr_t pc) {
  Func f;
  symtab::Hold hold;
  symtab::Spare spare;
  const Kept& k = kept_of(pc, &spare);
  if (k.physical().entry == 0) return f;
  f.name_ = name_of(frame_at(pc, k));
  f.entry_ = k.physical().entry;
  return f;
}

std::pair<std::string, int> Func::FileLine(uintptr_t pc) const {
  symtab::Hold hold;
  symtab::Spare spare;
  const Location& l = frame_at(pc, marked(pc) ? kept_of(pc, &spare) : *symtab::lookup(pc, true, &spare));
  return {l.file, l.line};
}

}  // namespace runtime
}  // namespace gort
