// Lambdas: which closure classes a unit has, which function each stands in, and its number there.
//
// Go numbers the function literals of a function in source order. The compilers' own numbers do not serve: g++ counts
// per signature, clang++ per translation unit in order of emission. So closures are ranked by the line and column of
// their classes. clang writes no column there, but names template instances "go<(lambda at f.cc:10:38)>" and so tells
// it through the template arguments; a line on which that does not tell all is ordered by the linkage names' numbers,
// then by place in the file.
//
// A closure's function is the parent of its class. When a function was only ever inlined, clang puts the local classes
// below a nameless subprogram; the linkage name of the call operator ("_ZZ" + function + "E" ...) then leads to the
// function.
//
// The body of a gort::func is the closure class that is a template argument of an instance of gort::func. It stands for
// its function (closure_transparent) unless that is itself a body; literals within it count as that function's. The
// body of a select's case is, likewise, the first template argument of gort::rt::casebody or casethunk, and always
// stands for its function.
#include "runtime/symtab/dwarf.h"

namespace gort::rt::symtab {
namespace {

bool class_tag(uint16_t t) {
  return t == kTagClass || t == kTagStructure;
}

bool is_prefix(const char* s, const char* prefix) {
  return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool closure_class(Module* m, Unit* u, uint32_t node) {
  Die d = node_die(m, u, node);
  const char* name = d.str(kAtName);
  if (name && *name) return is_prefix(name, "<lambda");
  if (d.flag(kAtDeclaration)) return false;
  for (uint32_t i = node + 1; i < u->nodes[node].end; i = u->nodes[i].end) {
    if (u->nodes[i].tag != kTagSubprogram) continue;
    const char* f = node_die(m, u, i).str(kAtName);
    if (f && (is_prefix(f, "operator()") || is_prefix(f, "<lambda") || is_prefix(f, "~<lambda"))) return true;
  }
  return false;
}

Die strip_type(Die t) {
  for (int i = 0; i < 16 && t; i++) {
    switch (t.tag()) {
      case kTagConst:
      case kTagVolatile:
      case kTagReference:
      case kTagRvalueReference:
      case kTagTypedef:
      case kTagPointer:
        t = t.ref(kAtType);
        break;
      default:
        return t;
    }
  }
  return t;
}

uint32_t find_class(const Unit* u, uint32_t off) {
  uint32_t lo = 0, hi = u->closures.n;  // collected in file order
  while (lo < hi) {
    uint32_t mid = (lo + hi) / 2;
    uint32_t at = u->nodes[u->closures[mid].node].off;
    if (at == off) return mid;
    if (at < off)
      lo = mid + 1;
    else
      hi = mid;
  }
  return ~0u;
}

// The discriminator: $_7 -> 8, {lambda#N}: UlvE_ -> 1, UlvE0_ -> 2. It is the last one in the linkage name before the
// operator.
uint32_t linkage_number(const char* s) {
  const char* at = nullptr;
  for (const char* p = s; *p; p++) {
    if (p[0] == '$' && p[1] == '_') at = p + 2;
    if (p[0] == 'E' && ((p[1] == '_') || (p[1] >= '0' && p[1] <= '9'))) {
      const char* q = p + 1;
      while (*q >= '0' && *q <= '9') q++;
      if (*q == '_' && (q[1] == 'c' || q[1] == '8')) at = p + 1;  // "cl", or "8__invoke"
    }
  }
  if (!at) return 0;
  if (*at == '_') return 1;
  uint32_t v = 0;
  while (*at >= '0' && *at <= '9') v = v * 10 + static_cast<uint32_t>(*at++ - '0');
  return v + 2;
}

// Columns from names like "go<(lambda at a.cc:10:38), int>": the k-th lambda of the name is the k-th closure argument.
uint32_t column_from_name(const char* name, int k, uint32_t line) {
  for (const char* p = name; (p = strstr(p, "(lambda at ")); p++) {
    if (k-- > 0) continue;
    const char* e = strchr(p, ')');
    if (!e) return 0;
    uint32_t v[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
      uint32_t mul = 1;
      for (--e; e > p && *e >= '0' && *e <= '9'; e--, mul *= 10) v[i] += static_cast<uint32_t>(*e - '0') * mul;
      if (*e != ':') return 0;
    }
    return v[1] == line ? v[0] : 0;
  }
  return 0;
}

bool is_template(const char* name, const char* of) {
  size_t n = strlen(of);
  return is_prefix(name, of) && (name[n] == '\0' || name[n] == '<');
}

// in_namespace tells whether a node stands in this namespace, which is given from the inside out.
bool in_namespace(Module* m, Unit* u, uint32_t node, std::initializer_list<const char*> names) {
  for (const char* want : names) {
    node = u->nodes[node].parent;
    if (!node || u->nodes[node].tag != kTagNamespace) return false;
    const char* ns = node_die(m, u, node).str(kAtName);
    if (!ns || strcmp(ns, want) != 0) return false;
  }
  return u->nodes[node].parent == 0;
}

// What the closures are that are template arguments of this function or class.
Body body_of_template(Module* m, Unit* u, uint32_t node, const char* name) {
  if (is_template(name, "func")) return in_namespace(m, u, node, {"gort"}) ? Body::kFunc : Body::kNone;
  if (is_template(name, "casebody") || is_template(name, "casethunk"))
    return in_namespace(m, u, node, {"rt", "gort"}) ? Body::kCase : Body::kNone;
  return Body::kNone;
}

void read_template_arguments(Module* m, Unit* u, uint32_t node) {
  Die fn = node_die(m, u, node);
  const char* name = fn.str(kAtName);
  if (!name) return;
  bool lambdas = strstr(name, "(lambda at ") != nullptr;
  Body body = body_of_template(m, u, node, name);
  if (!lambdas && body == Body::kNone) return;
  int k = 0;
  for_each_child(fn, [&](const Die& c) {
    if (c.tag() != kTagTemplateType) return true;
    Die t = strip_type(c.ref(kAtType));
    if (!t || t.u != u || !class_tag(t.tag())) return true;
    uint32_t i = find_class(u, t.off);
    if (i == ~0u) return true;
    if (body != Body::kNone) u->closures[i].body = body;
    if (!u->closures[i].column) u->closures[i].column = column_from_name(name, k, u->closures[i].line);
    k++;
    return true;
  });
}

void read_linkage(Module* m, Unit* u, uint32_t node) {
  Die d = node_die(m, u, node);
  const char* l = linkage_name(d);
  if (!l) return;
  Die decl = decl_of(d);
  if (decl.u != u) return;
  uint32_t n = node_at(u, decl.off);
  if (n == ~0u) return;
  uint32_t i = find_class(u, u->nodes[u->nodes[n].parent].off);
  if (i == ~0u || u->closures[i].linkage) return;
  u->closures[i].linkage = l;
  u->closures[i].number = linkage_number(l);
}

void place(Module* m, Unit* u, Closure& c) {
  uint32_t p = u->nodes[c.node].parent;
  while (p && u->nodes[p].tag == kTagLexicalBlock) p = u->nodes[p].parent;
  c.fn = 0;
  c.outer = ~0u;
  c.scope = p;
  if (p && u->nodes[p].tag == kTagSubprogram) {
    Die d = node_die(m, u, p);
    Die decl = decl_of(d);
    if (decl.u == u && (decl.str(kAtName) || linkage_name(decl))) c.fn = decl.off;
  }
  if (!c.fn && c.linkage) c.fn = function_by_linkage(m, u, c.linkage);
  if (c.fn) {
    uint32_t n = node_at(u, c.fn);
    if (n != ~0u && n) c.outer = find_class(u, u->nodes[u->nodes[n].parent].off);
    return;
  }
  // Namespace scope: unnamed and inline namespaces belong to the one around them.
  while (c.scope && u->nodes[c.scope].tag == kTagNamespace) {
    Die ns = node_die(m, u, c.scope);
    const char* name = ns.str(kAtName);
    if (name && !ns.flag(kAtExportSymbols) && !inline_namespace(name, strlen(name))) break;
    c.scope = u->nodes[c.scope].parent;
  }
}

void collect(Module* m, Unit* u) {
  if (u->closures_done) return;
  u->closures_done = true;
  for (uint32_t i = 1; i < u->nodes.n; i++) {
    if (!class_tag(u->nodes[i].tag) || !closure_class(m, u, i)) continue;
    Closure* c = u->closures.push(m->arena);
    if (!c) return;
    Die d = node_die(m, u, i);
    *c = Closure{};
    c->node = i;
    c->file = static_cast<uint32_t>(d.num(kAtDeclFile));
    c->line = static_cast<uint32_t>(d.num(kAtDeclLine));
    c->column = static_cast<uint32_t>(d.num(kAtDeclColumn));
  }
  if (!u->closures.n) return;
  for (uint32_t i = 1; i < u->nodes.n; i++) {
    if (class_tag(u->nodes[i].tag)) read_template_arguments(m, u, i);
    if (u->nodes[i].tag != kTagSubprogram) continue;
    read_linkage(m, u, i);
    read_template_arguments(m, u, i);
  }
  for (uint32_t i = 0; i < u->closures.n; i++) place(m, u, u->closures[i]);
}

struct Group {
  uint32_t fn, scope;
  bool operator==(const Group& o) const { return fn == o.fn && (fn || scope == o.scope); }
};

Group group_of(const Unit* u, uint32_t i) {
  for (int depth = 0; depth < 64; depth++) {
    const Closure& c = u->closures[i];
    if (c.outer == ~0u || !closure_transparent(u, c.outer)) break;
    i = c.outer;
  }
  return {u->closures[i].fn, u->closures[i].scope};
}

bool same_line(const Closure& a, const Closure& b) {
  return a.file == b.file && a.line == b.line;
}

bool same_place(const Closure& a, const Closure& b) {
  return same_line(a, b) && a.column == b.column && a.column != 0;
}

// Columns order the closures of a line if all of them have one.
bool before(const Closure& a, const Closure& b, bool columns) {
  if (a.file != b.file) return a.file < b.file;
  if (a.line != b.line) return a.line < b.line;
  if (columns && a.column != b.column) return a.column < b.column;
  if (a.number && b.number && a.number != b.number) return a.number < b.number;
  return a.node < b.node;
}

}  // namespace

uint32_t function_by_linkage(Module* m, Unit* u, const char* l) {
  if (!is_prefix(l, "_ZZ")) return 0;
  uint32_t best = 0;
  size_t best_len = 0;
  for (uint32_t i = 0; i < u->nodes.n; i++) {
    if (u->nodes[i].tag != kTagSubprogram) continue;
    Die d = node_die(m, u, i);
    const char* name = linkage_name(d);
    char plain[128];
    if (name && is_prefix(name, "_Z")) {
      name += 2;
    } else if (!name && (name = d.str(kAtName)) && !d.ref(kAtSpecification) && !d.ref(kAtAbstractOrigin)) {
      NameBuf b(plain, sizeof plain);
      b.num(strlen(name));
      b.add(name);
      name = plain;
    } else {
      continue;
    }
    size_t n = strlen(name);
    if (n > best_len && strncmp(l + 3, name, n) == 0 && l[3 + n] == 'E') {
      best = decl_of(d).off;
      best_len = n;
    }
  }
  return best;
}

uint32_t closure_of(Module* m, Unit* u, uint32_t class_node) {
  if (class_node == ~0u || !class_tag(u->nodes[class_node].tag)) return ~0u;
  collect(m, u);
  return find_class(u, u->nodes[class_node].off);
}

bool closure_transparent(const Unit* u, uint32_t i) {
  const Closure& c = u->closures[i];
  if (c.fn == 0) return false;
  if (c.body == Body::kCase) return true;
  return c.body == Body::kFunc && (c.outer == ~0u || u->closures[c.outer].body == Body::kNone);
}

uint32_t closure_rank(const Unit* u, uint32_t i) {
  const Closure& me = u->closures[i];
  Group group = group_of(u, i);
  bool columns = true;
  for (uint32_t k = 0; k < u->closures.n && columns; k++)
    columns = u->closures[k].column != 0 || !same_line(u->closures[k], me);
  uint32_t rank = 1;
  for (uint32_t k = 0; k < u->closures.n; k++) {
    const Closure& c = u->closures[k];
    if (k == i || closure_transparent(u, k) || !(group_of(u, k) == group) || !before(c, me, columns) ||
        same_place(c, me))
      continue;
    bool counted = false;  // the same literal, described twice
    for (uint32_t j = 0; j < k && !counted; j++) counted = same_place(u->closures[j], c) && group_of(u, j) == group;
    if (!counted) rank++;
  }
  return rank;
}

}  // namespace gort::rt::symtab
