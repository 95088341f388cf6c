#include "runtime/symtab/expr.h"

namespace gort::rt::symtab {
namespace {

constexpr int kStack = 32;
constexpr int kMaxOps = 500;  // branches make loops possible in a damaged expression

enum Op : uint8_t {
  kOpAddr = 0x03,
  kOpDeref = 0x06,
  kOpConst1u = 0x08,
  kOpConstu = 0x10,
  kOpConsts = 0x11,
  kOpDup = 0x12,
  kOpDrop = 0x13,
  kOpOver = 0x14,
  kOpPick = 0x15,
  kOpSwap = 0x16,
  kOpRot = 0x17,
  kOpAbs = 0x19,
  kOpNeg = 0x1f,
  kOpNot = 0x20,
  kOpPlusUconst = 0x23,
  kOpBra = 0x28,
  kOpEq = 0x29,
  kOpNe = 0x2e,
  kOpSkip = 0x2f,
  kOpLit0 = 0x30,
  kOpBreg0 = 0x70,
  kOpRegx = 0x90,
  kOpFbreg = 0x91,
  kOpBregx = 0x92,
  kOpPiece = 0x93,
  kOpDerefSize = 0x94,
  kOpNop = 0x96,
  kOpCallFrameCfa = 0x9c,
  kOpBitPiece = 0x9d,
  kOpImplicitValue = 0x9e,
  kOpStackValue = 0x9f,
  kOpImplicitPointer = 0xa0,
  kOpAddrx = 0xa1,
  kOpConstx = 0xa2,
  kOpEntryValue = 0xa3,
  kOpConstType = 0xa4,
  kOpRegvalType = 0xa5,
  kOpDerefType = 0xa6,
  kOpConvert = 0xa8,
  kOpReinterpret = 0xa9,
  kOpGnuImplicitPointer = 0xf2,
  kOpGnuEntryValue = 0xf3,
  kOpGnuConstType = 0xf4,
  kOpGnuRegvalType = 0xf5,
  kOpGnuDerefType = 0xf6,
  kOpGnuConvert = 0xf7,
  kOpGnuReinterpret = 0xf9,
};

bool clobbered_by_calls(uint64_t r) {
  return r <= 2 || r == 4 || r == 5 || (r >= 8 && r <= 11) || r > 16;
}

bool register_value(const Frame& f, uint64_t r, Operand* v) {
  if (r > 16 || (!f.exact && clobbered_by_calls(r))) return false;
  *v = {static_cast<uint8_t>(r), 0};
  return true;
}

class Machine {
 public:
  Machine(const Frame& f, Bytes code) : f_(f), b_(*f.plan), start_(code.p), r_{code.p, code.p + code.n} {}

  bool run(ValuePlace* out) {
    out_ = out;
    *out = ValuePlace{};
    for (int step = 0; r_.p < r_.end; step++)
      if (step == kMaxOps || !one() || !r_.ok || bad_) {
        if (out->pieces == 0) return false;
        // pieces before the failing one stay usable
        return true;
      }
    if (out->pieces) return true;
    return settle(&out->whole);
  }

  // The value of an expression that computes a number (frame base, call value).
  bool number(Operand* v) {
    ValuePlace p;
    if (!run(&p) || p.pieces) return false;
    if (p.whole.kind != Place::kMemory && p.whole.kind != Place::kValue) return false;
    *v = p.whole.v;
    return true;
  }

 private:
  const Frame& f_;
  PlanBuilder& b_;
  const uint8_t* start_;
  Reader r_;
  ValuePlace* out_ = nullptr;
  Operand s_[kStack];
  int n_ = 0;
  bool bad_ = false;
  Place direct_;  // set by register, stack_value and implicit ops
  bool has_direct_ = false;

  bool push(Operand v) {
    if (n_ == kStack || !v.known()) return !(bad_ = true);
    s_[n_++] = v;
    return true;
  }
  bool push(uint64_t v) { return push(Operand::constant(v)); }
  Operand pop() {
    if (n_ > 0) return s_[--n_];
    bad_ = true;
    return {};
  }
  bool set_direct(Place::Kind kind, Operand v) {
    direct_ = Place{};
    direct_.kind = kind;
    direct_.v = v;
    return has_direct_ = true;
  }
  bool settle(Place* p) {
    *p = Place{};  // an empty location: optimised away
    if (has_direct_) {
      *p = direct_;
    } else if (n_ > 0) {
      p->kind = Place::kMemory;
      p->v = pop();
    }
    has_direct_ = false;
    return !bad_ && p->kind != Place::kUnknown;
  }

