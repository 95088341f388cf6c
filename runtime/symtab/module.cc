// Opening objects, finding their debug information, and the table of this process's loaded objects.
//
// Debug information is looked for in the object itself, then under /usr/lib/debug/.build-id, then by .gnu_debuglink in
// the object's folder, its .debug subfolder and /usr/lib/debug (or whatever set_debug_directory said). A candidate must
// carry the same build id, or, where there is none, the debuglink's checksum.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <new>
#include <sys/auxv.h>
#include <unistd.h>

#include "runtime/find_object.h"
#include "runtime/symtab/dwarf.h"
#include "runtime/symtab/kept.h"

namespace gort::rt::symtab {

std::atomic<uintptr_t> g_main_entry{0};
__thread int locks_held;
__thread bool stop_is_due;
std::atomic<void (*)()> stop_now{nullptr};

namespace {

constexpr size_t kArenaMost = size_t{1} << 30;  // address space only: pages come when touched
constexpr size_t kArenaLeast = size_t{1} << 20;
constexpr size_t kMaxLoaded = 1024;  // and unloaded: each build of a plugin takes one

const char* g_debug_directory = "/usr/lib/debug";

// A unit's index takes a tenth of its debug information: 64 MiB hold what a trace needs of very large programs. One
// that needs more within few lookups (whole-program optimisation makes single units of that size) gets more.
constexpr size_t kIndexBudget = size_t{64} << 20;
constexpr uint32_t kFewLookups = 64;

bool is_system(const char* path) {
  static constexpr const char* kDirs[] = {"/lib/",       "/lib64/",       "/usr/lib/",
                                          "/usr/lib64/", "/usr/libexec/", "linux-vdso"};
  for (const char* d : kDirs)
    if (strncmp(path, d, strlen(d)) == 0) return true;
  return false;
}

bool same_build(const Elf& a, const Elf& b) {
  return a.build_id.n && a.build_id.n == b.build_id.n && memcmp(a.build_id.p, b.build_id.p, a.build_id.n) == 0;
}

bool try_debug(Module* m, const char* path, bool by_crc) {
  Elf e;
  if (!e.open(path, true)) return false;
  bool match = m->elf.build_id.n && e.build_id.n ? same_build(m->elf, e) : false;
  if (!match && by_crc && !m->elf.build_id.n) {
    uint32_t want;
    memcpy(&want, m->elf.debuglink.p + m->elf.debuglink.n - 4, 4);
    match = crc32(e.file.p, e.file.n) == want;
  }
  if (!match || !e.has_dwarf()) {
    e.close();
    return false;
  }
  m->debug = e;
  return true;
}

void find_separate_debug(Module* m) {
  char buf[1024];
  if (m->elf.build_id.n >= 2) {
    NameBuf b(buf, sizeof buf);
    b.add(g_debug_directory);
    b.add("/.build-id/");
    for (size_t i = 0; i < m->elf.build_id.n; i++) {
      b.add("0123456789abcdef"[m->elf.build_id.p[i] >> 4]);
      b.add("0123456789abcdef"[m->elf.build_id.p[i] & 15]);
      if (i == 0) b.add('/');
    }
    b.add(".debug");
    if (try_debug(m, buf, false)) return;
  }
  if (!m->elf.debuglink.n) return;
  size_t dir = strlen(m->path);
  while (dir && m->path[dir - 1] != '/') dir--;
  const char* before[] = {"", "", g_debug_directory};
  static constexpr const char* kAfter[] = {"", ".debug/", ""};
  for (int i = 0; i < 3; i++) {
    NameBuf b(buf, sizeof buf);
    b.add(before[i]);
    b.add(m->path, dir);
    b.add(kAfter[i]);
    b.add(reinterpret_cast<const char*>(m->elf.debuglink.p));
    if (strcmp(buf, m->path) != 0 && !b.full && try_debug(m, buf, true)) return;
  }
}

// create makes the Module inside its own arena.
Module* create(const char* shown_path) {
  Arena a;
  if (!a.init(kArenaMost, kArenaLeast)) return nullptr;
  void* at = a.alloc(sizeof(Module));
  Module* m = new (at) Module{};
  m->arena = a;
  m->path = m->arena.dup(shown_path, strlen(shown_path));
  m->system = is_system(shown_path);
  return m;
}

Module* finish(Module* m, uint64_t bias, bool dwarf) {
  m->bias = bias;
  if (dwarf && !m->elf.has_dwarf()) find_separate_debug(m);
  m->dwarf = m->elf.has_dwarf() ? &m->elf : m->debug.has_dwarf() ? &m->debug : nullptr;
  m->symbols[0] = &m->elf.symtab;
  if (!m->elf.symtab.n) m->symbols[0] = m->debug.symtab.n ? &m->debug.symtab : nullptr;
  m->symbols[1] = m->elf.dynsym.n ? &m->elf.dynsym : nullptr;
  m->mark = m->arena.cur;
  m->budget = kIndexBudget;
  return m;
}

// open_in opens m's object where it is mapped, or else the file.
Module* open_in(Module* m, const Bytes& mapped, const char* path, uint64_t bias, bool dwarf) {
  if (!m) return nullptr;
  if (mapped.p != nullptr ? m->elf.open_image(mapped.p, mapped.n, dwarf) : m->elf.open(path, dwarf))
    return finish(m, bias, dwarf);
  close_module(m);
  return nullptr;
}

Module* open_file(const char* path, uint64_t bias, bool system_dwarf, const Bytes& mapped = {}) {
  Module* m = create(path);
  return open_in(m, mapped, path, bias, m && (!m->system || system_dwarf));
}

constexpr const char* kMainProgram = "/proc/self/exe";
Bytes g_main_file, g_own_file;  // mapped by map_own_files
const link_map* g_own_map;      // gort's library, if it is one
char g_main_path[1024];         // empty: not known
void read_main_path() {
  ssize_t n = readlink(kMainProgram, g_main_path, sizeof g_main_path - 1);
  g_main_path[n > 0 ? n : 0] = 0;
  if (n > 0) return;
  // Without /proc: what execve was given.
  const char* name = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  if (name != nullptr && strlen(name) < sizeof g_main_path) strcpy(g_main_path, name);
}

// main_program is the file to open: the one that runs, whatever its name is by now.
const char* main_program() {
  return access(kMainProgram, R_OK) == 0 ? kMainProgram : g_main_path;
}

Module* open_main_program(uint64_t bias) {
  if (g_main_path[0] == 0) read_main_path();
  Module* m = create(g_main_path[0] != 0 ? g_main_path : kMainProgram);
  if (m) {
    m->system = false;
    m->permanent = true;
  }
  return open_in(m, g_main_file, main_program(), bias, true);
}

// The objects that are loaded, or were. A slot is written once, under the lock; readers see it whole through `module`.
struct Loaded {
  uintptr_t start, end;
  const link_map* map;
  uintptr_t bias;
  uint64_t build;  // 0: it is permanent
  std::atomic<Module*> module;
};
Loaded g_loaded[kMaxLoaded];
std::atomic<uint32_t> g_nloaded{0};
TryLock g_loaded_lock;
void bind_main_entry(Loaded& l, Module* m) {
  uintptr_t e = g_main_entry.load(std::memory_order_relaxed);
  if (m && e >= l.start && e < l.end) set_main_entry(m, e);
}

Module* open_loaded(const dl_find_object& o) {
  const link_map* map = o.dlfo_link_map;
  const char* name = map->l_name;
  auto start = reinterpret_cast<uintptr_t>(o.dlfo_map_start), end = reinterpret_cast<uintptr_t>(o.dlfo_map_end);
  if (name && strncmp(name, "linux-vdso", 10) == 0) {
    return open_image(name, o.dlfo_map_start, end - start, map->l_addr);
  }
  if (name && *name) return open_file(name, map->l_addr, false, map == g_own_map ? g_own_file : Bytes());
  return open_main_program(map->l_addr);
}

// What the loader puts at an unloaded object's addresses may be another object, in the same link_map, or another build.
// One that comes back is known again.
uint64_t build_of(const dl_find_object& o) {
  return build_id_of(o).hash | 1;
}

// What was lacking may be there another time.
bool lacked_resources() {
  return errno == ENOMEM || errno == EMFILE || errno == ENFILE;
}

}  // namespace

Module* open_module(const char* path, uint64_t bias, const uint8_t* id, size_t id_len, bool system_dwarf) {
  int saved = errno;
  Module* m = open_file(path, bias, system_dwarf);
  if (m && id && (m->elf.build_id.n != id_len || memcmp(m->elf.build_id.p, id, id_len) != 0)) {
    close_module(m);
    m = nullptr;
  }
  errno = saved;
  return m;
}

Module* open_image(const char* name, const void* image, size_t n, uint64_t bias) {
  Module* m = create(name);
  if (m && m->elf.open_image(image, n, false)) return finish(m, bias, false);
  close_module(m);
  return nullptr;
}

void map_own_files() {
  if (g_main_file.p != nullptr || !g_loaded_lock.acquire()) return;
  read_main_path();
  g_main_file = map_file(main_program());
  dl_find_object o;
  if (find_object(reinterpret_cast<uintptr_t>(map_own_files), &o) && o.dlfo_link_map && *o.dlfo_link_map->l_name) {
    g_own_map = o.dlfo_link_map;
    g_own_file = map_file(g_own_map->l_name);
  }
  g_loaded_lock.release();
}

void set_debug_directory(const char* path) {
  g_debug_directory = path;
}

void drop_index(Module* m) {
  m->arena.cut(m->mark);
  m->indexed = false;
  m->abbrev_tables = nullptr;
  m->units = {};
  m->ranges = {};
  m->main_fn = 0;
  m->fresh = 0;
  m->elf.shed();
  m->debug.shed();
}

void trim_index(Module* m) {
  m->fresh++;
  if (static_cast<size_t>(m->arena.cur - m->mark) < m->budget) return;
  if (m->fresh < kFewLookups) m->budget *= 2;
  drop_index(m);
}

size_t index_bytes() {
  size_t n = 0;
  uint32_t count = g_nloaded.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < count; i++)
    if (Module* m = g_loaded[i].module.load(std::memory_order_acquire))
      n += static_cast<size_t>(m->arena.cur - m->arena.base) + m->elf.inflated_bytes() + m->debug.inflated_bytes();
  return n;
}

