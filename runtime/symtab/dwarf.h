// The DWARF reader's data: Module (one object), Unit (one compilation unit), Node (one scope DIE), Die (a cursor).
//
// Only roots of units are read when a module is indexed; a unit is walked once, when a pc or a reference falls into it,
// and leaves an array of its scopes (namespaces, classes, functions, blocks, inlined calls) in file order with the
// parents that DWARF does not store. Everything else is read from the mapped section when asked for.
// Offsets are relative to .debug_info. All functions here need the module's lock.
#pragma once

#include "runtime/symtab/elf.h"
#include "runtime/symtab/mem.h"
#include "runtime/symtab/symtab.h"

namespace gort::rt::symtab {

enum Tag : uint16_t {
  kTagArray = 0x01,
  kTagClass = 0x02,
  kTagEnumeration = 0x04,
  kTagFormalParameter = 0x05,
  kTagLexicalBlock = 0x0b,
  kTagMember = 0x0d,
  kTagPointer = 0x0f,
  kTagReference = 0x10,
  kTagCompileUnit = 0x11,
  kTagStructure = 0x13,
  kTagSubroutineType = 0x15,
  kTagTypedef = 0x16,
  kTagUnion = 0x17,
  kTagInheritance = 0x1c,
  kTagInlinedSubroutine = 0x1d,
  kTagPtrToMember = 0x1f,
  kTagSubrange = 0x21,
  kTagBaseType = 0x24,
  kTagConst = 0x26,
  kTagSubprogram = 0x2e,
  kTagTemplateType = 0x2f,
  kTagVolatile = 0x35,
  kTagRestrict = 0x37,
  kTagNamespace = 0x39,
  kTagUnspecified = 0x3b,
  kTagPartialUnit = 0x3c,
  kTagTypeUnit = 0x41,
  kTagRvalueReference = 0x42,
  kTagAtomic = 0x47,
  kTagCallSite = 0x48,
  kTagCallSiteParameter = 0x49,
  kTagSkeletonUnit = 0x4a,
  kTagGnuTemplatePack = 0x4107,
  kTagGnuFormalPack = 0x4108,
  kTagGnuCallSite = 0x4109,
  kTagGnuCallSiteParameter = 0x410a,
};

enum At : uint16_t {
  kAtSibling = 0x01,
  kAtLocation = 0x02,
  kAtName = 0x03,
  kAtByteSize = 0x0b,
  kAtBitOffset = 0x0c,
  kAtBitSize = 0x0d,
  kAtStmtList = 0x10,
  kAtLowPc = 0x11,
  kAtHighPc = 0x12,
  kAtLanguage = 0x13,
  kAtCompDir = 0x1b,
  kAtConstValue = 0x1c,
  kAtUpperBound = 0x2f,
  kAtAbstractOrigin = 0x31,
  kAtArtificial = 0x34,
  kAtCount = 0x37,
  kAtDataMemberLocation = 0x38,
  kAtDeclColumn = 0x39,
  kAtDeclFile = 0x3a,
  kAtDeclLine = 0x3b,
  kAtDeclaration = 0x3c,
  kAtEncoding = 0x3e,
  kAtExternal = 0x3f,
  kAtFrameBase = 0x40,
  kAtSpecification = 0x47,
  kAtType = 0x49,
  kAtEntryPc = 0x52,
  kAtRanges = 0x55,
  kAtCallColumn = 0x57,
  kAtCallFile = 0x58,
  kAtCallLine = 0x59,
  kAtObjectPointer = 0x64,
  kAtSignature = 0x69,
  kAtDataBitOffset = 0x6b,
  kAtLinkageName = 0x6e,
  kAtStrOffsetsBase = 0x72,
  kAtAddrBase = 0x73,
  kAtRnglistsBase = 0x74,
  kAtCallReturnPc = 0x7d,
  kAtCallValue = 0x7e,
  kAtCallOrigin = 0x7f,
  kAtExportSymbols = 0x89,
  kAtLoclistsBase = 0x8c,
  kAtMipsLinkageName = 0x2007,
  kAtGnuCallSiteValue = 0x2111,
};

constexpr uint8_t kOpReg0 = 0x50;  // DW_OP_reg0

// Reader walks bytes with bounds; past the end it returns zeros and ok is false.
struct Reader {
  const uint8_t* p;
  const uint8_t* end;
  bool ok = true;

