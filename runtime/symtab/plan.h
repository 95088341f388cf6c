// A plan is an argument list compiled for one pc: what stands between the parentheses, with the way to each value.
//
// DWARF says where a parameter is by expressions in a tree of entries; reading those takes 50 us, and they say the same
// every time. So they are read once, symbolically: registers, the CFA and memory are unknowns, constants are folded,
// and what is left is a few steps, which take some 10 ns a word and need neither the module's lock nor its debug
// information.
//
//   f(0x5, {0xc000012345, 0x3}):  text "(", word rbx, text ", {", t0 = load [cfa-40], word t0, ...
//
// An expression that needs more than steps (a branch on a value, floating point) makes its word unknown.
#pragma once

#include "runtime/symtab/symtab.h"

namespace gort::rt::symtab {

// Operand is base + add. A base is a register of the frame, its CFA, nothing (a constant), what the call site put into
// a register when the function was entered, or the result of an earlier step.
struct Operand {
  enum : uint8_t {
    kCfa = 17,
    kNone = 18,
    kUnknown = 19,
    kEntry0 = 20,  // kEntry0 + register
    kTemp0 = 40,
  };
  uint8_t base = kUnknown;
  int64_t add = 0;

  static Operand constant(uint64_t v) { return {kNone, static_cast<int64_t>(v)}; }
  bool known() const { return base != kUnknown; }
  bool is_constant() const { return base == kNone; }
  Operand plus(int64_t n) const {
    return {base, static_cast<int64_t>(static_cast<uint64_t>(add) + static_cast<uint64_t>(n))};
  }
};

struct Step {
  enum Op : uint8_t {
    kText,  // print `size` bytes at x
    kWord,  // print the low `size` bytes of a + x; b: it is certain
    kLoad,  // a new temporary: `size` bytes of memory at a + x; b: 0 if that is y, y bytes behind a null pointer
    kAdd,   // from here on, a new temporary: (a + x) op (b + y)
    kSub,
    kMul,
    kDiv,
    kMod,
    kAnd,
    kOr,
    kXor,
    kShl,
    kShr,
    kSar,
    kEq,
    kNe,
    kLt,
    kLe,
    kGt,
    kGe,
  } op;
  uint8_t a = 0, b = 0;
  uint32_t size = 0;
  int64_t x = 0, y = 0;
};

constexpr int kMaxSteps = 96;
constexpr int kMaxTemps = 64;

// fold computes op on constants, as the steps do. False: division by zero and the like.
bool fold(Step::Op op, uint64_t a, uint64_t b, uint64_t* out);

// PlanBuilder collects steps. On overflow it is full, and the plan ends with "...".
class PlanBuilder {
 public:
  Operand load(Operand addr, size_t size);
  // load_through loads the word at pointer + offset; 0 if the pointer is null.
  Operand load_through(Operand pointer, int64_t offset);
  Operand binary(Step::Op op, Operand a, Operand b);
  Operand narrow(Operand v, size_t size);
  void text(char c);
  void text(const char* s);
  void word(Operand v, size_t size, bool certain);

  struct Mark {
    int steps, temps;
  };
  Mark mark() const { return {n_, temps_}; }
  void rollback(Mark m) {
    n_ = m.steps;
    temps_ = m.temps;
  }
  int steps() const { return n_; }
  const Step& step(int i) const { return step_[i]; }
  const char* texts() const { return text_; }
  size_t text_size() const { return text_n_; }
  void finish();  // after the last text

 private:
  Step step_[kMaxSteps + 2];
  char text_[kMaxArgs];
  int n_ = 0, temps_ = 0;
  size_t text_n_ = 0, flushed_ = 0;
  bool full_ = false;

  Step* add(Step::Op op);
  void flush();
};

// What a module's debug information says about a function's arguments at a pc.
struct Plan {
  const Step* step;
  uint32_t n;
  uint32_t function;    // declaring DIE
  const char* linkage;  // its linkage name, null if none
};

// What a call site puts into registers for its callee.
struct SiteParam {
  uint8_t reg;
  uint32_t first, n;  // steps
  Operand value;
};
struct CallSite {
  const SiteParam* param;
  const Step* step;
  uint32_t n;
  uint32_t target;      // declaring DIE of the function called; 0: a call through a pointer
  const char* linkage;  // its linkage name, null if none
};

// run_plan prints a plan for a frame; buf has kMaxArgs bytes. Returns the length.
size_t run_plan(const Kept& k, const Plan& p, const FrameView& f, MemReader& mem, char* buf);

}  // namespace gort::rt::symtab