  bool in_register(uint64_t r) {
    Operand v;
    if (register_value(f_, r, &v)) return set_direct(Place::kValue, v);
    return set_direct(Place::kUnknown, {});
  }
  bool register_plus(uint64_t r, int64_t off) {
    Operand v;
    return register_value(f_, r, &v) && push(v.plus(off));
  }

  bool frame_base(int64_t off) {
    Value v;
    if (!f_.fn.get(kAtFrameBase, &v) || v.kind != Value::kBlock) return false;
    Operand base;
    Machine m(f_, {v.block, v.len});
    return m.number(&base) && push(base.plus(off));
  }

  bool piece(uint64_t size) {
    if (out_->pieces == kMaxPieces) return false;
    Piece& p = out_->piece[out_->pieces++];
    settle(&p.place);
    p.size = static_cast<uint32_t>(size);
    return true;
  }

  bool entry_value(Bytes code);
  bool arithmetic(uint8_t op);
  bool stack_op(uint8_t op);
  bool constant(uint8_t op);
  bool typed(uint8_t op);
  bool one();
};

bool Machine::constant(uint8_t op) {
  switch (op) {
    case 0x08:
      push(r_.u8());
      break;
    case 0x09:
      push(static_cast<uint64_t>(static_cast<int64_t>(static_cast<int8_t>(r_.u8()))));
      break;
    case 0x0a:
      push(r_.u16());
      break;
    case 0x0b:
      push(static_cast<uint64_t>(static_cast<int64_t>(static_cast<int16_t>(r_.u16()))));
      break;
    case 0x0c:
      push(r_.u32());
      break;
    case 0x0d:
      push(static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(r_.u32()))));
      break;
    case 0x0e:
    case 0x0f:
      push(r_.u64());
      break;
    case kOpConstu:
      push(r_.uleb());
      break;
    default:
      push(static_cast<uint64_t>(r_.sleb()));
  }
  return true;
}

bool Machine::stack_op(uint8_t op) {
  switch (op) {
    case kOpDup:
      return n_ > 0 && push(Operand(s_[n_ - 1]));
    case kOpDrop:
      pop();
      return true;
    case kOpOver:
    case kOpPick: {
      int i = op == kOpOver ? 1 : r_.u8();
      if (i >= n_) return false;
      return push(Operand(s_[n_ - 1 - i]));
    }
    case kOpSwap: {
      Operand a = pop(), b = pop();
      return push(a) && push(b);
    }
    default: {  // rot
      Operand a = pop(), b = pop(), c = pop();
      return push(a) && push(c) && push(b);
    }
  }
}

bool Machine::arithmetic(uint8_t op) {
  static constexpr struct {
    uint8_t op;
    Step::Op step;
  } kBinary[] = {{0x1a, Step::kAnd}, {0x1b, Step::kDiv}, {0x1c, Step::kSub}, {0x1d, Step::kMod}, {0x1e, Step::kMul},
                 {0x21, Step::kOr},  {0x22, Step::kAdd}, {0x24, Step::kShl}, {0x25, Step::kShr}, {0x26, Step::kSar},
                 {0x27, Step::kXor}, {0x29, Step::kEq},  {0x2a, Step::kGe},  {0x2b, Step::kGt},  {0x2c, Step::kLe},
                 {0x2d, Step::kLt},  {0x2e, Step::kNe}};
  if (op == kOpNot) return push(b_.binary(Step::kXor, pop(), Operand::constant(~uint64_t{0})));
  if (op == kOpNeg) return push(b_.binary(Step::kSub, Operand::constant(0), pop()));
  if (op == kOpAbs) {  // with s = a >> 63: (a ^ s) - s
    Operand a = pop(), s = b_.binary(Step::kSar, a, Operand::constant(63));
    return push(b_.binary(Step::kSub, b_.binary(Step::kXor, a, s), s));
  }
  for (const auto& k : kBinary) {
    if (k.op != op) continue;
    Operand b = pop(), a = pop();
    return push(b_.binary(k.step, a, b));
  }
  return false;
}

