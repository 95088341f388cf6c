// lookup: from a pc to Locations, kept per pc; and what is left of it when the index cannot be used.
//
// Three results, best first: DWARF; the symbol table; package.0xoffset ("main.0x11d9", "libfoo.0x11d9": Go's parsers
// take it for a function), with the file "??" and line 0. The last two need no lock: where they cannot be kept, their
// strings come from a small static pool.
#include "runtime/symtab/dwarf.h"
#include "runtime/symtab/kept.h"

namespace gort::rt::symtab {
namespace {

constexpr size_t kNameSize = 512;
constexpr size_t kWhereSize = 600;
constexpr int kMaxInline = 40;  // deeper chains lose their innermost calls

// The pool for strings made without the module's lock. When it is used up, "unknown" is printed.
char g_pool[64 * 1024];
std::atomic<size_t> g_pool_used{0};

const char* pool_dup(const NameBuf& s) {
  size_t at = g_pool_used.load(std::memory_order_relaxed);
  do {
    if (s.n + 1 > sizeof g_pool - at) return nullptr;
  } while (!g_pool_used.compare_exchange_weak(at, at + s.n + 1, std::memory_order_relaxed));
  memcpy(g_pool + at, s.p, s.n + 1);
  return g_pool + at;
}

Location blank(Module* m, uint64_t pc) {
  Location l{};
  l.function = "unknown";
  l.file = "??";
  l.module = m;
  l.pc = pc;
  l.module_offset = pc;
  l.module_path = m ? m->path : "??";
  return l;
}

// by_symbol names a pc from the symbol tables, or by its offset. entry stays 0 where no symbol covers it.
void by_symbol(Module* m, uint64_t pc, NameBuf& name, Location* l) {
  Elf64_Sym es;
  const char* sym = nullptr;
  if (pc >= m->elf.plt_lo && pc < m->elf.plt_hi) return name.add("plt");  // internal: it is on the way to a function
  for (const SymbolTable* t : m->symbols)
    if (t && !sym) find_symbol(*t, pc, &es, &sym);
  if (sym) {
    symbol_name(m, sym, name, &l->is_wrapper);
    l->entry = es.st_value + m->bias;
    if (m->main_entry && es.st_value == m->main_entry) {
      name.cut(0);
      name.add("main.main");
    }
    return;
  }
  if (m->system || !m->elf.file.n)
    module_stem(m->path, name);
  else
    name.add("main");
  name.add('.');
  name.hex(pc);
}

// What follows from the other fields; where is put into b.
void complete(Location* l, uintptr_t pc, NameBuf& b) {
  l->role = name_role(l->function);
  l->function_len = static_cast<uint16_t>(strlen(l->function));
  b.add("\n\t");
  b.add(l->file);
  b.add(':');
  b.num(static_cast<uint64_t>(l->line));
  if ((!l->inlined || l->body == Body::kFunc) && l->entry != 0 && pc > l->entry) {
    b.add(" +");
    b.hex(pc - l->entry);
  }
  l->where = b.p;
  l->where_len = static_cast<uint16_t>(b.n);
}

const Kept* put_spare(Spare* spare, const Location& l, uintptr_t pc, bool exact, const Module* space) {
  spare->location = l;
  NameBuf where(spare->where, sizeof spare->where);
  complete(&spare->location, pc, where);
  Kept& k = spare->kept;
  k.pc = pc;
  k.exact = exact;
  k.n = 1;
  k.at = &spare->location;
  k.space = space;
  k.module = l.module;
  k.pool = nullptr;
  k.plan.store(&kNoPlan, std::memory_order_relaxed);
  k.site.store(&kNoSite, std::memory_order_relaxed);
  return &k;
}

const Kept* without_index(Module* m, uintptr_t pc, bool exact, const Module* space, Spare* spare) {
  char buf[kNameSize];
  NameBuf name(buf, sizeof buf);
  Location l;
  if (m != nullptr) {
    uint64_t at = pc - m->bias - !exact;
    l = blank(m, at);
    by_symbol(m, at, name, &l);
  } else {
    l = blank(nullptr, exact ? pc : pc - 1);
    name = NameBuf(spare->name, sizeof spare->name);
    name.add("unknown.");
    name.hex(pc);
    l.function = name.p;
    return put_spare(spare, l, pc, exact, space);
  }
  const char* s = pool_dup(name);
  if (s) l.function = s;
  return put_spare(spare, l, pc, exact, space);
}

const char* name_of(Module* m, Pool* pool, const Die& fn, uint64_t low_pc, Location* l) {
  char buf[kNameSize];
  NameBuf name(buf, sizeof buf);
  FnName how;
  if (!function_name(m, fn, low_pc, name, &how) || name.n == 0) return nullptr;
  l->body = how.body;
  l->is_wrapper = how.wrapper;
  return pool->string(name);
}

void set_call_site(Module* m, const Die& inlined, Location* l) {
  const char* f = line_file(m, inlined.u, inlined.num(kAtCallFile));
  l->file = f ? f : "??";
  l->line = static_cast<int>(inlined.num(kAtCallLine));
}

// g++ splits functions and inlines the parts into the whole: one function, two entries. A part is called from the place
// where the name stands in the definition, where no call that is written can be; a lambda, which has no name to stand
// anywhere, does not call itself.
bool is_split_part(const Die& inlined, const Die& around) {
  if (decl_of(inlined).off != decl_of(around).off) return false;
  Die fn = inlined.ref(kAtAbstractOrigin);
  while (fn && !fn.has(kAtDeclColumn)) fn = fn.ref(fn.has(kAtAbstractOrigin) ? kAtAbstractOrigin : kAtSpecification);
  return !fn ||
         (inlined.num(kAtCallLine) == fn.num(kAtDeclLine) && inlined.num(kAtCallColumn) == fn.num(kAtDeclColumn));
}

// by_dwarf fills tmp with the chain at pc, innermost first; 0: this pc has no DWARF, -1: the pool is full. Files are
// the index's strings.
int by_dwarf(Module* m, Pool* pool, uint64_t pc, Location* tmp) {
  Unit* u = unit_for_pc(m, pc);
  if (!u) return 0;
  Location base = blank(m, pc);
  const char* file = nullptr;
  int line = 0;
  if (find_line(m, u, pc, &file, &line)) {
    base.file = file ? file : "??";
    base.line = line;
  }
  uint64_t lo = 0;
  uint32_t fn = walk_unit(m, u) ? fn_for_pc(u, pc, &lo) : ~0u;
  if (fn == ~0u) {  // assembly without function DIEs, or a damaged unit
    char buf[kNameSize];
    NameBuf name(buf, sizeof buf);
    by_symbol(m, pc, name, &base);
    const char* s = pool->string(name);
    if (!s) return -1;
    base.function = s;
    base.from_dwarf = base.line != 0;
    tmp[0] = base;
    return 1;
  }
  uint32_t chain[kMaxInline];
  int depth = inline_chain(m, u, fn, pc, chain, kMaxInline);
  int n = 0;
  for (int i = depth; i >= 0; i--) {
    Die d = node_die(m, u, i ? chain[i - 1] : fn);
    if (i && is_split_part(d, node_die(m, u, i > 1 ? chain[i - 2] : fn))) continue;
    Location& l = tmp[n++];
    l = base;
    if (i) set_call_site(m, d, &base);  // where the next frame is
    const char* name = name_of(m, pool, d, i ? 0 : lo, &l);
    if (!name) {
      char buf[kNameSize];
      NameBuf b(buf, sizeof buf);
      by_symbol(m, pc, b, &l);
      name = pool->string(b);
      if (!name) return -1;
    }
    l.function = name;
    l.inlined = i > 0;
    l.from_dwarf = true;
    l.entry = lo + m->bias;
    l.unit = u->off;
    l.die = d.off;
  }
  return n;
}

// make_kept does the lookup under the module's lock and enters the result; null: the pool is full.
const Kept* make_kept(Module* m, Pool* pool, uintptr_t pc, bool exact, const Module* space) {
  uint64_t at = pc - m->bias - !exact;
  Location tmp[kMaxInline + 1];
  int n = index_module(m) ? by_dwarf(m, pool, at, tmp) : 0;
  if (n < 0) return nullptr;
  if (n == 0) {
    char buf[kNameSize];
    NameBuf name(buf, sizeof buf);
    tmp[0] = blank(m, at);
    by_symbol(m, at, name, &tmp[0]);
    if (!(tmp[0].function = pool->string(name))) return nullptr;
    n = 1;
  }
  auto count = static_cast<size_t>(n);
  auto* loc = pool->make<Location>(count);
  auto* k = pool->make<Kept>();
  if (!loc || !k) return nullptr;
  for (size_t i = 0; i < count; i++) {
    Location& l = loc[i] = tmp[i];
    l.file = pool->string(l.file, strlen(l.file));
    if (!l.file) return nullptr;
    char buf[kWhereSize];
    NameBuf where(buf, sizeof buf);
    complete(&l, pc, where);
    if (!(l.where = pool->string(where))) return nullptr;
  }
  k->pc = pc;
  k->exact = exact;
  k->n = static_cast<uint32_t>(n);
  k->at = loc;
  k->space = space;
  k->module = m;
  k->pool = pool;
  return pool->enter(k) ? k : nullptr;
}

const Kept* lookup_in(Module* m, uintptr_t pc, bool exact, const Module* space, Spare* spare) {
  Pool* pool = pool_now();
  if (pool == nullptr) return without_index(m, pc, exact, space, spare);
  if (const Kept* k = pool->find(space, pc, exact)) return k;
  if (m == nullptr || !m->lock.acquire()) return without_index(m, pc, exact, space, spare);
  const Kept* k = make_kept(m, pool, pc, exact, space);
  if (k == nullptr && (pool = pool_replace(pool)) != nullptr) k = make_kept(m, pool, pc, exact, space);
  trim_index(m);
  m->lock.release();
  return k != nullptr ? k : without_index(m, pc, exact, space, spare);
}

const char* unknown_name(uintptr_t pc) {
  char buf[40];
  NameBuf name(buf, sizeof buf);
  name.add("unknown.");
  name.hex(pc);
  const char* s = pool_dup(name);
  return s ? s : "unknown";
}

int copy(const Kept& k, Location* out, int max) {
  int n = static_cast<int>(k.n) < max ? static_cast<int>(k.n) : max;
  memcpy(static_cast<void*>(out), k.at, static_cast<size_t>(n) * sizeof(Location));
  if (k.pool == nullptr) {  // a Spare, which is about to go
    out->where = nullptr;
    out->where_len = 0;
    if (k.module == nullptr) out->function = unknown_name(k.pc);
  }
  return n;
}

}  // namespace

const Kept* lookup(Module* m, uint64_t pc, bool exact, Spare* spare) {
  return m != nullptr ? lookup_in(m, pc, exact, m, spare) : without_index(m, pc, exact, m, spare);
}

const Kept* lookup(uintptr_t pc, bool exact, Spare* spare) {
  if (Pool* pool = pool_now())
    if (const Kept* k = pool->find(nullptr, pc, exact)) return k;
  return lookup_in(find_module(exact ? pc : pc - 1), pc, exact, nullptr, spare);
}

const Kept* kept_caller(const Kept& k, const FrameView& caller) {
  const Kept* c = caller.notes != nullptr ? caller.notes->kept : nullptr;
  if (c == nullptr) {
    Spare spare;
    uint64_t pc = caller.reg[16];
    if (k.space != nullptr && (pc - k.module->bias < k.module->elf.lo || pc - k.module->bias >= k.module->elf.hi))
      return nullptr;
    c = k.space != nullptr ? lookup(k.module, pc, false, &spare) : lookup(pc, false, &spare);
    if (c->pool == nullptr) return nullptr;
    if (caller.notes != nullptr) caller.notes->kept = c;
  }
  return !c->exact && c->module == k.module ? c : nullptr;
}

int locate(Module* m, uint64_t pc, bool exact, Location* out, int max) {
  Hold hold;
  Spare spare;
  return max > 0 ? copy(*lookup(m, pc, exact, &spare), out, max) : 0;
}

int locate(uintptr_t pc, bool exact, Location* out, int max) {
  Hold hold;
  Spare spare;
  return max > 0 ? copy(*lookup(pc, exact, &spare), out, max) : 0;
}

}  // namespace gort::rt::symtab
