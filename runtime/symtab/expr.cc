#include "runtime/symtab/expr.h"

namespace gort::rt::symtab {
namespace {

constexpr int kStack = 32;
constexpr int kMaxSteps = 500;     // branches make loops possible in a damaged expression
constexpr int kMaxEntryDepth = 2;  // an entry value whose caller's value is again an entry value

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
  kOpReg0 = 0x50,
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

bool register_value(const FrameRegs& regs, uint64_t r, uint64_t* v) {
  if (r > 16 || !(regs.valid >> r & 1)) return false;
  if (!regs.exact && clobbered_by_calls(r)) return false;
  *v = regs.reg[r];
  return true;
}

bool read_sized(const Frame& f, uint64_t addr, size_t n, uint64_t* v) {
  *v = 0;
  return n <= 8 && f.mem->read(addr, v, n);
}

class Machine {
 public:
  Machine(const Frame& f, Bytes code) : f_(f), start_(code.p), r_{code.p, code.p + code.n} {}

  bool run(ValuePlace* out) {
    out_ = out;
    *out = ValuePlace{};
    for (int step = 0; r_.p < r_.end; step++)
      if (step == kMaxSteps || !one() || !r_.ok || bad_) {
        if (out->pieces == 0) return false;
        // pieces before the failing one stay usable
        return true;
      }
    if (out->pieces) return true;
    return settle(&out->whole);
  }

  // The value of an expression that computes a number (frame base, call value).
  bool number(uint64_t* v) {
    ValuePlace p;
    if (!run(&p) || p.pieces) return false;
    if (p.whole.kind == Place::kMemory || p.whole.kind == Place::kRegister || p.whole.kind == Place::kConstant) {
      *v = p.whole.v;
      return true;
    }
    return false;
  }
  bool certain() const { return certain_; }

 private:
  const Frame& f_;
  const uint8_t* start_;
  Reader r_;
  ValuePlace* out_ = nullptr;
  uint64_t s_[kStack];
  int n_ = 0;
  bool bad_ = false, certain_ = true;
  Place direct_;  // set by register, stack_value and implicit ops
  bool has_direct_ = false;

  void push(uint64_t v) {
    if (n_ < kStack)
      s_[n_++] = v;
    else
      bad_ = true;
  }
  uint64_t pop() {
    if (n_ > 0) return s_[--n_];
    bad_ = true;
    return 0;
  }
  bool set_direct(Place::Kind kind, uint64_t v) {
    direct_ = Place{};
    direct_.kind = kind;
    direct_.v = v;
    return has_direct_ = true;
  }
  bool settle(Place* p) {
    if (has_direct_) {
      *p = direct_;
    } else if (n_ > 0) {
      *p = Place{};
      p->kind = Place::kMemory;
      p->v = pop();
    } else {
      *p = Place{};  // an empty location: optimised away
    }
    p->certain = certain_;
    has_direct_ = false;
    return !bad_ && p->kind != Place::kUnknown;
  }

  bool in_register(uint64_t r) {
    uint64_t v;
    if (register_value(*f_.regs, r, &v)) return set_direct(Place::kRegister, v);
    return set_direct(Place::kUnknown, 0);
  }

