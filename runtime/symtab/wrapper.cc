// The functions that Go makes of go and defer statements with arguments: main.f.deferwrap1, main.f.gowrap2. They are
// numbered together, in source order, in the function that the statements stand in.
//
// gort's statements are calls of gort::go and gort::defer, which are always inlined: as such the function's DIE lists
// them.
#include "runtime/symtab/dwarf.h"
#include "runtime/symtab/kept.h"

namespace gort::rt::symtab {
namespace {

struct Place {
  uint64_t file, line, column;
  bool operator==(const Place& o) const { return file == o.file && line == o.line && column == o.column; }
  bool operator<(const Place& o) const { return line != o.line ? line < o.line : column < o.column; }
};

Place place_of(const Die& inlined) {
  return {inlined.num(kAtCallFile), inlined.num(kAtCallLine), inlined.num(kAtCallColumn)};
}

enum class Statement { kNone, kGo, kDefer };

Statement statement_of(Module* m, const Die& inlined) {
  Die fn = decl_of(inlined);
  const char* name = fn.str(kAtName);
  if (name == nullptr) return Statement::kNone;
  Statement s = strncmp(name, "go<", 3) == 0 || strcmp(name, "go") == 0         ? Statement::kGo
                : strncmp(name, "defer<", 6) == 0 || strcmp(name, "defer") == 0 ? Statement::kDefer
                                                                                : Statement::kNone;
  if (s == Statement::kNone) return s;
  Unit* u;
  uint32_t p = parent_scope(m, fn, &u);
  const char* ns = p != ~0u && u->nodes[p].tag == kTagNamespace ? node_die(m, u, p).str(kAtName) : nullptr;
  return ns != nullptr && strcmp(ns, "gort") == 0 && u->nodes[p].parent == 0 ? s : Statement::kNone;
}

// needs_wrapper: only a function without parameters and results is called as it is.
bool needs_wrapper(const Die& inlined) {
  bool needs = false;
  for_each_child(decl_of(inlined), [&](const Die& c) {
    if (c.tag() == kTagGnuTemplatePack) {
      for_each_child(c, [&](const Die&) { return !(needs = true); });
    } else if (c.tag() == kTagTemplateType) {
      Die t = c.ref(kAtType);
      while (t && (t.tag() == kTagPointer || t.tag() == kTagReference || t.tag() == kTagConst)) t = t.ref(kAtType);
      if (t.tag() != kTagSubroutineType) return true;
      needs |= t.has(kAtType);
      for_each_child(t, [&](const Die& p) { return !(needs |= p.tag() == kTagFormalParameter); });
    }
    return !needs;
  });
  return needs;
}

// whole is the function that fn is, or is a part of: optimisation may split a function and inline the rest into it.
uint32_t whole(Module* m, Unit* u, uint32_t fn) {
  uint32_t decl = decl_of(node_die(m, u, fn)).off;
  for (uint32_t p = u->nodes[fn].parent; p != 0; p = u->nodes[p].parent) {
    if (u->nodes[p].tag == kTagLexicalBlock) continue;
    if (decl_of(node_die(m, u, p)).off != decl) break;
    fn = p;
  }
  return fn;
}

// count_before tells how many statements of the function with wrappers stand before `at`.
int count_before(Module* m, Unit* u, uint32_t fn, const Place& at) {
  constexpr int kMost = 256;
  Place seen[kMost];
  int n = 0;
  fn = whole(m, u, fn);
  uint32_t decl = decl_of(node_die(m, u, fn)).off;
  for (uint32_t i = fn + 1; i < u->nodes[fn].end && n < kMost;) {
    if (u->nodes[i].tag == kTagLexicalBlock) {
      i++;
      continue;
    }
    if (u->nodes[i].tag == kTagInlinedSubroutine) {
      Die d = node_die(m, u, i);
      if (decl_of(d).off == decl) {
        i++;
        continue;
      }
      Place p = place_of(d);
      bool known = !(p < at);
      for (int k = 0; k < n && !known; k++) known = seen[k] == p;  // one statement may be there several times
      if (!known && statement_of(m, d) != Statement::kNone && needs_wrapper(d)) seen[n++] = p;
    }
    i = u->nodes[i].end;
  }
  return n;
}

Die die_of(Module* m, const Location& l, Unit** u) {
  *u = unit_at(m, l.die);
  return *u != nullptr && walk_unit(m, *u) ? die_at(m, *u, l.die) : Die{};
}

}  // namespace

const Location* wrapper_name(const Kept& statement, char* out, size_t size) {
  NameBuf name(out, size);
  Module* m = statement.module;
  if (m == nullptr || !m->lock.acquire()) return nullptr;
  const Location* owner = nullptr;
  for (uint32_t i = 0; index_module(m) && i + 1 < statement.n && owner == nullptr; i++) {
    Unit *u, *unit;
    Die inlined = statement.at[i].from_dwarf ? die_of(m, statement.at[i], &u) : Die{};
    Statement s = inlined ? statement_of(m, inlined) : Statement::kNone;
    if (s == Statement::kNone) continue;
    const Location& l = statement.at[i + 1];
    uint32_t fn = die_of(m, l, &unit) ? node_at(unit, l.die) : ~0u;
    if (fn == ~0u) break;
    name.add(l.function);
    name.add(s == Statement::kGo ? ".gowrap" : ".deferwrap");
    name.num(1 + static_cast<uint64_t>(count_before(m, unit, fn, place_of(inlined))));
    owner = &l;
  }
  trim_index(m);
  m->lock.release();
  return owner;
}

}  // namespace gort::rt::symtab
