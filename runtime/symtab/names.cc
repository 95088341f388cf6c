// Go-like names of functions, from the parents of their DIEs (DESIGN.md, section 6), else from the symbol table.
//
//   f -> main.f    a::b::f -> a/b.f    T::m -> main.(*T).m    T::m const, static -> main.T.m    f<int> -> main.f[...]
//   lambdas: main.f.func1, inside those main.f.func1.1; at namespace scope main.init.func1
//   local class L of f: main.f.(*L).m
#include "runtime/symtab/dwarf.h"

namespace gort::rt::symtab {
namespace {

constexpr int kMaxParts = 16;
constexpr int kMaxNesting = 24;
constexpr uint16_t kLangAssembler = 0x8001;  // DW_LANG_Mips_Assembler

struct Scope {
  Part cls[kMaxParts];
  int ncls = 0;
  Part ns[kMaxParts];
  int nns = 0;
  Unit* u = nullptr;
  uint32_t fn = 0;         // node of an enclosing function
  uint32_t closure = ~0u;  // the innermost class is this closure
  bool nameless = false;   // a class that has no name here (type unit): DIE parents do not tell
};

void reverse(Part* p, int n) {
  for (int i = 0; i < n / 2; i++) {
    Part t = p[i];
    p[i] = p[n - 1 - i];
    p[n - 1 - i] = t;
  }
}

void add_namespace(Scope& s, const Die& d) {
  const char* name = d.str(kAtName);
  if (!name || d.flag(kAtExportSymbols) || s.nns == kMaxParts) return;
  size_t n = strlen(name);
  if (!inline_namespace(name, n)) s.ns[s.nns++] = {name, n};
}

void climb(Module* m, Unit* u, uint32_t node, Scope& s) {
  s.u = u;
  for (uint32_t n = node; n && n != ~0u; n = u->nodes[n].parent) {
    Die d = node_die(m, u, n);
    switch (u->nodes[n].tag) {
      case kTagNamespace:
        add_namespace(s, d);
        break;
      case kTagClass:
      case kTagStructure:
      case kTagUnion:
      case kTagEnumeration: {
        uint32_t c = closure_of(m, u, n);
        if (c != ~0u) {
          s.closure = c;
          reverse(s.cls, s.ncls);
          return;
        }
        const char* name = d.str(kAtName);
        if (!name && d.has(kAtSignature)) s.nameless = true;
        if (!name) name = "";
        if (s.ncls < kMaxParts) s.cls[s.ncls++] = {name, strlen(name)};
        break;
      }
      case kTagSubprogram:
      case kTagInlinedSubroutine:
        s.fn = n;
        reverse(s.cls, s.ncls);
        return;
      default:
        break;
    }
  }
  reverse(s.cls, s.ncls);
  reverse(s.ns, s.nns);
}

enum Receiver { kStatic, kPointer, kConstPointer };

Receiver receiver_of(const Die& decl) {
  Receiver r = kStatic;
  for_each_child(decl, [&](const Die& c) {
    if (c.tag() == kTagTemplateType || c.tag() == kTagGnuTemplatePack) return true;
    if (c.tag() != kTagFormalParameter) return true;
    if (!c.flag(kAtArtificial)) return false;
    Die t = c.ref(kAtType);
    if (t.tag() == kTagConst) t = t.ref(kAtType);  // `this` itself
    if (t.tag() == kTagPointer) {
      t = t.ref(kAtType);
      r = kPointer;
      for (int i = 0; i < 3 && t && (t.tag() == kTagConst || t.tag() == kTagVolatile); i++) {
        if (t.tag() == kTagConst) r = kConstPointer;
        t = t.ref(kAtType);
      }
    }
    return false;
  });
  return r;
}

void add_class_path(NameBuf& out, const Scope& s, Receiver r) {
  const bool gos = gorts_package(s.ns, s.nns);  // what is a template there is not one in Go
  if (r == kConstPointer && is_handle(s.ns, s.nns, s.cls[0])) r = kPointer;
  if (r == kPointer) out.add("(*");
  for (int i = 0; i < s.ncls; i++) {
    const Part& c = s.cls[i];
    if (i) out.add('.');
    add_type(out, c.s, gos ? base_length(c.s, c.n) : c.n);
  }
  out.add(r == kPointer ? ")." : ".");
}

bool closure_name(Module* m, Unit* u, uint32_t i, NameBuf& out, FnName* how);

// enclosing writes the name of the function or closure that a local scope stands in.
bool enclosing(Module* m, const Scope& s, const char* linkage, NameBuf& out, FnName* how) {
  FnName h;
  h.depth = how->depth + 1;
  if (h.depth > kMaxNesting) return false;
  bool ok;
  if (s.closure != ~0u) {
    ok = closure_name(m, s.u, s.closure, out, &h);
  } else {
    Die fn = node_die(m, s.u, s.fn);
    Die decl = decl_of(fn);
    if (!decl.str(kAtName) && linkage) {
      uint32_t off = function_by_linkage(m, s.u, linkage);
      if (off) fn = die_at(m, s.u, off);
    }
    ok = function_name(m, fn, 0, out, &h);
  }
  how->closure = h.closure;
  return ok;
}

void resolve_main(Module* m) {
  if (m->main_fn || !m->main_entry) return;
  m->main_fn = ~0u;
  Unit* u = unit_for_pc(m, m->main_entry);
  uint64_t lo;
  if (!u || !walk_unit(m, u)) return;
  uint32_t n = fn_for_pc(u, m->main_entry, &lo);
  if (n == ~0u || lo != m->main_entry) return;
  Die decl = decl_of(node_die(m, u, n));
  Unit* pu;
  uint32_t p = parent_scope(m, decl, &pu);
  // A lambda's function-pointer thunk: the closure is main.main.
  m->main_fn = p != ~0u && closure_of(m, pu, p) != ~0u ? pu->nodes[p].off : decl.off;
}

bool closure_name(Module* m, Unit* u, uint32_t i, NameBuf& out, FnName* how) {
  const Closure& c = u->closures[i];
  if (u->nodes[c.node].off == m->main_fn) {
    out.add("main.main");
    return true;
  }
  if (how->depth > kMaxNesting) return false;
  if (c.fn) {
    FnName h;
    h.depth = how->depth + 1;
    if (!function_name(m, die_at(m, u, c.fn), 0, out, &h)) return false;
    if (closure_transparent(u, i)) {
      how->body = c.body;
      how->closure = h.closure;
      return true;
    }
    out.add(h.closure ? "." : ".func");
  } else {
    Scope s;
    climb(m, u, c.scope, s);
    if (s.fn || s.closure != ~0u) {
      if (!enclosing(m, s, nullptr, out, how)) return false;
    } else {
      add_package(out, s.ns, s.nns);
    }
    out.add('.');
    if (s.ncls)
      add_class_path(out, s, kStatic);
    else
      out.add("init.");
    out.add("func");
  }
  out.num(closure_rank(u, i));
  how->closure = true;
  return true;
}

// only_in_cpp: operators, constructors and destructors of a Go package's types, and what passes a call on.
bool only_in_cpp(const Scope& s, const char* name) {
  if (s.fn != 0 || s.closure != ~0u || !gorts_package(s.ns, s.nns)) return false;
  if (is_operator(name, strlen(name)) || name[0] == '~') return true;
  if (s.ncls == 0) return false;
  const Part& cls = s.cls[s.ncls - 1];
  if (is_interface(s.ns, s.nns, cls)) return true;
  size_t n = base_length(cls.s, cls.n);
  return n == base_length(name, strlen(name)) && memcmp(name, cls.s, n) == 0;
}

bool from_symbol(Module* m, const Die& fn, uint64_t low_pc, bool need_mangled, NameBuf& out, FnName* how) {
  const char* sym = nullptr;
  Elf64_Sym es;
  if (low_pc) {
    for (const SymbolTable* t : m->symbols)
      if (t && !sym && find_symbol(*t, low_pc, &es, &sym) && es.st_value != low_pc) sym = nullptr;
  }
  if (!sym) sym = linkage_name(origin_of(fn));
  if (!sym) sym = linkage_name(decl_of(fn));
  if (!sym || (need_mangled && strncmp(sym, "_Z", 2) != 0)) return false;
  symbol_name(m, sym, out, &how->wrapper);
  return true;
}

}  // namespace

void add_sanitized(NameBuf& out, const char* s, size_t n) {
  for (size_t i = 0; i < n; i++) {
    char c = s[i];
    bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                (c & 0x80);
    out.add(keep ? c : c == '+' ? 'x' : '_');
  }
}

void module_stem(const char* path, NameBuf& out) {
  const char* base = path;
  for (const char* p = path; *p; p++)
    if (*p == '/') base = p + 1;
  const char* so = strstr(base, ".so");
  size_t n = so && so != base ? static_cast<size_t>(so - base) : strlen(base);
  if (n == 0)
    out.add("unknown");
  else
    add_sanitized(out, base, n);
}

void symbol_name(Module* m, const char* symbol, NameBuf& out, bool* wrapper) {
  if (demangle_into(symbol, out, wrapper)) return;
  const char* name = symbol;
  if (const char* pkg = c_function_package(&name))
    out.add(pkg);
  else if (m->system)
    module_stem(m->path, out);
  else
    out.add("main");
  out.add('.');
  size_t n = 0;
  while (name[n] && name[n] != '@' && !(name[n] == '.' && n)) n++;  // versions and clones (.cold, .part.0)
  add_sanitized(out, name, n);
}

bool function_name(Module* m, const Die& fn, uint64_t low_pc, NameBuf& out, FnName* how) {
  if (!fn || how->depth > kMaxNesting) return false;
  size_t from = out.n;
  resolve_main(m);
  Die decl = decl_of(fn);
  if (decl.off == m->main_fn) {
    out.add("main.main");
    return true;
  }
  const char* name = decl.str(kAtName);
  if (!name) name = origin_of(fn).str(kAtName);
  if (!name || fn.u->language == kLangAssembler) {
    if (from_symbol(m, fn, low_pc, false, out, how)) return true;
    if (!name) return false;
    symbol_name(m, name, out, &how->wrapper);
    return true;
  }
  // -g1 keeps neither classes nor parameters: the symbol's mangled name then says more.
  if (!fn.u->full && from_symbol(m, fn, low_pc, true, out, how)) return true;

  Scope s;
  Unit* pu;
  uint32_t p = parent_scope(m, decl, &pu);
  if (p != ~0u) climb(m, pu, p, s);
  if (s.nameless && from_symbol(m, fn, low_pc, true, out, how)) return true;
  if (s.closure != ~0u && s.ncls == 0) {
    bool call = strncmp(name, "operator()", 10) == 0;
    if (!call) how->wrapper = true;  // g++ _FUN, clang++ __invoke, conversions, the closure's constructors
    return closure_name(m, s.u, s.closure, out, how);
  }
  if (s.closure != ~0u || s.fn) {
    if (!enclosing(m, s, linkage_name(origin_of(fn)), out, how)) {
      out.cut(from);
      return from_symbol(m, fn, low_pc, false, out, how);
    }
    how->closure = false;
  } else if (const char* c_name = name;
             s.nns == 0 && s.ncls == 0 && !linkage_name(decl) && c_function_package(&c_name)) {
    out.add("runtime");
    name = c_name;
  } else {
    add_package(out, s.ns, s.nns);
  }
  out.add('.');
  if (s.ncls) add_class_path(out, s, receiver_of(decl));
  if (only_in_cpp(s, name)) how->wrapper = true;
  const bool method = s.ncls != 0 && gorts_package(s.ns, s.nns);  // Go has no generic ones
  const size_t length = method && !is_operator(name, strlen(name)) ? base_length(name, strlen(name)) : strlen(name);
  add_function(out, name, length, s.ncls == 0 && package_is_internal(s.ns, s.nns));
  settle_builtins(out, from);
  return true;
}

}  // namespace gort::rt::symtab