  bool frame_base(int64_t off) {
    Value v;
    Bytes code;
    if (!f_.fn.get(kAtFrameBase, &v) || v.kind != Value::kBlock) return false;
    code = {v.block, v.len};
    uint64_t base;
    Machine m(f_, code);
    if (!m.number(&base)) return false;
    push(base + static_cast<uint64_t>(off));
    return true;
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
      push(n_ ? s_[n_ - 1] : (bad_ = true, 0));
      return true;
    case kOpDrop:
      pop();
      return true;
    case kOpOver:
    case kOpPick: {
      int i = op == kOpOver ? 1 : r_.u8();
      if (i >= n_) return false;
      push(s_[n_ - 1 - i]);
      return true;
    }
    case kOpSwap: {
      uint64_t a = pop(), b = pop();
      push(a);
      push(b);
      return true;
    }
    default: {  // rot
      uint64_t a = pop(), b = pop(), c = pop();
      push(a);
      push(c);
      push(b);
      return true;
    }
  }
}

bool Machine::arithmetic(uint8_t op) {
  if (op == kOpAbs || op == kOpNeg || op == kOpNot) {
    uint64_t a = pop();
    push(op == kOpNot ? ~a : op == kOpNeg || static_cast<int64_t>(a) < 0 ? 0 - a : a);
    return true;
  }
  uint64_t b = pop(), a = pop();
  auto sa = static_cast<int64_t>(a), sb = static_cast<int64_t>(b);
  switch (op) {
    case 0x1a:
      push(a & b);
      break;
    case 0x1b:
      if (sb == 0 || (sb == -1 && a == uint64_t{1} << 63)) return false;
      push(static_cast<uint64_t>(sa / sb));
      break;
    case 0x1c:
      push(a - b);
      break;
    case 0x1d:
      if (b == 0) return false;
      push(a % b);
      break;
    case 0x1e:
      push(a * b);
      break;
    case 0x21:
      push(a | b);
      break;
    case 0x22:
      push(a + b);
      break;
    case 0x24:
      push(b > 63 ? 0 : a << b);
      break;
    case 0x25:
      push(b > 63 ? 0 : a >> b);
      break;
    case 0x26:
      push(static_cast<uint64_t>(sa >> (b > 63 ? 63 : b)));
      break;
    case 0x27:
      push(a ^ b);
      break;
    case 0x29:
      push(sa == sb);
      break;
    case 0x2a:
      push(sa >= sb);
      break;
    case 0x2b:
      push(sa > sb);
      break;
    case 0x2c:
      push(sa <= sb);
      break;
    case 0x2d:
      push(sa < sb);
      break;
    case 0x2e:
      push(sa != sb);
      break;
    default:
      return false;
  }
  return true;
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
  auto narrow = [](uint64_t v, uint64_t size) { return size >= 8 ? v : v & ((uint64_t{1} << (8 * size)) - 1); };
  uint64_t size, v = 0;
  switch (op) {
    case kOpConstType:
    case kOpGnuConstType: {
      uint64_t t = r_.uleb();
      uint8_t n = r_.u8();
      if (!size_of(t, &size) || n > 8 || !r_.need(n)) return false;
      memcpy(&v, r_.p, n);
      r_.skip(n);
      push(v);
      return true;
    }
    case kOpRegvalType:
    case kOpGnuRegvalType: {
      uint64_t reg = r_.uleb(), t = r_.uleb();
      if (!size_of(t, &size) || !register_value(*f_.regs, reg, &v)) return false;
      push(narrow(v, size));
      return true;
    }
    case kOpDerefType:
    case kOpGnuDerefType: {
      uint8_t n = r_.u8();
      uint64_t t = r_.uleb();
      if (!size_of(t, &size) || !read_sized(f_, pop(), n, &v)) return false;
      push(v);
      return true;
    }
    default: {  // convert, reinterpret
      uint64_t t = r_.uleb();
      if (!size_of(t, &size)) return false;
      push(narrow(pop(), size));
      return true;
    }
  }
}

bool Machine::one() {
  uint8_t op = r_.u8();
  uint64_t v;
  if (op >= kOpLit0 && op < kOpReg0) return push(op - kOpLit0), true;
  if (op >= kOpReg0 && op < kOpBreg0) return in_register(op - kOpReg0);
  if (op >= kOpBreg0 && op < kOpRegx) {
    int64_t off = r_.sleb();
    if (!register_value(*f_.regs, op - kOpBreg0, &v)) return false;
    return push(v + static_cast<uint64_t>(off)), true;
  }
  if (op >= kOpConst1u && op <= kOpConsts) return constant(op);
  if (op >= kOpDup && op <= kOpRot) return stack_op(op);
  switch (op) {
    case kOpAddr:
      return push(r_.u64() + f_.m->bias), true;
    case kOpAddrx:
      if (!index_addr(f_.m, f_.u, r_.uleb(), &v)) return false;
      return push(v + f_.m->bias), true;
    case kOpConstx:
      if (!index_addr(f_.m, f_.u, r_.uleb(), &v)) return false;
      return push(v), true;
    case kOpDeref:
    case kOpDerefSize: {
      size_t n = op == kOpDeref ? 8 : r_.u8();
      if (!read_sized(f_, pop(), n, &v)) return false;
      return push(v), true;
    }
    case kOpPlusUconst:
      return push(pop() + r_.uleb()), true;
    case kOpBra:
    case kOpSkip: {
      auto to = static_cast<int16_t>(r_.u16());
      if (op == kOpBra && pop() == 0) return true;
      if (to < start_ - r_.p || to > r_.end - r_.p) return false;
      r_.p += to;
      return true;
    }
    case kOpRegx:
      return in_register(r_.uleb());
    case kOpBregx: {
      uint64_t reg = r_.uleb();
      int64_t off = r_.sleb();
      if (!register_value(*f_.regs, reg, &v)) return false;
      return push(v + static_cast<uint64_t>(off)), true;
    }
    case kOpFbreg:
      return frame_base(r_.sleb());
    case kOpCallFrameCfa:
      if (!f_.regs->cfa) return false;
      return push(f_.regs->cfa), true;
    case kOpNop:
      return true;
    case kOpPiece:
      return piece(r_.uleb());
    case kOpStackValue:
      return set_direct(Place::kConstant, pop());
    case kOpImplicitValue: {
      uint64_t n = r_.uleb();
      if (!r_.need(n)) return false;
      set_direct(Place::kBytes, 0);
      direct_.bytes = r_.p;
      direct_.len = n;
      r_.skip(n);
      return true;
    }
    case kOpImplicitPointer:
    case kOpGnuImplicitPointer:  // points at something that is not in memory
      r_.offset(f_.u->dwarf64);
      r_.sleb();
      return set_direct(Place::kUnknown, 0);
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

// call_site_value evaluates, in the caller's frame, what the call put into register reg.
bool call_site_value(const Frame& callee, uint64_t reg, uint64_t* out, bool* certain) {
  const FrameRegs* cr = callee.regs->caller;
  if (!cr || !(cr->valid >> 16 & 1) || callee.depth >= kMaxEntryDepth) return false;
  Module* m = callee.m;
  uint64_t ret = cr->reg[16] - m->bias;
  Unit* u = unit_for_pc(m, ret - 1);
  uint64_t lo;
  uint32_t fn = u && walk_unit(m, u) ? fn_for_pc(u, ret - 1, &lo) : ~0u;
  if (fn == ~0u) return false;
  Frame caller{m, u, node_die(m, u, fn), ret - 1, cr, callee.mem, callee.depth + 1};
  bool done = false, found = false;
  auto look = [&](const Die& site) {
    if (site.tag() != kTagCallSite && site.tag() != kTagGnuCallSite) return true;
    uint64_t at;
    if (!(site.addr(kAtCallReturnPc, &at) || site.addr(kAtLowPc, &at)) || at != ret) return true;
    done = true;
    Die target = site.ref(0x7f);  // DW_AT_call_origin
    if (!target) target = site.ref(kAtAbstractOrigin);
    // Another function than called stands here: it was reached by a tail call, whose arguments are not known.
    if (target && decl_of(target).off != decl_of(callee.fn).off) return false;
    if (!target) *certain = false;
    for_each_child(site, [&](const Die& p) {
      Value loc, val;
      if (!p.get(kAtLocation, &loc) || loc.kind != Value::kBlock || loc.len != 1 || loc.block[0] != kOpReg0 + reg)
        return true;
      if ((p.get(kAtCallValue, &val) || p.get(kAtGnuCallSiteValue, &val)) && val.kind == Value::kBlock) {
        Machine e(caller, {val.block, val.len});
        found = e.number(out);
        *certain = *certain && e.certain();
      }
      return false;
    });
    return false;
  };
  for_each_child(caller.fn, look);
  for (uint32_t i = fn + 1; i < u->nodes[fn].end && !done; i++) for_each_child(node_die(m, u, i), look);
  return found;
}

bool Machine::entry_value(Bytes code) {
  if (code.n != 1 || code.p[0] < kOpReg0 || code.p[0] >= kOpBreg0) return false;
  uint64_t v;
  bool certain = true;
  if (!call_site_value(f_, code.p[0] - kOpReg0, &v, &certain)) return false;
  certain_ = certain_ && certain;
  push(v);
  return true;
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
  Machine m(f, code);
  if (!m.run(out)) {
    *out = ValuePlace{};
    return false;
  }
  if (!out->pieces) return out->whole.kind != Place::kUnknown;
  for (int i = 0; i < out->pieces; i++)
    if (out->piece[i].place.kind != Place::kUnknown) return true;
  return false;
}

// value_at_entry is the last resort for an argument that the code no longer needs: its stack slot, or what the call
// site put into its register. It may have been overwritten since: uncertain, which the trace shows by "?".
void value_at_entry(const Frame& f, const Value& list, ValuePlace* out) {
  uint64_t entry;
  Bytes code;
  *out = ValuePlace{};
  if (!f.fn.addr(kAtLowPc, &entry) || !list_entry(f, list, entry, &code) || code.n == 0) return;
  uint8_t op = code.p[0];
  Value base;
  if (op == kOpFbreg && f.fn.get(kAtFrameBase, &base) && base.kind == Value::kBlock && base.len == 1 &&
      base.block[0] == kOpCallFrameCfa) {
    if (evaluate(f, code, out)) out->whole.certain = false;
    return;
  }
  uint64_t v;
  bool certain;
  if (code.n != 1 || op < kOpReg0 || op >= kOpBreg0 || !call_site_value(f, op - kOpReg0, &v, &certain)) return;
  out->whole.kind = Place::kConstant;
  out->whole.v = v;
  out->whole.certain = false;
}

}  // namespace

void find_place(const Frame& f, const Die& param, ValuePlace* out) {
  *out = ValuePlace{};
  Value v;
  if (param.get(kAtConstValue, &v)) {
    if (v.kind == Value::kBlock) {
      out->whole.kind = Place::kBytes;
      out->whole.bytes = v.block;
      out->whole.len = v.len;
    } else if (v.kind == Value::kUint || v.kind == Value::kSint) {
      out->whole.kind = Place::kConstant;
      out->whole.v = v.u;
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
  if (!f.regs->exact && list_entry(f, v, f.pc + 1, &code) && evaluate(f, code, out)) return;
  value_at_entry(f, v, out);
}

static bool fetch_place(const Frame& f, const Place& p, uint64_t offset, size_t n, uint64_t* out) {
  *out = 0;
  switch (p.kind) {
    case Place::kMemory:
      return f.mem->read(p.v + offset, out, n);
    case Place::kRegister:
    case Place::kConstant:
      if (offset + n > 8) return false;
      *out = p.v >> (8 * offset);
      if (n < 8) *out &= (uint64_t{1} << (8 * n)) - 1;
      return true;
    case Place::kBytes:
      if (offset + n > p.len) return false;
      memcpy(out, p.bytes + offset, n);
      return true;
    default:
      return false;
  }
}

bool fetch(const Frame& f, const ValuePlace& v, uint64_t offset, size_t n, uint64_t* out, bool* certain) {
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

ValuePlace memory_at(uint64_t addr, bool certain) {
  ValuePlace v;
  v.whole.kind = Place::kMemory;
  v.whole.v = addr;
  v.whole.certain = certain;
  return v;
}

}  // namespace gort::rt::symtab