  bool need(size_t n) {
    if (static_cast<size_t>(end - p) >= n) return true;
    ok = false;
    p = end;
    return false;
  }
  template <class T>
  T fixed() {
    T v{};
    if (need(sizeof v)) {
      memcpy(&v, p, sizeof v);
      p += sizeof v;
    }
    return v;
  }
  uint8_t u8() { return fixed<uint8_t>(); }
  uint16_t u16() { return fixed<uint16_t>(); }
  uint32_t u32() { return fixed<uint32_t>(); }
  uint64_t u64() { return fixed<uint64_t>(); }
  uint64_t offset(bool dwarf64) { return dwarf64 ? u64() : u32(); }
  uint64_t uleb() {
    uint64_t v = 0;
    for (int s = 0;; s += 7) {
      uint8_t b = u8();
      if (s < 64) v |= static_cast<uint64_t>(b & 127) << s;
      if (!(b & 128)) return v;
    }
  }
  int64_t sleb() {
    uint64_t v = 0;
    int s = 0;
    uint8_t b;
    do {
      b = u8();
      if (s < 64) v |= static_cast<uint64_t>(b & 127) << s;
      s += 7;
    } while (b & 128);
    if (s < 64 && (b & 64)) v |= ~uint64_t{0} << s;
    return static_cast<int64_t>(v);
  }
  const char* cstr() {
    const void* z = memchr(p, 0, static_cast<size_t>(end - p));
    if (!z) {
      ok = false;
      p = end;
      return "";
    }
    const char* s = reinterpret_cast<const char*>(p);
    p = static_cast<const uint8_t*>(z) + 1;
    return s;
  }
  void skip(uint64_t n) {
    if (need(n)) p += n;
  }
};

struct Value {
  enum Kind : uint8_t {
    kNone,
    kUint,
    kSint,
    kAddr,
    kAddrIndex,
    kString,
    kStringIndex,
    kRef,
    kBlock,
    kSecOffset,
    kListIndex
  };
  Kind kind = kNone;
  uint64_t u = 0;                  // number, address, index, section offset, .debug_info offset of a reference
  const uint8_t* block = nullptr;  // of a string or block
  size_t len = 0;
};

struct AttrSpec {
  uint16_t at, form;
  int64_t implicit;
};

struct Abbrev {
  uint32_t code;
  uint16_t tag;
  bool children;
  uint16_t nattr;
  int32_t fixed_size;  // bytes of all attributes when every form has a fixed size, else -1
  const AttrSpec* attr;
};

struct AbbrevTable {
  uint64_t offset;
  const Abbrev* abbrev;
  uint32_t n;
  AbbrevTable* next;
  const Abbrev* find(uint64_t code) const;
};

struct Node {
  uint32_t off;
  uint32_t parent;  // index; the unit's root is its own parent
  uint32_t end;     // index after the last descendant
  uint16_t tag;
};

struct FnRange {
  uint64_t lo, hi;
  uint32_t node;
};

struct LineRow {
  uint64_t addr;
  uint32_t line;
  uint32_t file : 31;
  uint32_t end_sequence : 1;
};
struct LineSequence {
  uint64_t lo, hi;
  uint32_t first, n;
};
struct LineFile {
  const char* name;
  uint32_t dir;
  const char* full;  // composed on demand
};
struct LineTable {
  Vec<const char*> dirs;
  Vec<LineFile> files;
  Vec<LineRow> rows;
  Vec<LineSequence> seqs;
  uint32_t first_file;  // 1 before DWARF 5
};

struct Closure {
  uint32_t node;   // of the closure class
  uint32_t fn;     // declaring DIE offset of the enclosing function; 0 at namespace scope
  uint32_t scope;  // node of the namespace (or class), when fn is 0
  uint32_t outer;  // index of the closure whose body encloses this one; ~0 none
  uint32_t file, line, column;
  uint32_t number;  // of the linkage name's discriminator
  const char* linkage;
  Body body;
};

struct Unit {
  uint32_t off, end, first_die;
  uint16_t version;
  bool dwarf64;
  bool has_root = false, is_code = false;
  enum State : uint8_t { kFresh, kParsed, kBroken } state = kFresh;
  bool full = false;  // has types and parameters (not -g1)
  bool lines_tried = false, closures_done = false;
  uint16_t language = 0;
  uint64_t abbrev_off;
  AbbrevTable* abbrevs = nullptr;
  uint64_t low_pc = 0, stmt_list = ~uint64_t{0};
  uint64_t str_offsets_base = 0, addr_base = 0, rnglists_base = 0, loclists_base = 0;
  const char* comp_dir = nullptr;
  const char* name = nullptr;
  Vec<Node> nodes;
  Vec<FnRange> fns;
  LineTable* lines = nullptr;
  Vec<Closure> closures;
};

struct UnitRange {
  uint64_t lo, hi;
  uint32_t unit;
};

struct Module {
  const char* path = nullptr;
  uint64_t bias = 0;
  Elf elf;
  Elf debug;             // separate debug file, when dwarf points here
  Elf* dwarf = nullptr;  // whose sections to read; null: none
  const SymbolTable* symbols[2] = {nullptr, nullptr};
  Arena arena;
  TryLock lock;
  bool indexed = false;
  bool system = false;
  uint64_t main_entry = 0;  // less bias; 0 none
  uint32_t main_fn = 0;     // its declaring DIE or its closure class, resolved lazily; ~0 tried in vain
  AbbrevTable* abbrev_tables = nullptr;
  Vec<Unit> units;
  Vec<UnitRange> ranges;
  char* mark = nullptr;    // the arena's end without the index
  size_t budget = 0;       // bytes that the index may take
  uint32_t fresh = 0;      // lookups that have used the present index
  bool permanent = false;  // the main program: is never unloaded