// Typed operations on integers no wider than 8 bytes; anything else is given up.
bool Machine::typed(uint8_t op) {
  auto size_of = [this](uint64_t off, uint64_t* size) {
    *size = 8;
    if (off == 0) return true;  // the generic type
    Die t = die_at(f_.m, f_.u, f_.u->off + static_cast<uint32_t>(off));
    uint64_t enc = t.num(kAtEncoding);
    *size = t.num(kAtByteSize);
    return t && *size >= 1 && *size <= 8 && enc != 4 && enc != 3;  // not float, not complex
  };
  uint64_t size, v = 0;
  switch (op) {
    case kOpConstType:
    case kOpGnuConstType: {
      uint64_t t = r_.uleb();
      uint8_t n = r_.u8();
      if (!size_of(t, &size) || n > 8 || !r_.need(n)) return false;
      memcpy(&v, r_.p, n);
      r_.skip(n);
      return push(v);
    }
    case kOpRegvalType:
    case kOpGnuRegvalType: {
      uint64_t reg = r_.uleb(), t = r_.uleb();
      Operand o;
      return size_of(t, &size) && register_value(f_, reg, &o) && push(b_.narrow(o, size));
    }
    case kOpDerefType:
    case kOpGnuDerefType: {
      uint8_t n = r_.u8();
      uint64_t t = r_.uleb();
      return size_of(t, &size) && push(b_.load(pop(), n));
    }
    default: {  // convert, reinterpret
      uint64_t t = r_.uleb();
      return size_of(t, &size) && push(b_.narrow(pop(), size));
    }
  }
}

bool Machine::one() {
  uint8_t op = r_.u8();
  uint64_t v;
  if (op >= kOpLit0 && op < kOpReg0) return push(uint64_t{op} - kOpLit0);
  if (op >= kOpReg0 && op < kOpBreg0) return in_register(op - kOpReg0);
  if (op >= kOpBreg0 && op < kOpRegx) return register_plus(op - kOpBreg0, r_.sleb());
  if (op >= kOpConst1u && op <= kOpConsts) return constant(op);
  if (op >= kOpDup && op <= kOpRot) return stack_op(op);
  switch (op) {
    case kOpAddr:
      return push(r_.u64() + f_.m->bias);
    case kOpAddrx:
      return index_addr(f_.m, f_.u, r_.uleb(), &v) && push(v + f_.m->bias);
    case kOpConstx:
      return index_addr(f_.m, f_.u, r_.uleb(), &v) && push(v);
    case kOpDeref:
      return push(b_.load(pop(), 8));
    case kOpDerefSize: {
      size_t n = r_.u8();
      return push(b_.load(pop(), n));
    }
    case kOpPlusUconst: {
      auto n = static_cast<int64_t>(r_.uleb());
      return push(pop().plus(n));
    }
    case kOpBra:
    case kOpSkip: {
      auto to = static_cast<int16_t>(r_.u16());
      if (op == kOpBra) {
        Operand c = pop();
        if (!c.is_constant()) return false;
        if (c.add == 0) return true;
      }
      if (to < start_ - r_.p || to > r_.end - r_.p) return false;
      r_.p += to;
      return true;
    }
    case kOpRegx:
      return in_register(r_.uleb());
    case kOpBregx: {
      uint64_t reg = r_.uleb();
      return register_plus(reg, r_.sleb());
    }
    case kOpFbreg:
      return frame_base(r_.sleb());
    case kOpCallFrameCfa:
      return push(Operand{Operand::kCfa, 0});
    case kOpNop:
      return true;
    case kOpPiece:
      return piece(r_.uleb());
    case kOpStackValue:
      return set_direct(Place::kValue, pop());
    case kOpImplicitValue: {
      uint64_t n = r_.uleb();
      if (!r_.need(n)) return false;
      set_direct(Place::kBytes, {});
      direct_.bytes = r_.p;
      direct_.len = n;
      r_.skip(n);
      return true;
    }
    case kOpImplicitPointer:
    case kOpGnuImplicitPointer:  // points at something that is not in memory
      r_.offset(f_.u->dwarf64);
      r_.sleb();
      return set_direct(Place::kUnknown, {});
    case kOpEntryValue:
    case kOpGnuEntryValue: {
      uint64_t n = r_.uleb();
      if (!r_.need(n)) return false;
      Bytes code{r_.p, n};
      r_.skip(n);
      return entry_value(code);
    }
    case kOpConstType:
    case kOpRegvalType:
    case kOpDerefType:
    case kOpConvert:
    case kOpReinterpret:
    case kOpGnuConstType:
    case kOpGnuRegvalType:
    case kOpGnuDerefType:
    case kOpGnuConvert:
    case kOpGnuReinterpret:
      return typed(op);
    default:
      return arithmetic(op);
  }
}