void drop_indices() {
  uint32_t count = g_nloaded.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < count; i++) {
    Module* m = g_loaded[i].module.load(std::memory_order_acquire);
    if (m == nullptr || !m->lock.acquire()) continue;
    drop_index(m);
    m->lock.release();
  }
}

void close_module(Module* m) {
  if (!m) return;
  pool_replace(nullptr);  // its entries go by its address, which another module may get
  m->elf.close();
  m->debug.close();
  Arena a = m->arena;
  a.release();
}

const uint8_t* build_id(const Module* m, size_t* n) {
  *n = m->elf.build_id.n;
  return m->elf.build_id.p;
}

Module* find_module(uintptr_t pc) {
  dl_find_object o;
  if (!find_object(pc, &o) || !o.dlfo_link_map) return nullptr;
  auto start = reinterpret_cast<uintptr_t>(o.dlfo_map_start);
  uint64_t build = 0;
  auto known = [&](const Loaded& l) {
    if (l.start != start || l.map != o.dlfo_link_map || l.bias != o.dlfo_link_map->l_addr) return false;
    if (l.build != 0 && build == 0) build = build_of(o);
    return l.build == 0 || l.build == build;
  };
  uint32_t n = g_nloaded.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < n; i++)
    if (known(g_loaded[i])) return g_loaded[i].module.load(std::memory_order_acquire);
  if (!g_loaded_lock.acquire()) return nullptr;
  int saved = errno;
  Module* m = nullptr;
  bool found = false;
  n = g_nloaded.load(std::memory_order_relaxed);
  for (uint32_t i = 0; i < n && !found; i++) {
    if (!known(g_loaded[i])) continue;
    m = g_loaded[i].module.load(std::memory_order_relaxed);
    found = true;
  }
  if (!found && n < kMaxLoaded) {
    errno = 0;
    m = open_loaded(o);
    if (m != nullptr || !lacked_resources()) {
      Loaded& l = g_loaded[n];
      l.start = start;
      l.end = reinterpret_cast<uintptr_t>(o.dlfo_map_end);
      l.map = o.dlfo_link_map;
      l.bias = o.dlfo_link_map->l_addr;
      l.build = is_permanent(pc) ? 0 : build_of(o);
      bind_main_entry(l, m);
      l.module.store(m, std::memory_order_release);
      g_nloaded.store(n + 1, std::memory_order_release);
    }
  }
  g_loaded_lock.release();
  errno = saved;
  return m;
}

void set_main_entry(Module* m, uint64_t entry) {
  if (m->main_entry == entry - m->bias) return;
  m->main_entry = entry - m->bias;
  m->main_fn = 0;
  pool_replace(nullptr);  // what is kept may have the function's other name
}

void set_main_entry(uintptr_t entry) {
  g_main_entry.store(entry, std::memory_order_relaxed);
  uint32_t n = g_nloaded.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < n; i++) bind_main_entry(g_loaded[i], g_loaded[i].module.load(std::memory_order_acquire));
}

}  // namespace gort::rt::symtab
