// Abbreviations, attribute forms, strings, addresses and range lists.
#include "runtime/symtab/dwarf.h"

namespace gort::rt::symtab {

enum Form : uint16_t {
  kAddrForm = 0x01,
  kBlock2 = 0x03,
  kBlock4 = 0x04,
  kData2 = 0x05,
  kData4 = 0x06,
  kData8 = 0x07,
  kStringForm = 0x08,
  kBlockForm = 0x09,
  kBlock1 = 0x0a,
  kData1 = 0x0b,
  kFlag = 0x0c,
  kSdata = 0x0d,
  kStrp = 0x0e,
  kUdata = 0x0f,
  kRefAddr = 0x10,
  kRef1 = 0x11,
  kRef2 = 0x12,
  kRef4 = 0x13,
  kRef8 = 0x14,
  kRefUdata = 0x15,
  kIndirect = 0x16,
  kSecOffsetForm = 0x17,
  kExprloc = 0x18,
  kFlagPresent = 0x19,
  kStrx = 0x1a,
  kAddrx = 0x1b,
  kRefSup4 = 0x1c,
  kStrpSup = 0x1d,
  kData16 = 0x1e,
  kLineStrp = 0x1f,
  kRefSig8 = 0x20,
  kImplicitConst = 0x21,
  kLoclistx = 0x22,
  kRnglistx = 0x23,
  kRefSup8 = 0x24,
  kStrx1 = 0x25,
  kStrx2 = 0x26,
  kStrx3 = 0x27,
  kStrx4 = 0x28,
  kAddrx1 = 0x29,
  kAddrx2 = 0x2a,
  kAddrx3 = 0x2b,
  kAddrx4 = 0x2c,
  kGnuRefAlt = 0x1f20,
  kGnuStrpAlt = 0x1f21,
};

const Abbrev* AbbrevTable::find(uint64_t code) const {
  if (code - 1 < n && abbrev[code - 1].code == code) return &abbrev[code - 1];  // both compilers number them 1..n
  for (uint32_t i = 0; i < n; i++)
    if (abbrev[i].code == code) return &abbrev[i];
  return nullptr;
}

int fixed_form_size(uint16_t form, const Unit* u) {
  switch (form) {
    case kFlagPresent:
    case kImplicitConst:
      return 0;
    case kData1:
    case kRef1:
    case kFlag:
    case kStrx1:
    case kAddrx1:
      return 1;
    case kData2:
    case kRef2:
    case kStrx2:
    case kAddrx2:
      return 2;
    case kStrx3:
    case kAddrx3:
      return 3;
    case kData4:
    case kRef4:
    case kStrx4:
    case kAddrx4:
    case kRefSup4:
      return 4;
    case kData8:
    case kRef8:
    case kRefSig8:
    case kRefSup8:
    case kAddrForm:
      return 8;
    case kData16:
      return 16;
    case kStrp:
    case kLineStrp:
    case kSecOffsetForm:
    case kStrpSup:
    case kGnuRefAlt:
    case kGnuStrpAlt:
    case kRefAddr:
      return u->dwarf64 ? 8 : 4;
    default:
      return -1;
  }
}

AbbrevTable* abbrev_table(Module* m, uint64_t off) {
  for (AbbrevTable* t = m->abbrev_tables; t; t = t->next)
    if (t->offset == off) return t;
  Bytes s = m->sec(kAbbrev);
  if (off >= s.n) return nullptr;
  // Two passes, so that each array is allocated once, at its size.
  uint32_t count = 0, nattr = 0;
  for (Reader r{s.p + off, s.p + s.n}; r.ok;) {
    if (r.uleb() == 0) break;
    r.uleb();
    r.u8();
    count++;
    for (;;) {
      uint64_t at = r.uleb(), form = r.uleb();
      if (form == kImplicitConst) r.sleb();
      if (!r.ok || (at == 0 && form == 0)) break;
      nattr++;
    }
  }
  auto* t = m->arena.make<AbbrevTable>();
  auto* ab = m->arena.make<Abbrev>(count);
  auto* spec = m->arena.make<AttrSpec>(nattr);
  if (!t || !ab || !spec) return nullptr;
  Reader r{s.p + off, s.p + s.n};
  for (uint32_t i = 0; i < count && r.ok; i++) {
    Abbrev& a = ab[i];
    a.code = static_cast<uint32_t>(r.uleb());
    a.tag = static_cast<uint16_t>(r.uleb());
    a.children = r.u8() != 0;
    a.attr = spec;
    for (;;) {
      uint64_t at = r.uleb(), form = r.uleb();
      int64_t implicit = form == kImplicitConst ? r.sleb() : 0;
      if (!r.ok || (at == 0 && form == 0)) break;
      *spec++ = {static_cast<uint16_t>(at), static_cast<uint16_t>(form), implicit};
      a.nattr++;
    }
    a.fixed_size = -2;  // computed when first skipped: it depends on the unit's offset size
  }
  *t = {off, ab, count, m->abbrev_tables};
  m->abbrev_tables = t;
  return t;
}

static Value block(Reader& r, uint64_t n) {
  Value v;
  v.kind = Value::kBlock;
  v.block = r.p;
  v.len = n;
  r.skip(n);
  if (!r.ok) v.len = 0;
  return v;
}

static const char* string_at(Bytes s, uint64_t off) {
  if (off >= s.n || !memchr(s.p + off, 0, s.n - off)) return nullptr;
  return reinterpret_cast<const char*>(s.p + off);
}

static Value string_value(const char* s) {
  Value v;
  if (s) v = {Value::kString, 0, reinterpret_cast<const uint8_t*>(s), 0};
  return v;
}

static uint64_t u24(Reader& r) {
  uint64_t lo = r.u16();
  return lo | static_cast<uint64_t>(r.u8()) << 16;
}

bool read_form(const Module* m, const Unit* u, Reader& r, uint16_t form, int64_t implicit, Value* v) {
  *v = Value{};
  auto set = [v](Value::Kind k, uint64_t n) {
    v->kind = k;
    v->u = n;
  };
  switch (form) {
    case kAddrForm:
      set(Value::kAddr, r.u64());
      break;
    case kBlock1:
      *v = block(r, r.u8());
      break;
    case kBlock2:
      *v = block(r, r.u16());
      break;
    case kBlock4:
      *v = block(r, r.u32());
      break;
    case kBlockForm:
    case kExprloc:
      *v = block(r, r.uleb());
      break;
    case kData16:
      *v = block(r, 16);
      break;
    case kData1:
    case kFlag:
      set(Value::kUint, r.u8());
      break;
    case kData2:
      set(Value::kUint, r.u16());
      break;
    case kData4:
      set(Value::kUint, r.u32());
      break;
    case kData8:
      set(Value::kUint, r.u64());
      break;
    case kUdata:
      set(Value::kUint, r.uleb());
      break;
    case kSdata:
      set(Value::kSint, static_cast<uint64_t>(r.sleb()));
      break;
    case kImplicitConst:
      set(Value::kSint, static_cast<uint64_t>(implicit));
      break;
    case kFlagPresent:
      set(Value::kUint, 1);
      break;
    case kStringForm:
      *v = string_value(r.cstr());
      break;
    case kStrp:
      *v = string_value(string_at(m->sec(kStr), r.offset(u->dwarf64)));
      break;
    case kLineStrp:
      *v = string_value(string_at(m->sec(kLineStr), r.offset(u->dwarf64)));
      break;
    case kStrx:
      set(Value::kStringIndex, r.uleb());
      break;
    case kStrx1:
      set(Value::kStringIndex, r.u8());
      break;
    case kStrx2:
      set(Value::kStringIndex, r.u16());
      break;
    case kStrx3:
      set(Value::kStringIndex, u24(r));
      break;
    case kStrx4:
      set(Value::kStringIndex, r.u32());
      break;
    case kAddrx:
      set(Value::kAddrIndex, r.uleb());
      break;
    case kAddrx1:
      set(Value::kAddrIndex, r.u8());
      break;
    case kAddrx2:
      set(Value::kAddrIndex, r.u16());
      break;
    case kAddrx3:
      set(Value::kAddrIndex, u24(r));
      break;
    case kAddrx4:
      set(Value::kAddrIndex, r.u32());
      break;
    case kRefAddr:
      set(Value::kRef, u->version <= 2 ? r.u64() : r.offset(u->dwarf64));
      break;
    case kRef1:
      set(Value::kRef, u->off + r.u8());
      break;
    case kRef2:
      set(Value::kRef, u->off + r.u16());
      break;
    case kRef4:
      set(Value::kRef, u->off + r.u32());
      break;
    case kRef8:
      set(Value::kRef, u->off + r.u64());
      break;
    case kRefUdata:
      set(Value::kRef, u->off + r.uleb());
      break;
    case kSecOffsetForm:
      set(Value::kSecOffset, r.offset(u->dwarf64));
      break;
    case kLoclistx:
    case kRnglistx:
      set(Value::kListIndex, r.uleb());
      break;
    // In another file (dwz, split type units): read over, unknown.
    case kRefSig8:
    case kRefSup8:
      r.skip(8);
      break;
    case kRefSup4:
      r.skip(4);
      break;
    case kStrpSup:
    case kGnuRefAlt:
    case kGnuStrpAlt:
      r.offset(u->dwarf64);
      break;
    case kIndirect: {
      uint16_t f = static_cast<uint16_t>(r.uleb());
      return f != kIndirect && f != kImplicitConst && read_form(m, u, r, f, 0, v);
    }
    default:
      r.ok = false;
  }
  return r.ok;
}

const char* value_str(const Module* m, const Unit* u, const Value& v) {
  if (v.kind == Value::kString) return reinterpret_cast<const char*>(v.block);
  if (v.kind != Value::kStringIndex) return nullptr;
  Bytes s = m->sec(kStrOffsets);
  size_t w = u->dwarf64 ? 8 : 4;
  uint64_t base = u->str_offsets_base ? u->str_offsets_base : 2 * w;
  if (base > s.n || v.u >= (s.n - base) / w) return nullptr;
  Reader r{s.p + base + v.u * w, s.p + s.n};
  return string_at(m->sec(kStr), r.offset(u->dwarf64));
}

bool index_addr(const Module* m, const Unit* u, uint64_t index, uint64_t* out) {
  Bytes s = m->sec(kAddr);
  uint64_t base = u->addr_base ? u->addr_base : 8;
  if (base > s.n || index >= (s.n - base) / 8) return false;
  Reader r{s.p + base + index * 8, s.p + s.n};
  *out = r.u64();
  return r.ok;
}

bool value_addr(const Module* m, const Unit* u, const Value& v, uint64_t* out) {
  if (v.kind == Value::kAddrIndex) return index_addr(m, u, v.u, out);
  *out = v.u;
  return v.kind == Value::kAddr;
}

Die die_at(Module* m, Unit* u, uint32_t off) {
  Die d;
  if (!u || off < u->first_die || off >= u->end) return d;
  if (!u->abbrevs && !(u->abbrevs = abbrev_table(m, u->abbrev_off))) return d;
  Bytes s = m->sec(kInfo);
  Reader r{s.p + off, s.p + u->end};
  uint64_t code = r.uleb();
  if (!r.ok || code == 0) return d;
  d.m = m;
  d.u = u;
  d.off = off;
  d.ab = u->abbrevs->find(code);
  d.attrs = r.p;
  return d;
}

bool Die::get(uint16_t at, Value* v) const {
  if (!ab) return false;
  bool present = false;
  for (int i = 0; i < ab->nattr && !present; i++) present = ab->attr[i].at == at;
  if (!present) return false;
  Reader r{attrs, m->sec(kInfo).p + u->end};
  for (int i = 0; i < ab->nattr; i++) {
    const AttrSpec& s = ab->attr[i];
    if (s.at != at) {
      int n = fixed_form_size(s.form, u);
      Value skip;
      if (n >= 0)
        r.skip(static_cast<uint64_t>(n));
      else if (!read_form(m, u, r, s.form, s.implicit, &skip))
        return false;
      continue;
    }
    return read_form(m, u, r, s.form, s.implicit, v) && v->kind != Value::kNone;
  }
  return false;
}

bool Die::has(uint16_t at) const {
  if (ab)
    for (int i = 0; i < ab->nattr; i++)
      if (ab->attr[i].at == at) return true;
  return false;
}

bool Die::flag(uint16_t at) const {
  return num(at) != 0;
}

uint64_t Die::num(uint16_t at, uint64_t otherwise) const {
  Value v;
  if (!get(at, &v) || (v.kind != Value::kUint && v.kind != Value::kSint && v.kind != Value::kSecOffset))
    return otherwise;
  return v.u;
}

const char* Die::str(uint16_t at) const {
  Value v;
  return get(at, &v) ? value_str(m, u, v) : nullptr;
}

bool Die::addr(uint16_t at, uint64_t* out) const {
  Value v;
  return get(at, &v) && value_addr(m, u, v, out);
}

Die Die::ref(uint16_t at) const {
  Value v;
  if (!get(at, &v) || v.kind != Value::kRef || v.u > m->sec(kInfo).n) return {};
  uint32_t to = static_cast<uint32_t>(v.u);
  if (to >= u->off && to < u->end) return die_at(m, u, to);
  Unit* other = unit_at(m, to);
  return other ? die_at(m, other, to) : Die{};
}

Reader Die::end_of_attrs() const {
  Reader r{attrs, m->sec(kInfo).p + u->end};
  int32_t& fixed = const_cast<Abbrev*>(ab)->fixed_size;
  if (fixed == -2) {
    fixed = 0;
    for (int i = 0; i < ab->nattr && fixed >= 0; i++) {
      int n = fixed_form_size(ab->attr[i].form, u);
      fixed = n < 0 ? -1 : fixed + n;
    }
  }
  if (fixed >= 0) {
    r.skip(static_cast<uint64_t>(fixed));
    return r;
  }
  Value v;
  for (int i = 0; i < ab->nattr && r.ok; i++) {
    int n = fixed_form_size(ab->attr[i].form, u);
    if (n >= 0)
      r.skip(static_cast<uint64_t>(n));
    else
      read_form(m, u, r, ab->attr[i].form, ab->attr[i].implicit, &v);
  }
  return r;
}

const char* linkage_name(const Die& d) {
  const char* s = d.str(kAtLinkageName);
  return s ? s : d.str(kAtMipsLinkageName);
}

RangeCursor::RangeCursor(const Die& d, const Value& v) : m(d.m), u(d.u), base(d.u->low_pc) {
  Bytes s = m->sec(u->version >= 5 ? kRnglists : kRanges);
  uint64_t off = v.u;
  if (v.kind == Value::kListIndex) {
    size_t w = u->dwarf64 ? 8 : 4;
    uint64_t at = u->rnglists_base + v.u * w;
    if (at > s.n) return;
    Reader t{s.p + at, s.p + s.n};
    off = u->rnglists_base + t.offset(u->dwarf64);
    if (!t.ok) return;
  }
  if (off >= s.n) return;
  r = {s.p + off, s.p + s.n};
  ok = true;
}

bool RangeCursor::next(uint64_t* lo, uint64_t* hi) {
  while (ok && r.ok) {
    if (u->version < 5) {
      *lo = r.u64();
      *hi = r.u64();
      if (!r.ok || (*lo == 0 && *hi == 0)) return false;
      if (*lo == ~uint64_t{0}) {
        base = *hi;
        continue;
      }
      *lo += base;
      *hi += base;
      return true;
    }
    switch (r.u8()) {
      case 0:
        return false;  // end_of_list
      case 1:
        if (!index_addr(m, u, r.uleb(), &base)) return false;
        continue;  // base_addressx
      case 2:      // startx_endx
        if (!index_addr(m, u, r.uleb(), lo) || !index_addr(m, u, r.uleb(), hi)) return false;
        return r.ok;
      case 3:  // startx_length
        if (!index_addr(m, u, r.uleb(), lo)) return false;
        *hi = *lo + r.uleb();
        return r.ok;
      case 4:  // offset_pair
        *lo = base + r.uleb();
        *hi = base + r.uleb();
        return r.ok;
      case 5:
        base = r.u64();
        continue;  // base_address
      case 6:
        *lo = r.u64();
        *hi = r.u64();
        return r.ok;  // start_end
      case 7:
        *lo = r.u64();
        *hi = *lo + r.uleb();
        return r.ok;  // start_length
      default:
        return false;
    }
  }
  return false;
}

}  // namespace gort::rt::symtab
