// locate: from a pc to Locations, cached per pc; and what is left of it when the index cannot be used.
//
// Three results, best first: DWARF; the symbol table; package.0xoffset ("main.0x11d9", "libfoo.0x11d9": Go's parsers
// take it for a function), with the file "??" and line 0. The last two need no lock and no arena: their strings come
// from a small static pool.
#include "runtime/symtab/dwarf.h"

namespace gort::rt::symtab {
namespace {

constexpr size_t kNameSize = 512;
constexpr int kMaxInline = 40;  // deeper chains lose their innermost calls

// The pool for strings made without the module's lock. When it is used up, the raw symbol is printed.
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

int without_index(Module* m, uint64_t pc, Location* out) {
  char buf[kNameSize];
  NameBuf name(buf, sizeof buf);
  *out = blank(m, pc);
  by_symbol(m, pc, name, out);
  const char* s = pool_dup(name);
  if (s) out->function = s;
  return 1;
}

const char* name_of(Module* m, const Die& fn, uint64_t low_pc, Location* l) {
  char buf[kNameSize];
  NameBuf name(buf, sizeof buf);
  FnName how;
  if (!function_name(m, fn, low_pc, name, &how) || name.n == 0) return nullptr;
  l->is_func_body = how.body;
  l->is_wrapper = how.wrapper;
  return m->arena.dup(name.p, name.n);
}

void set_call_site(Module* m, const Die& inlined, Location* l) {
  const char* f = line_file(m, inlined.u, inlined.num(kAtCallFile));
  l->file = f ? f : "??";
  l->line = static_cast<int>(inlined.num(kAtCallLine));
}

// by_dwarf fills tmp with the chain at pc, innermost first; 0: this pc has no DWARF.
int by_dwarf(Module* m, uint64_t pc, Location* tmp) {
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
    const char* s = m->arena.dup(name.p, name.n);
    if (!s) return 0;
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
    Location& l = tmp[n++];
    l = base;
    if (i < depth) set_call_site(m, node_die(m, u, chain[i]), &l);
    const char* name = name_of(m, d, i ? 0 : lo, &l);
    if (!name) {
      char buf[kNameSize];
      NameBuf b(buf, sizeof buf);
      by_symbol(m, pc, b, &l);
      name = m->arena.dup(b.p, b.n);
      if (!name) return 0;
    }
    l.function = name;
    l.function_id = decl_of(d).off;
    l.inlined = i > 0;
    l.from_dwarf = true;
    l.entry = lo + m->bias;
    l.unit = u->off;
    l.die = d.off;
  }
  return n;
}

CacheEntry* cache_slot(Module* m, uint64_t pc) {
  if (!m->cache && !(m->cache = m->arena.make<CacheEntry>(kCacheSlots))) return nullptr;
  uint64_t h = pc * 0x9e3779b97f4a7c15u >> 32;
  for (uint32_t i = 0; i < kCacheSlots; i++) {
    CacheEntry* e = &m->cache[(h + i) % kCacheSlots];
    if (e->pc == 0 || e->pc == pc + 1) return e;
  }
  return nullptr;
}

// locked does the lookup under the module's lock; -1: no memory left, nothing to be had from the index.
int locked(Module* m, uint64_t pc, Location* out, int max) {
  if (!m->indexed) {
    m->indexed = true;
    if (m->dwarf) index_units(m);
  }
  CacheEntry* e = cache_slot(m, pc);
  Location tmp[kMaxInline + 1];
  const Location* from = tmp;
  int n;
  if (e && e->pc) {
    from = e->loc;
    n = static_cast<int>(e->n);
  } else {
    n = m->dwarf ? by_dwarf(m, pc, tmp) : 0;
    if (n == 0) {
      char buf[kNameSize];
      NameBuf name(buf, sizeof buf);
      tmp[0] = blank(m, pc);
      by_symbol(m, pc, name, &tmp[0]);
      if (!(tmp[0].function = m->arena.dup(name.p, name.n))) return -1;
      n = 1;
    }
    Location* keep = e && m->cached < kCacheSlots / 4 * 3 ? m->arena.make<Location>(static_cast<size_t>(n)) : nullptr;
    if (keep) {
      memcpy(static_cast<void*>(keep), tmp, static_cast<size_t>(n) * sizeof(Location));
      *e = {pc + 1, keep, static_cast<uint32_t>(n)};
      m->cached++;
    }
  }
  if (n > max) n = max;
  memcpy(static_cast<void*>(out), from, static_cast<size_t>(n) * sizeof(Location));
  return n;
}

}  // namespace

int locate(Module* m, uint64_t pc, bool exact, Location* out, int max) {
  if (max <= 0) return 0;
  uint64_t at = pc - m->bias - (exact ? 0 : 1);
  int n = -1;
  if (m->lock.acquire()) {
    n = locked(m, at, out, max);
    m->lock.release();
  }
  return n > 0 ? n : without_index(m, at, out);
}

int locate(uintptr_t pc, bool exact, Location* out, int max) {
  if (max <= 0) return 0;
  if (Module* m = find_module(exact ? pc : pc - 1)) return locate(m, pc, exact, out, max);
  *out = blank(nullptr, exact ? pc : pc - 1);
  char buf[40];
  NameBuf name(buf, sizeof buf);
  name.add("unknown.");
  name.hex(pc);
  const char* s = pool_dup(name);
  if (s) out->function = s;
  return 1;
}

}  // namespace gort::rt::symtab
