// Line programs of DWARF 2 to 5. A unit's program is run once, into rows sorted by address within sorted sequences.
#include <algorithm>

#include "runtime/symtab/dwarf.h"

namespace gort::rt::symtab {
namespace {

struct Header {
  uint16_t version;
  bool dwarf64;
  uint8_t min_inst, line_range, opcode_base;
  int8_t line_base;
  uint8_t lengths[256];
  const uint8_t* end;  // of the program
};

// DWARF 5 directories and files: a description of each entry's fields, then the entries.
bool read_entries(Module* m, Unit* u, const Header& h, Reader& r, LineTable* t, bool files) {
  uint64_t type[16], form[16];
  int n = r.u8();
  if (n > 16) return false;
  for (int i = 0; i < n; i++) {
    type[i] = r.uleb();
    form[i] = r.uleb();
  }
  Unit as = *u;
  as.dwarf64 = h.dwarf64;
  for (uint64_t count = r.uleb(); count && r.ok; count--) {
    const char* name = nullptr;
    uint64_t dir = 0;
    for (int i = 0; i < n; i++) {
      Value v;
      if (!read_form(m, &as, r, static_cast<uint16_t>(form[i]), 0, &v)) return false;
      if (type[i] == 1) name = value_str(m, u, v);  // DW_LNCT_path
      if (type[i] == 2) dir = v.u;                  // DW_LNCT_directory_index
    }
    if (files) {
      LineFile* f = t->files.push(m->arena);
      if (!f) return false;
      *f = {name, static_cast<uint32_t>(dir), nullptr};
    } else {
      const char** d = t->dirs.push(m->arena);
      if (!d) return false;
      *d = name;
    }
  }
  return r.ok;
}

bool read_tables_4(Module* m, Unit* u, Reader& r, LineTable* t) {
  const char** d = t->dirs.push(m->arena);
  if (!d) return false;
  *d = u->comp_dir;
  for (;;) {
    const char* s = r.cstr();
    if (!r.ok || !*s) break;
    if (!(d = t->dirs.push(m->arena))) return false;
    *d = s;
  }
  for (;;) {
    const char* s = r.cstr();
    if (!r.ok || !*s) break;
    LineFile* f = t->files.push(m->arena);
    if (!f) return false;
    *f = {s, static_cast<uint32_t>(r.uleb()), nullptr};
    r.uleb();
    r.uleb();
  }
  return r.ok;
}

bool read_header(Module* m, Unit* u, Reader& r, LineTable* t, Header* h) {
  uint64_t len = r.u32();
  h->dwarf64 = len == 0xffffffff;
  if (h->dwarf64) len = r.u64();
  if (!r.ok || len > static_cast<size_t>(r.end - r.p)) return false;
  h->end = r.end = r.p + len;
  h->version = r.u16();
  if (h->version < 2 || h->version > 5) return false;
  if (h->version >= 5) r.skip(2);  // address and segment sizes
  uint64_t header_len = r.offset(h->dwarf64);
  if (!r.ok || header_len > static_cast<size_t>(r.end - r.p)) return false;
  const uint8_t* program = r.p + header_len;
  h->min_inst = r.u8();
  if (h->version >= 4) r.u8();  // operations per instruction: 1 on amd64
  r.u8();                       // default_is_stmt
  h->line_base = static_cast<int8_t>(r.u8());
  h->line_range = r.u8();
  h->opcode_base = r.u8();
  if (h->line_range == 0 || h->opcode_base == 0) return false;
  for (int i = 1; i < h->opcode_base; i++) h->lengths[i] = r.u8();
  t->first_file = h->version >= 5 ? 0 : 1;
  bool ok = h->version >= 5 ? read_entries(m, u, *h, r, t, false) && read_entries(m, u, *h, r, t, true)
                            : read_tables_4(m, u, r, t);
  r = {program, h->end};
  return ok;
}

struct State {
  uint64_t addr = 0;
  uint32_t file = 1;
  int64_t line = 1;
};

struct Builder {
  Module* m;
  LineTable* t;
  uint32_t seq_first;
  bool room = true;