bool Machine::entry_value(Bytes code) {
  if (code.n != 1 || code.p[0] < kOpReg0 || code.p[0] > kOpReg0 + 16) return false;
  return push(Operand{static_cast<uint8_t>(Operand::kEntry0 + code.p[0] - kOpReg0), 0});
}

// v4 .debug_loc: address pairs with a 2-byte length.
bool list_entry_4(const Frame& f, uint64_t off, uint64_t pc, Bytes* code) {
  Bytes s = f.m->sec(kLoc);
  if (off >= s.n) return false;
  uint64_t base = f.u->low_pc;
  for (Reader r{s.p + off, s.p + s.n}; r.ok;) {
    uint64_t lo = r.u64(), hi = r.u64();
    if (lo == 0 && hi == 0) return false;
    if (lo == ~uint64_t{0}) {
      base = hi;
      continue;
    }
    uint16_t n = r.u16();
    if (!r.need(n)) return false;
    if (pc >= lo + base && pc < hi + base) {
      *code = {r.p, n};
      return true;
    }
    r.skip(n);
  }
  return false;
}

bool list_entry(const Frame& f, const Value& v, uint64_t pc, Bytes* code) {
  if (f.u->version < 5) return list_entry_4(f, v.u, pc, code);
  Bytes s = f.m->sec(kLoclists);
  uint64_t off = v.u;
  if (v.kind == Value::kListIndex) {
    uint64_t at = f.u->loclists_base + v.u * (f.u->dwarf64 ? 8 : 4);
    if (at >= s.n) return false;
    Reader t{s.p + at, s.p + s.n};
    off = f.u->loclists_base + t.offset(f.u->dwarf64);
  }
  if (off >= s.n) return false;
  uint64_t base = f.u->low_pc, lo = 0, hi = 0;
  for (Reader r{s.p + off, s.p + s.n}; r.ok;) {
    uint8_t kind = r.u8();
    switch (kind) {
      case 0:
        return false;
      case 1:
        if (!index_addr(f.m, f.u, r.uleb(), &base)) return false;
        continue;
      case 2:
        if (!index_addr(f.m, f.u, r.uleb(), &lo) || !index_addr(f.m, f.u, r.uleb(), &hi)) return false;
        break;
      case 3:
        if (!index_addr(f.m, f.u, r.uleb(), &lo)) return false;
        hi = lo + r.uleb();
        break;
      case 4:
        lo = base + r.uleb();
        hi = base + r.uleb();
        break;
      case 5:
        lo = 0, hi = ~uint64_t{0};
        break;  // default_location
      case 6:
        base = r.u64();
        continue;
      case 7:
        lo = r.u64(), hi = r.u64();
        break;
      case 8:
        lo = r.u64(), hi = lo + r.uleb();
        break;
      case 9:
        r.uleb(), r.uleb();
        continue;  // GNU view pair
      default:
        return false;
    }
    uint64_t n = r.uleb();
    if (!r.need(n)) return false;
    if (pc >= lo && pc < hi) {
      *code = {r.p, static_cast<size_t>(n)};
      return true;
    }
    r.skip(n);
  }
  return false;
}

// evaluate tells whether anything became known.
bool evaluate(const Frame& f, Bytes code, ValuePlace* out) {
  PlanBuilder::Mark mark = f.plan->mark();
  Machine m(f, code);
  if (m.run(out)) {
    if (!out->pieces) return out->whole.kind != Place::kUnknown;
    for (int i = 0; i < out->pieces; i++)
      if (out->piece[i].place.kind != Place::kUnknown) return true;
  }
  f.plan->rollback(mark);
  *out = ValuePlace{};
  return false;
}

