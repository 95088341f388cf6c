// Building and running plans. Running needs no lock and no memory of its own.
#include "runtime/symtab/plan.h"

#include <cstring>

#include "runtime/sink.h"
#include "runtime/symtab/kept.h"

namespace gort::rt::symtab {

bool fold(Step::Op op, uint64_t a, uint64_t b, uint64_t* out) {
  auto sa = static_cast<int64_t>(a), sb = static_cast<int64_t>(b);
  switch (op) {
    case Step::kAdd:
      *out = a + b;
      return true;
    case Step::kSub:
      *out = a - b;
      return true;
    case Step::kMul:
      *out = a * b;
      return true;
    case Step::kDiv:
      if (b == 0 || (sb == -1 && a == uint64_t{1} << 63)) return false;
      *out = static_cast<uint64_t>(sa / sb);
      return true;
    case Step::kMod:
      if (b == 0) return false;
      *out = a % b;
      return true;
    case Step::kAnd:
      *out = a & b;
      return true;
    case Step::kOr:
      *out = a | b;
      return true;
    case Step::kXor:
      *out = a ^ b;
      return true;
    case Step::kShl:
      *out = b > 63 ? 0 : a << b;
      return true;
    case Step::kShr:
      *out = b > 63 ? 0 : a >> b;
      return true;
    case Step::kSar:
      *out = static_cast<uint64_t>(sa >> (b > 63 ? 63 : b));
      return true;
    case Step::kEq:
      *out = sa == sb;
      return true;
    case Step::kNe:
      *out = sa != sb;
      return true;
    case Step::kLt:
      *out = sa < sb;
      return true;
    case Step::kLe:
      *out = sa <= sb;
      return true;
    case Step::kGt:
      *out = sa > sb;
      return true;
    case Step::kGe:
      *out = sa >= sb;
      return true;
    default:
      return false;
  }
}

// ---- building ----

Step* PlanBuilder::add(Step::Op op) {
  if (n_ >= kMaxSteps) {
    full_ = true;
    return nullptr;
  }
  Step* s = &step_[n_++];
  *s = Step{};
  s->op = op;
  return s;
}

Operand PlanBuilder::load(Operand addr, size_t size) {
  if (!addr.known() || size == 0 || size > 8 || temps_ == kMaxTemps) return {};
  Step* s = add(Step::kLoad);
  if (s == nullptr) return {};
  s->a = addr.base;
  s->x = addr.add;
  s->size = static_cast<uint32_t>(size);
  return {static_cast<uint8_t>(Operand::kTemp0 + temps_++), 0};
}

Operand PlanBuilder::load_through(Operand pointer, int64_t offset) {
  int at = n_;
  Operand loaded = load(pointer.plus(offset), 8);
  if (n_ > at) {
    step_[n_ - 1].b = 1;
    step_[n_ - 1].y = offset;
  }
  return loaded;
}

Operand PlanBuilder::binary(Step::Op op, Operand a, Operand b) {
  if (!a.known() || !b.known()) return {};
  if (op == Step::kAdd && b.is_constant()) return a.plus(b.add);
  if (op == Step::kAdd && a.is_constant()) return b.plus(a.add);
  if (op == Step::kSub && b.is_constant()) return a.plus(static_cast<int64_t>(0 - static_cast<uint64_t>(b.add)));
  if (a.is_constant() && b.is_constant()) {
    uint64_t v;
    if (!fold(op, static_cast<uint64_t>(a.add), static_cast<uint64_t>(b.add), &v)) return {};
    return Operand::constant(v);
  }
  Step* s = temps_ < kMaxTemps ? add(op) : nullptr;
  if (s == nullptr) return {};
  s->a = a.base;
  s->x = a.add;
  s->b = b.base;
  s->y = b.add;
  return {static_cast<uint8_t>(Operand::kTemp0 + temps_++), 0};
}

Operand PlanBuilder::narrow(Operand v, size_t size) {
  if (size >= 8) return v;
  return binary(Step::kAnd, v, Operand::constant((uint64_t{1} << (8 * size)) - 1));
}

void PlanBuilder::text(char c) {
  if (text_n_ < sizeof text_) text_[text_n_++] = c;
}

void PlanBuilder::text(const char* s) {
  while (*s) text(*s++);
}

void PlanBuilder::flush() {
  if (flushed_ == text_n_) return;
  Step* s = &step_[n_];  // there is room for the last text beyond kMaxSteps
  if (n_ < kMaxSteps + 2) n_++;
  *s = Step{};
  s->op = Step::kText;
  s->x = static_cast<int64_t>(flushed_);  // relative to texts() until the plan is kept
  s->size = static_cast<uint32_t>(text_n_ - flushed_);
  flushed_ = text_n_;
}

void PlanBuilder::word(Operand v, size_t size, bool certain) {
  if (full_ || n_ >= kMaxSteps - 1) {
    if (!full_) text("...");
    full_ = true;
    return;
  }
  if (!v.known()) return text('_');
  flush();
  Step* s = add(Step::kWord);
  if (s == nullptr) return;
  s->a = v.base;
  s->x = v.add;
  s->b = certain;
  s->size = static_cast<uint32_t>(size);
}

void PlanBuilder::finish() {
  flush();
}

// ---- running ----

namespace {

constexpr int kMaxEntryDepth = 16;  // an entry value whose caller's value is again an entry value
constexpr int kMaxSiteTemps = 8;    // in what a call site says; bounds the stack that the recursion takes

struct Known {  // no initialisers: a Runner has an array of it
  uint64_t v;
  bool known, certain;
};

template <int kTemps>
class Runner {
 public:
  Runner(const Kept& k, uint32_t function, const char* linkage, const FrameView& f, MemReader& mem, int depth)
      : k_(k), function_(function), linkage_(linkage), f_(f), mem_(mem), depth_(depth) {}