  Bytes sec(Section s) const { return dwarf->section[s]; }
};

struct Die {
  Module* m = nullptr;
  Unit* u = nullptr;
  uint32_t off = 0;
  const Abbrev* ab = nullptr;
  const uint8_t* attrs = nullptr;

  explicit operator bool() const { return ab != nullptr; }
  uint16_t tag() const { return ab ? ab->tag : 0; }
  bool get(uint16_t at, Value* v) const;
  bool has(uint16_t at) const;
  bool flag(uint16_t at) const;
  uint64_t num(uint16_t at, uint64_t otherwise = 0) const;
  const char* str(uint16_t at) const;  // null if absent
  bool addr(uint16_t at, uint64_t* out) const;
  Die ref(uint16_t at) const;  // the DIE an attribute refers to, in whatever unit
  Reader end_of_attrs() const;
};

// dwarf.cc
AbbrevTable* abbrev_table(Module* m, uint64_t off);
bool read_form(const Module* m, const Unit* u, Reader& r, uint16_t form, int64_t implicit, Value* v);
int fixed_form_size(uint16_t form, const Unit* u);
const char* value_str(const Module* m, const Unit* u, const Value& v);
bool value_addr(const Module* m, const Unit* u, const Value& v, uint64_t* out);
bool index_addr(const Module* m, const Unit* u, uint64_t index, uint64_t* out);
Die die_at(Module* m, Unit* u, uint32_t off);
const char* linkage_name(const Die& d);

// for_each_child calls f(Die) for the direct children until it returns false.
template <class F>
void for_each_child(const Die& d, F f);

// for_each_range calls f(lo, hi) for a DIE's code ranges until it returns false.
template <class F>
void for_each_range(const Die& d, F f);

// module.cc
void drop_index(Module* m);  // the index's memory is given back; the next lookup makes it anew
void trim_index(Module* m);  // after a lookup: the same when it has grown beyond its budget
void drop_indices();         // of all objects of this process; takes their locks
size_t index_bytes();

// index.cc
bool index_module(Module* m);            // at first need; false: no debug information
Unit* unit_at(Module* m, uint32_t off);  // the unit that holds a .debug_info offset
Unit* unit_for_pc(Module* m, uint64_t pc);
bool walk_unit(Module* m, Unit* u);                            // fills nodes and fns; idempotent
uint32_t node_at(const Unit* u, uint32_t off);                 // index of the scope DIE at off; ~0 none
uint32_t fn_for_pc(const Unit* u, uint64_t pc, uint64_t* lo);  // node of the physical function; ~0 none
int inline_chain(Module* m, Unit* u, uint32_t fn, uint64_t pc, uint32_t* chain, int max);  // nodes, outermost first
Die origin_of(Die d);  // end of the abstract_origin chain
Die decl_of(Die d);    // the declaration: abstract_origin and specification chains to the end
Die node_die(Module* m, Unit* u, uint32_t node);
uint32_t parent_scope(Module* m, const Die& d, Unit** u);  // node of d's parent, lexical blocks skipped

// line.cc
LineTable* line_table(Module* m, Unit* u);
const char* line_file(Module* m, Unit* u, uint64_t index);  // clean absolute path; null if unknown
bool find_line(Module* m, Unit* u, uint64_t pc, const char** file, int* line);

// closure.cc
uint32_t closure_of(Module* m, Unit* u, uint32_t class_node);  // index into u->closures; ~0: not a closure class
bool closure_transparent(const Unit* u, uint32_t closure);     // a body that carries its function's name
uint32_t closure_rank(const Unit* u, uint32_t closure);        // 1 for the first literal of its function
// The declaring DIE of the function that a local entity's linkage name "_ZZ<function>E..." is nested in; 0 if not here.
uint32_t function_by_linkage(Module* m, Unit* u, const char* linkage);

// names.cc
struct FnName {
  bool closure = false;  // ends in .funcN or .M: a literal within gets a bare number
  Body body = Body::kNone;
  bool wrapper = false;
  int depth = 0;  // of enclosing functions; bounds the recursion in damaged files
};
bool function_name(Module* m, const Die& fn, uint64_t low_pc, NameBuf& out, FnName* how);
void symbol_name(Module* m, const char* symbol, NameBuf& out, bool* wrapper);
void module_stem(const char* path, NameBuf& out);

// demangle.cc
bool demangle_into(const char* mangled, NameBuf& out, bool* wrapper);
void add_sanitized(NameBuf& out, const char* s, size_t n);

// gonames.cc
struct Part {
  const char* s;
  size_t n;
};
void add_package(NameBuf& out, const Part* parts, int n);
void add_function(NameBuf& out, const char* name, size_t n, bool lower_first);
void add_type(NameBuf& out, const char* name, size_t n);
bool package_is_internal(const Part* parts, int n);
bool gorts_package(const Part* parts, int n);  // one that holds a Go package
// Whether Go's methods of class cls of such a package are those of a pointer, also where ours are const.
bool is_handle(const Part* parts, int n, const Part& cls);
// Whether class cls of such a package is an interface in Go: its methods pass the call on and have no frames there.
bool is_interface(const Part* parts, int n, const Part& cls);
bool is_operator(const char* name, size_t n);
size_t base_length(const char* name, size_t n);  // without template arguments
void settle_builtins(NameBuf& out, size_t from);
bool inline_namespace(const char* name, size_t n);
const char* c_function_package(const char** name);

// --- inline bodies ---

template <class F>
void for_each_child(const Die& d, F f) {
  if (!d || !d.ab->children) return;
  Reader r = d.end_of_attrs();
  const uint8_t* base = d.m->sec(kInfo).p;
  for (int depth = 0; r.ok;) {
    uint32_t off = static_cast<uint32_t>(r.p - base);
    uint64_t code = r.uleb();
    if (!r.ok) return;
    if (code == 0) {
      if (depth-- == 0) return;
      continue;
    }
    Die c{d.m, d.u, off, d.u->abbrevs->find(code), r.p};
    if (!c.ab) return;
    if (depth == 0 && !f(c)) return;
    Value sib;
    if (c.ab->children && c.get(kAtSibling, &sib) && sib.kind == Value::kRef && sib.u > off && sib.u < d.u->end) {
      r.p = base + sib.u;
      continue;
    }
    r = c.end_of_attrs();
    if (c.ab->children) depth++;
  }
}

// range_cursor steps through DW_AT_ranges lists of DWARF 4 and 5.
struct RangeCursor {
  const Module* m;
  const Unit* u;
  Reader r{nullptr, nullptr};
  uint64_t base = 0;
  bool ok = false;
  RangeCursor(const Die& d, const Value& v);
  bool next(uint64_t* lo, uint64_t* hi);
};

template <class F>
void for_each_range(const Die& d, F f) {
  Value v;
  if (d.get(kAtRanges, &v)) {
    RangeCursor c(d, v);
    uint64_t lo, hi;
    while (c.next(&lo, &hi))
      if (lo < hi && !f(lo, hi)) return;
    return;
  }
  uint64_t lo, hi;
  if (!d.addr(kAtLowPc, &lo) || !d.get(kAtHighPc, &v)) return;
  if (v.kind == Value::kAddr || v.kind == Value::kAddrIndex) {
    if (!value_addr(d.m, d.u, v, &hi)) return;
  } else {
    hi = lo + v.u;
  }
  if (lo < hi) f(lo, hi);
}

}  // namespace gort::rt::symtab