// value_at_entry is the last resort for an argument that the code no longer needs: its stack slot, or what the call
// site put into its register. It may have been overwritten since: uncertain, which the trace shows by "?".
void value_at_entry(const Frame& f, const Value& list, ValuePlace* out) {
  uint64_t entry = 0;
  Bytes code;
  *out = ValuePlace{};
  for_each_range(f.fn, [&](uint64_t lo, uint64_t) {  // the first is where it begins; cold parts follow
    entry = lo;
    return false;
  });
  if (entry == 0 || !list_entry(f, list, entry, &code) || code.n == 0) return;
  uint8_t op = code.p[0];
  Value base;
  if (op == kOpFbreg && f.fn.get(kAtFrameBase, &base) && base.kind == Value::kBlock && base.len == 1 &&
      base.block[0] == kOpCallFrameCfa) {
    if (evaluate(f, code, out)) out->whole.certain = false;
    return;
  }
  if (code.n != 1 || op < kOpReg0 || op > kOpReg0 + 16) return;
  out->whole.kind = Place::kValue;
  out->whole.v = {static_cast<uint8_t>(Operand::kEntry0 + op - kOpReg0), 0};
  out->whole.certain = false;
}

}  // namespace

bool site_value(const Frame& caller, const Value& v, Operand* out) {
  Machine m(caller, {v.block, v.len});
  return m.number(out);
}

void find_place(const Frame& f, const Die& param, ValuePlace* out) {
  *out = ValuePlace{};
  Value v;
  if (param.get(kAtConstValue, &v)) {
    if (v.kind == Value::kBlock) {
      out->whole.kind = Place::kBytes;
      out->whole.bytes = v.block;
      out->whole.len = v.len;
    } else if (v.kind == Value::kUint || v.kind == Value::kSint) {
      out->whole.kind = Place::kValue;
      out->whole.v = Operand::constant(v.u);
    }
    return;
  }
  if (!param.get(kAtLocation, &v)) return;
  Bytes code;
  if (v.kind == Value::kBlock) {
    evaluate(f, {v.block, v.len}, out);
    return;
  }
  if (list_entry(f, v, f.pc, &code) && evaluate(f, code, out)) return;
  // During the call the value stood in a register that the call did not preserve; compilers often say where it is from
  // the return address on (a preserved register that held a copy all along).
  if (!f.exact && list_entry(f, v, f.pc + 1, &code) && evaluate(f, code, out)) return;
  value_at_entry(f, v, out);
}

static bool fetch_place(const Frame& f, const Place& p, uint64_t offset, size_t n, Operand* out) {
  if (p.kind == Place::kMemory) {
    *out = f.plan->load(p.v.plus(static_cast<int64_t>(offset)), n);
    return out->known();
  }
  if (p.kind == Place::kValue) {
    if (offset + n > 8) return false;
    *out = offset == 0 ? p.v : f.plan->binary(Step::kShr, p.v, Operand::constant(8 * offset));
    return out->known();
  }
  if (p.kind != Place::kBytes || n > 8 || offset > p.len || n > p.len - offset) return false;
  uint64_t v = 0;
  memcpy(&v, p.bytes + offset, n);
  *out = Operand::constant(v);
  return true;
}

bool fetch(const Frame& f, const ValuePlace& v, uint64_t offset, size_t n, Operand* out, bool* certain) {
  if (v.pieces == 0) {
    *certain = v.whole.certain;
    return fetch_place(f, v.whole, offset, n, out);
  }
  uint64_t at = 0;
  for (int i = 0; i < v.pieces; i++) {
    const Piece& p = v.piece[i];
    if (offset >= at && offset + n <= at + p.size) {
      *certain = p.place.certain;
      return fetch_place(f, p.place, offset - at, n, out);
    }
    at += p.size;
  }
  return false;
}

ValuePlace memory_at(Operand addr, bool certain) {
  ValuePlace v;
  v.whole.kind = Place::kMemory;
  v.whole.v = addr;
  v.whole.certain = certain;
  return v;
}

}  // namespace gort::rt::symtab
