// From a pc to its unit, its function and its chain of inlined calls.
//
// Units are indexed by their roots' code ranges. .debug_aranges is not read: clang writes none, and 400 roots take less
// than 2 ms. A unit is walked when first needed; the walk keeps scopes only and leaps over other subtrees by
// DW_AT_sibling.
#include <algorithm>

#include "runtime/symtab/dwarf.h"

namespace gort::rt::symtab {
namespace {

// Linkers leave the ranges of discarded functions at 0, 1 or near -1.
bool plausible(const Module* m, uint64_t lo) {
  return lo > 1 && lo >= m->elf.lo && lo < m->elf.hi;
}

// root_abbrev finds one declaration without decoding (and keeping) the whole table.
bool root_abbrev(const Module* m, uint64_t off, uint64_t code, Abbrev* ab, AttrSpec* spec, int max) {
  Bytes s = m->sec(kAbbrev);
  if (off >= s.n) return false;
  for (Reader r{s.p + off, s.p + s.n}; r.ok;) {
    uint64_t c = r.uleb();
    if (c == 0) return false;
    *ab = {static_cast<uint32_t>(c), static_cast<uint16_t>(r.uleb()), r.u8() != 0, 0, -2, spec};
    for (;;) {
      uint64_t at = r.uleb(), form = r.uleb();
      int64_t implicit = form == 0x21 ? r.sleb() : 0;  // DW_FORM_implicit_const
      if (!r.ok || (at == 0 && form == 0)) break;
      if (ab->nattr == max) return false;
      spec[ab->nattr++] = {static_cast<uint16_t>(at), static_cast<uint16_t>(form), implicit};
    }
    if (c == code) return r.ok;
  }
  return false;
}

void read_root(Module* m, Unit* u, uint32_t index) {
  AttrSpec spec[64];
  Abbrev ab;
  Bytes s = m->sec(kInfo);
  Reader r{s.p + u->first_die, s.p + u->end};
  uint64_t code = r.uleb();
  if (!r.ok || !root_abbrev(m, u->abbrev_off, code, &ab, spec, 64)) return;
  if (ab.tag != kTagCompileUnit && ab.tag != kTagPartialUnit && ab.tag != kTagSkeletonUnit) return;
  Die d{m, u, u->first_die, &ab, r.p};
  u->has_root = true;
  u->language = static_cast<uint16_t>(d.num(kAtLanguage));
  u->stmt_list = d.num(kAtStmtList, ~uint64_t{0});
  u->str_offsets_base = d.num(kAtStrOffsetsBase);
  u->addr_base = d.num(kAtAddrBase);
  u->rnglists_base = d.num(kAtRnglistsBase);
  u->loclists_base = d.num(kAtLoclistsBase);
  u->name = d.str(kAtName);
  u->comp_dir = d.str(kAtCompDir);
  d.addr(kAtLowPc, &u->low_pc);
  for_each_range(d, [&](uint64_t lo, uint64_t hi) {
    if (!plausible(m, lo)) return true;
    UnitRange* x = m->ranges.push(m->arena);
    if (x) *x = {lo, hi, index};
    u->is_code = true;
    return x != nullptr;
  });
}

bool read_header(Reader& r, const uint8_t* base, Unit* u) {
  u->off = static_cast<uint32_t>(r.p - base);
  uint64_t len = r.u32();
  u->dwarf64 = len == 0xffffffff;
  if (u->dwarf64) len = r.u64();
  if (!r.ok || len > static_cast<size_t>(r.end - r.p)) return false;
  const uint8_t* end = r.p + len;
  u->end = static_cast<uint32_t>(end - base);
  u->version = r.u16();
  uint8_t type = 1, addr_size;
  if (u->version >= 5) {
    type = r.u8();
    addr_size = r.u8();
    u->abbrev_off = r.offset(u->dwarf64);
  } else {
    u->abbrev_off = r.offset(u->dwarf64);
    addr_size = r.u8();
  }
  if (type == 4 || type == 5) r.skip(8);  // skeleton, split: dwo id
  if (type == 2 || type == 6) {           // type units: signature and offset
    r.skip(8);
    r.offset(u->dwarf64);
  }
  u->first_die = static_cast<uint32_t>(r.p - base);
  if (u->version < 2 || u->version > 5 || addr_size != 8 || u->first_die >= u->end) u->state = Unit::kBroken;
  r.p = end;
  return r.ok;
}

bool scope_tag(uint16_t tag) {
  switch (tag) {
    case kTagNamespace:
    case kTagClass:
    case kTagStructure:
    case kTagUnion:
    case kTagEnumeration:
    case kTagSubprogram:
    case kTagLexicalBlock:
    case kTagInlinedSubroutine:
    case kTagCompileUnit:
    case kTagPartialUnit:
    case kTagSkeletonUnit:
    case kTagTypeUnit:
      return true;
    default:
      return false;
  }
}

bool die_covers(const Die& d, uint64_t pc, bool* has_code) {
  bool in = false;
  *has_code = false;
  for_each_range(d, [&](uint64_t lo, uint64_t hi) {
    *has_code = true;
    in = pc >= lo && pc < hi;
    return !in;
  });
  return in;
}

bool add_function(Module* m, Unit* u, const Die& d, uint32_t node) {
  if (!d.has(kAtLowPc) && !d.has(kAtRanges)) return true;
  bool room = true;
  for_each_range(d, [&](uint64_t lo, uint64_t hi) {
    if (!plausible(m, lo)) return true;
    FnRange* f = u->fns.push(m->arena);
    if (f) *f = {lo, hi, node};
    return room = f != nullptr;
  });
  return room;
}

constexpr int kMaxDepth = 256;

// walk_scopes is the one pass over a unit's DIEs. stack holds the enclosing nodes; a non-scope DIE with children
// repeats its parent's node there.
bool walk_scopes(Module* m, Unit* u) {
  Bytes s = m->sec(kInfo);
  Reader r{s.p + u->first_die, s.p + u->end};
  uint32_t stack[kMaxDepth];
  bool owns[kMaxDepth];
  int depth = 0;
  while (r.ok && r.p < r.end) {
    uint32_t off = static_cast<uint32_t>(r.p - s.p);
    uint64_t code = r.uleb();
    if (code == 0) {
      if (depth == 0) break;
      depth--;
      if (owns[depth]) u->nodes[stack[depth]].end = u->nodes.n;
      if (depth == 0) break;
      continue;
    }
    Die d{m, u, off, u->abbrevs->find(code), r.p};
    if (!r.ok || !d.ab) return false;
    uint32_t parent = depth ? stack[depth - 1] : 0;
    bool scope = scope_tag(d.ab->tag);
    uint32_t node = parent;
    if (scope) {
      Node* n = u->nodes.push(m->arena);
      if (!n) return false;
      node = u->nodes.n - 1;
      *n = {off, parent, u->nodes.n, d.ab->tag};
    } else if (d.ab->tag == kTagBaseType || d.ab->tag == kTagFormalParameter) {
      u->full = true;
    }
    r = d.end_of_attrs();
    if (!d.ab->children) continue;
    if (depth == kMaxDepth) return false;
    owns[depth] = scope;
    stack[depth++] = node;
  }
  return u->nodes.n != 0;
}

void index_units(Module* m) {
  Bytes s = m->sec(kInfo);
  if (s.n > 0xffffffff) return;
  for (Reader r{s.p, s.p + s.n}; r.p < r.end;) {
    Unit u{};
    if (!read_header(r, s.p, &u)) break;
    Unit* slot = m->units.push(m->arena);
    if (!slot) return;
    *slot = u;
  }
  for (uint32_t i = 0; i < m->units.n; i++)
    if (m->units[i].state == Unit::kFresh) read_root(m, &m->units[i], i);
  std::sort(m->ranges.data, m->ranges.data + m->ranges.n,
            [](const UnitRange& a, const UnitRange& b) { return a.lo < b.lo; });
}

}  // namespace

bool index_module(Module* m) {
  if (!m->indexed) {
    m->indexed = true;
    if (m->dwarf && m->dwarf->restore()) index_units(m);
  }
  return m->dwarf != nullptr;
}

Unit* unit_at(Module* m, uint32_t off) {
  Unit* b = m->units.data;
  Unit* e = b + m->units.n;
  Unit* u = std::upper_bound(b, e, off, [](uint32_t o, const Unit& x) { return o < x.off; });
  return u != b && off < u[-1].end && u[-1].state != Unit::kBroken ? u - 1 : nullptr;
}

Unit* unit_for_pc(Module* m, uint64_t pc) {
  UnitRange* b = m->ranges.data;
  UnitRange* e = b + m->ranges.n;
  UnitRange* r = std::upper_bound(b, e, pc, [](uint64_t p, const UnitRange& x) { return p < x.lo; });
  // A range may reach over its followers only in odd files; a few steps back cover those.
  for (int i = 0; i < 8 && r != b; i++) {
    --r;
    if (pc < r->hi) return &m->units[r->unit];
  }
  return nullptr;
}

bool walk_unit(Module* m, Unit* u) {
  if (u->state != Unit::kFresh) return u->state == Unit::kParsed;
  u->state = Unit::kBroken;
  if (!u->abbrevs && !(u->abbrevs = abbrev_table(m, u->abbrev_off))) return false;
  if (!walk_scopes(m, u)) return false;
  for (uint32_t i = 0; i < u->nodes.n; i++)
    if (u->nodes[i].tag == kTagSubprogram && !add_function(m, u, die_at(m, u, u->nodes[i].off), i)) return false;
  std::sort(u->fns.data, u->fns.data + u->fns.n, [](const FnRange& a, const FnRange& b) { return a.lo < b.lo; });
  u->state = Unit::kParsed;
  return true;
}

uint32_t node_at(const Unit* u, uint32_t off) {
  const Node* b = u->nodes.data;
  const Node* e = b + u->nodes.n;
  const Node* n = std::lower_bound(b, e, off, [](const Node& x, uint32_t o) { return x.off < o; });
  return n != e && n->off == off ? static_cast<uint32_t>(n - b) : ~0u;
}

uint32_t fn_for_pc(const Unit* u, uint64_t pc, uint64_t* lo) {
  const FnRange* b = u->fns.data;
  const FnRange* e = b + u->fns.n;
  const FnRange* f = std::upper_bound(b, e, pc, [](uint64_t p, const FnRange& x) { return p < x.lo; });
  if (f == b || pc >= f[-1].hi) return ~0u;
  --f;
  *lo = f->lo;
  return f->node;
}

int inline_chain(Module* m, Unit* u, uint32_t fn, uint64_t pc, uint32_t* chain, int max) {
  int n = 0;
  for (uint32_t i = fn + 1; i < u->nodes[fn].end && n < max;) {
    const Node& x = u->nodes[i];
    if (x.tag != kTagInlinedSubroutine && x.tag != kTagLexicalBlock) {
      i = x.end;
      continue;
    }
    bool has_code;
    bool in = die_covers(die_at(m, u, x.off), pc, &has_code);
    if (in && x.tag == kTagInlinedSubroutine) chain[n++] = i;
    i = in || (!has_code && x.tag == kTagLexicalBlock) ? i + 1 : x.end;
  }
  return n;
}

Die origin_of(Die d) {
  for (int i = 0; i < 16; i++) {
    Die o = d.ref(kAtAbstractOrigin);
    if (!o) break;
    d = o;
  }
  return d;
}

Die decl_of(Die d) {
  for (int i = 0; i < 16; i++) {
    Die o = d.ref(kAtAbstractOrigin);
    if (!o) o = d.ref(kAtSpecification);
    if (!o) break;
    d = o;
  }
  return d;
}

Die node_die(Module* m, Unit* u, uint32_t node) {
  return die_at(m, u, u->nodes[node].off);
}

uint32_t parent_scope(Module* m, const Die& d, Unit** u) {
  *u = d.u;
  if (!d || !walk_unit(m, d.u)) return ~0u;
  uint32_t n = node_at(d.u, d.off);
  if (n == ~0u || n == 0) return ~0u;
  do n = d.u->nodes[n].parent;
  while (n && d.u->nodes[n].tag == kTagLexicalBlock);
  return n;
}

}  // namespace gort::rt::symtab