  Known get(uint8_t base, int64_t add) const {
    Known r{0, true, true};
    auto n = static_cast<uint64_t>(add);
    if (base >= Operand::kTemp0) {
      int t = base - Operand::kTemp0;
      r = t < ntemp_ ? temp_[t] : Known{0, false, true};
      r.v += n;
    } else if (base < Operand::kCfa) {
      r.v = f_.reg[base] + n;
      r.known = f_.valid >> base & 1;
    } else if (base == Operand::kCfa) {
      r.v = f_.cfa + n;
      r.known = f_.cfa != 0;
    } else if (base == Operand::kNone) {
      r.v = n;
    } else if (base == Operand::kUnknown) {
      r.known = false;
    } else {
      r = at_entry(base - Operand::kEntry0);
      r.v += n;
    }
    return r;
  }

  // Steps that compute; text and words are the caller's.
  void compute(const Step& s) {
    if (ntemp_ == kTemps) return;
    Known a = get(s.a, s.x), t{0, a.known, a.certain};
    if (s.op == Step::kLoad) {
      bool null = s.b != 0 && a.v == static_cast<uint64_t>(s.y);
      t.known = a.known && (null || mem_.read(a.v, &t.v, s.size));
    } else {
      Known b = get(s.b, s.y);
      bool by_31 = s.op == Step::kSar && b.v == 31;
      if (s.op == Step::kDiv || (s.op == Step::kSar && b.v < 32)) extend(&a, by_31);
      if (s.op == Step::kDiv) extend(&b, false);
      t.known = a.known && b.known && fold(s.op, a.v, b.v, &t.v);
      t.certain = a.certain && b.certain;
    }
    temp_[ntemp_++] = t;
  }

 private:
  const Kept& k_;
  uint32_t function_;
  const char* linkage_;
  const FrameView& f_;
  MemReader& mem_;
  int depth_;
  Known temp_[kTemps];
  int ntemp_ = 0;

  // g++ describes the division of 32-bit values as if registers held them with their sign in all 64 bits; they hold
  // them with zeros above. What looks like such a negative value is taken for one, and is sure to be one only where its
  // sign is asked for, by a shift by 31.
  static void extend(Known* v, bool sure) {
    if (v->v >> 31 != 1) return;
    v->v |= ~uint64_t{0} << 32;
    v->certain &= sure;
  }

  // Whether the site calls this function, or none by name. Another function than called stands here when it was
  // reached by a tail call, whose arguments are not known. Of a function in another unit only a declaration is at hand.
  bool calls_this(const CallSite& s) const {
    if (s.target == 0 || s.target == function_) return true;
    return s.linkage != nullptr && linkage_ != nullptr && strcmp(s.linkage, linkage_) == 0;
  }

  Known at_entry(int reg) const {
    FrameNotes* notes = reg < 10 ? f_.notes : nullptr;
    uint32_t bit = 1u << reg;
    if (notes != nullptr && ((notes->known | notes->failed) & bit))
      return {notes->entry[reg], (notes->known & bit) != 0, (notes->certain & bit) != 0};
    Known r = ask_caller(reg);
    if (notes != nullptr) {
      notes->entry[reg] = r.v;
      (r.known ? notes->known : notes->failed) |= bit;
      if (r.certain) notes->certain |= bit;
    }
    return r;
  }

  Known ask_caller(int reg) const {
    Known none{0, false, true};
    const FrameView* c = f_.caller;
    if (c == nullptr || !(c->valid >> 16 & 1) || depth_ == kMaxEntryDepth) return none;
    const Kept* caller = kept_caller(k_, *c);
    const CallSite* site = caller != nullptr ? call_site(*caller) : nullptr;
    if (site == nullptr || !calls_this(*site)) return none;
    for (uint32_t i = 0; i < site->n; i++) {
      const SiteParam& p = site->param[i];
      if (p.reg != reg) continue;
      const Plan* plan = plan_of(*caller);
      Runner<kMaxSiteTemps> run(*caller, plan ? plan->function : 0, plan ? plan->linkage : nullptr, *c, mem_,
                                depth_ + 1);
      for (uint32_t j = 0; j < p.n; j++) run.compute(site->step[p.first + j]);
      Known r = run.get(p.value.base, p.value.add);
      if (r.known && site->target == 0) r.certain = false;
      return r;
    }
    return none;
  }
};

}  // namespace

size_t run_plan(const Kept& k, const Plan& p, const FrameView& f, MemReader& mem, char* buf) {
  Runner<kMaxTemps> run(k, p.function, p.linkage, f, mem, 0);
  size_t n = 0;
  constexpr size_t kWord = 24;
  for (uint32_t i = 0; i < p.n; i++) {
    const Step& s = p.step[i];
    if (s.op == Step::kText) {
      if (s.size > kMaxArgs - n) break;
      memcpy(buf + n, reinterpret_cast<const char*>(s.x), s.size);
      n += s.size;
    } else if (s.op == Step::kWord) {
      if (kWord > kMaxArgs - n) break;
      Known v = run.get(s.a, s.x);
      if (!v.known) {
        buf[n++] = '_';
        continue;
      }
      if (s.size < 8) v.v &= (uint64_t{1} << (8 * s.size)) - 1;
      n += put_hex(buf + n, v.v);
      if (!v.certain || !s.b) buf[n++] = '?';
    } else {
      run.compute(s);
    }
  }
  return n;
}

}  // namespace gort::rt::symtab
