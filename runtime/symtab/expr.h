// DWARF location expressions, evaluated symbolically: where a parameter's value is, in any frame at one pc.
//
// Registers that a call does not preserve are believed only in an exact (top or faulting) frame: unwinders hand out
// stale values for them. DW_OP_entry_value is left to the run: it is answered through the caller's call site and its
// registers, within one object.
#pragma once

#include "runtime/symtab/dwarf.h"
#include "runtime/symtab/plan.h"

namespace gort::rt::symtab {

struct Place {
  enum Kind : uint8_t { kUnknown, kMemory, kValue, kBytes } kind = kUnknown;
  bool certain = true;
  Operand v;  // address, or value
  const uint8_t* bytes = nullptr;
  size_t len = 0;
};

struct Piece {
  Place place;
  uint32_t size;
};

constexpr int kMaxPieces = 16;

struct ValuePlace {
  Place whole;
  Piece piece[kMaxPieces];
  int pieces = 0;  // 0: whole
};

struct Frame {
  Module* m;
  Unit* u;
  Die fn;
  uint64_t pc;  // looked-up address, less the bias
  bool exact;
  PlanBuilder* plan;
};

// find_place evaluates DW_AT_location (an expression or a list) or DW_AT_const_value of a parameter.
void find_place(const Frame& f, const Die& param, ValuePlace* out);

// fetch makes an operand of n <= 8 bytes at a byte offset of a value; its bits beyond n bytes may be anything. False:
// not to be had.
bool fetch(const Frame& f, const ValuePlace& v, uint64_t offset, size_t n, Operand* out, bool* certain);

// memory_at is the value that starts at an address.
ValuePlace memory_at(Operand addr, bool certain);

// for_each_site_param finds the call that returns to f.pc + 1 in function node fn of f.u and calls
// param(register, value) for what it puts into registers. *target: the function called, if the site says.
template <class F>
bool for_each_site_param(const Frame& f, uint32_t fn, Die* target, F param);

bool site_value(const Frame& caller, const Value& v, Operand* out);

template <class F>
bool for_each_site_param(const Frame& f, uint32_t fn, Die* target, F param) {
  bool found = false;
  uint64_t ret = f.pc + 1;
  auto look = [&](const Die& site) {
    if (site.tag() != kTagCallSite && site.tag() != kTagGnuCallSite) return true;
    uint64_t at;
    if (!(site.addr(kAtCallReturnPc, &at) || site.addr(kAtLowPc, &at)) || at != ret) return true;
    found = true;
    *target = site.ref(kAtCallOrigin);
    if (!*target) *target = site.ref(kAtAbstractOrigin);
    for_each_child(site, [&](const Die& p) {
      Value loc, val;
      if (!p.get(kAtLocation, &loc) || loc.kind != Value::kBlock || loc.len != 1) return true;
      if (!(p.get(kAtCallValue, &val) || p.get(kAtGnuCallSiteValue, &val)) || val.kind != Value::kBlock) return true;
      Operand v;
      int reg = loc.block[0] - kOpReg0;
      PlanBuilder::Mark m = f.plan->mark();
      if (reg >= 0 && reg <= 16 && site_value(f, val, &v))
        param(static_cast<uint8_t>(reg), m, v);
      else
        f.plan->rollback(m);
      return true;
    });
    return false;
  };
  for_each_child(f.fn, look);
  for (uint32_t i = fn + 1; i < f.u->nodes[fn].end && !found; i++) for_each_child(node_die(f.m, f.u, i), look);
  return found;
}

}  // namespace gort::rt::symtab