  void row(const State& s, bool end) {
    // Several rows at one address: the last one counts.
    if (t->rows.n > seq_first && t->rows[t->rows.n - 1].addr == s.addr && !end) {
      t->rows[t->rows.n - 1] = {s.addr, static_cast<uint32_t>(s.line), s.file & 0x7fffffff, 0};
      return;
    }
    LineRow* r = t->rows.push(m->arena);
    if (!r) {
      room = false;
      return;
    }
    *r = {s.addr, static_cast<uint32_t>(s.line), s.file & 0x7fffffff, end};
  }
  void end_sequence() {
    uint32_t n = t->rows.n - seq_first;
    uint64_t lo = n ? t->rows[seq_first].addr : 0;
    uint64_t hi = n ? t->rows[t->rows.n - 1].addr : 0;
    seqs++;
    if (n && lo > 1 && lo >= m->elf.lo && lo < m->elf.hi && lo < hi) {
      LineSequence* s = pending.push(m->arena);
      if (!s)
        room = false;
      else
        *s = {lo, hi, seq_first, n};
    } else {
      t->rows.n = seq_first;  // of a discarded function
    }
    seq_first = t->rows.n;
  }
  Vec<LineSequence> pending;
  uint32_t seqs = 0;
};

void extended(Reader& r, Builder& b, State& s) {
  uint64_t len = r.uleb();
  if (!r.ok || len == 0 || len > static_cast<size_t>(r.end - r.p)) {
    r.ok = false;
    return;
  }
  const uint8_t* next = r.p + len;
  switch (r.u8()) {
    case 1:  // end_sequence
      b.row(s, true);
      b.end_sequence();
      s = State{};
      break;
    case 2:
      s.addr = r.u64();
      break;  // set_address
    default:
      break;  // define_file, set_discriminator
  }
  r.p = next;
}

void standard(uint8_t op, const Header& h, Reader& r, Builder& b, State& s) {
  switch (op) {
    case 1:
      b.row(s, false);
      break;  // copy
    case 2:
      s.addr += r.uleb() * h.min_inst;
      break;  // advance_pc
    case 3:
      s.line += r.sleb();
      break;  // advance_line
    case 4:
      s.file = static_cast<uint32_t>(r.uleb());
      break;  // set_file
    case 8:
      s.addr += uint64_t{h.min_inst} * ((255u - h.opcode_base) / h.line_range);
      break;  // const_add_pc
    case 9:
      s.addr += r.u16();
      break;  // fixed_advance_pc
    default:
      for (int i = 0; i < h.lengths[op]; i++) r.uleb();
  }
}

bool run_program(Module* m, LineTable* t, const Header& h, Reader r) {
  Builder b{m, t, 0, true, {}, 0};
  State s;
  while (r.ok && b.room && r.p < r.end) {
    uint8_t op = r.u8();
    if (op >= h.opcode_base) {
      unsigned adj = static_cast<unsigned>(op - h.opcode_base);
      s.addr += uint64_t{h.min_inst} * (adj / h.line_range);
      s.line += h.line_base + static_cast<int>(adj % h.line_range);
      b.row(s, false);
    } else if (op == 0) {
      extended(r, b, s);
    } else {
      standard(op, h, r, b, s);
    }
  }
  t->seqs = b.pending;
  std::sort(t->seqs.data, t->seqs.data + t->seqs.n,
            [](const LineSequence& x, const LineSequence& y) { return x.lo < y.lo; });
  return b.room;
}

// clean appends path to out, resolving "." and ".." by name only, as Go prints paths.
void clean(NameBuf& out, const char* path) {
  while (*path) {
    while (*path == '/') path++;
    const char* e = path;
    while (*e && *e != '/') e++;
    size_t n = static_cast<size_t>(e - path);
    if (n == 2 && path[0] == '.' && path[1] == '.') {
      size_t at = out.n;
      while (at && out.p[at - 1] != '/') at--;
      if (at) out.cut(at - 1);
    } else if (n && !(n == 1 && path[0] == '.')) {
      out.add('/');
      out.add(path, n);
    }
    path = e;
  }
}

}  // namespace

LineTable* line_table(Module* m, Unit* u) {
  if (u->lines_tried) return u->lines;
  u->lines_tried = true;
  Bytes s = m->sec(kLine);
  if (u->stmt_list >= s.n) return nullptr;
  auto* t = m->arena.make<LineTable>();
  if (!t) return nullptr;
  Reader r{s.p + u->stmt_list, s.p + s.n};
  Header h{};
  if (!read_header(m, u, r, t, &h)) return nullptr;
  u->lines = t;  // a table cut short by the arena's end is still right as far as it goes
  run_program(m, t, h, r);
  return t;
}

const char* line_file(Module* m, Unit* u, uint64_t index) {
  LineTable* t = line_table(m, u);
  if (!t || index < t->first_file || index - t->first_file >= t->files.n) return nullptr;
  LineFile& f = t->files[index - t->first_file];
  if (f.full || !f.name) return f.full;
  char buf[1024];
  NameBuf out(buf, sizeof buf);
  if (f.name[0] != '/') {
    const char* dir = f.dir < t->dirs.n ? t->dirs[f.dir] : nullptr;
    if ((!dir || dir[0] != '/') && u->comp_dir) clean(out, u->comp_dir);
    if (dir && !(dir[0] != '/' && f.dir == 0)) clean(out, dir);
  }
  clean(out, f.name);
  return f.full = m->arena.dup(buf, out.n);
}

bool find_line(Module* m, Unit* u, uint64_t pc, const char** file, int* line) {
  LineTable* t = line_table(m, u);
  if (!t) return false;
  LineSequence* b = t->seqs.data;
  LineSequence* s = std::upper_bound(b, b + t->seqs.n, pc, [](uint64_t p, const LineSequence& x) { return p < x.lo; });
  if (s == b || pc >= s[-1].hi) return false;
  --s;
  LineRow* rows = t->rows.data + s->first;
  LineRow* r = std::upper_bound(rows, rows + s->n, pc, [](uint64_t p, const LineRow& x) { return p < x.addr; });
  if (r == rows) return false;
  --r;
  while (r->line == 0 && r != rows) --r;  // compiler-made code belongs to the statement before it
  if (r->line == 0) return false;
  *file = line_file(m, u, r->file);
  *line = static_cast<int>(r->line);
  return true;
}

}  // namespace gort::rt::symtab
