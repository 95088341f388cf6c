// Unwinding another program.
//
// Code and unwind tables are read from the module's file, which is mapped here: they are the bulk of what a step reads,
// and a system call for each word would be. Only segments that are not writable are taken from there; what is
// relocated, and modules without a file, come from the program's memory. Rows are derived as in process and kept in a
// map.
#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <unordered_map>
#include <vector>

#include "runtime/unwind_internal.h"

namespace gort::rt {
namespace {

// A read-only segment of a mapped file, at its address in the other program.
struct Segment {
  uint64_t start, end;
  const char* bytes;
};

struct Loaded {
  CodeObject object;
  void* map = MAP_FAILED;
  size_t map_size = 0;
  std::vector<Segment> segments;
};

bool is_elf64(const Elf64_Ehdr& e) {
  return memcmp(e.e_ident, ELFMAG, SELFMAG) == 0 && e.e_ident[EI_CLASS] == ELFCLASS64 &&
         e.e_phentsize == sizeof(Elf64_Phdr);
}

// Notes what the program headers tell: the table's address and the segments that `image` (null: none) can stand for.
void take_headers(const Elf64_Phdr* ph, int count, uint64_t bias, const char* image, size_t size, Loaded* out) {
  for (int i = 0; i < count; i++) {
    if (ph[i].p_type == PT_GNU_EH_FRAME) out->object.eh_frame_hdr = bias + ph[i].p_vaddr;
    if (ph[i].p_type != PT_LOAD || (ph[i].p_flags & PF_W) || image == nullptr) continue;
    if (ph[i].p_offset > size || ph[i].p_filesz > size - ph[i].p_offset) continue;
    // Whole pages are mapped: words at a segment's edge may reach past p_filesz.
    uint64_t at = bias + ph[i].p_vaddr;
    uint64_t room = std::min<uint64_t>((ph[i].p_filesz + 7) & ~uint64_t{7}, size - ph[i].p_offset);
    out->segments.push_back({at, at + room, image + ph[i].p_offset});
  }
}

bool load_file(const std::string& path, uint64_t bias, Loaded* out) {
  if (path.empty() || path[0] != '/') return false;
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct stat st;
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && size_t(st.st_size) >= sizeof(Elf64_Ehdr)) {
    out->map_size = size_t(st.st_size);
    out->map = mmap(nullptr, out->map_size, PROT_READ, MAP_PRIVATE, fd, 0);
  }
  close(fd);
  if (out->map == MAP_FAILED) return false;
  auto* image = static_cast<const char*>(out->map);
  Elf64_Ehdr e;
  memcpy(&e, image, sizeof e);
  if (!is_elf64(e) || e.e_phoff > out->map_size || e.e_phnum > (out->map_size - e.e_phoff) / sizeof(Elf64_Phdr)) {
    return false;
  }
  std::vector<Elf64_Phdr> ph(e.e_phnum);
  memcpy(ph.data(), image + e.e_phoff, ph.size() * sizeof(Elf64_Phdr));
  take_headers(ph.data(), e.e_phnum, bias, image, out->map_size, out);
  return out->object.eh_frame_hdr != 0;
}

bool load_memory(MemReader& mem, uint64_t start, uint64_t bias, Loaded* out) {
  Elf64_Ehdr e;
  if (!mem.read(start, &e, sizeof e) || !is_elf64(e) || e.e_phnum == 0 || e.e_phnum > 64) return false;
  std::vector<Elf64_Phdr> ph(e.e_phnum);
  if (!mem.read(start + e.e_phoff, ph.data(), ph.size() * sizeof(Elf64_Phdr))) return false;
  take_headers(ph.data(), e.e_phnum, bias, nullptr, 0, out);
  return out->object.eh_frame_hdr != 0;
}

}  // namespace

bool module_bias(MemReader& mem, uint64_t start, uint64_t* bias) {
  Elf64_Ehdr e;
  if (!mem.read(start, &e, sizeof e) || !is_elf64(e) || e.e_phnum > 64) return false;
  for (int i = 0; i < e.e_phnum; i++) {
    Elf64_Phdr ph;
    if (!mem.read(start + e.e_phoff + i * sizeof ph, &ph, sizeof ph)) return false;
    if (ph.p_type != PT_LOAD) continue;
    *bias = start - (ph.p_vaddr - ph.p_offset);
    return true;
  }
  return false;
}

namespace {

struct RemoteFrame final : FrameSource {
  const Regs& regs;
  MemReader& mem;
  RemoteFrame(const Regs& r, MemReader& m) : regs(r), mem(m) {}
  bool get_reg(int reg, uint64_t* out) override {
    *out = regs.r[reg];
    return regs.has(reg);
  }
  // RemoteCode reads everything: it knows which addresses it has a copy of.
  bool read_stack(uint64_t, uint64_t*, bool*) override { return false; }
};

}  // namespace

struct RemoteSpace::Impl final : CodeSource {
  MemReader& mem;
  std::vector<Loaded> modules;  // sorted by start
  std::unordered_map<uint64_t, RowData> rows;

  explicit Impl(MemReader& m) : mem(m) {}
  ~Impl() {
    for (auto& m : modules) {
      if (m.map != MAP_FAILED) munmap(m.map, m.map_size);
    }
  }

  const Loaded* module_at(uint64_t addr) const {
    auto it = std::upper_bound(modules.begin(), modules.end(), addr,
                               [](uint64_t a, const Loaded& m) { return a < m.object.start; });
    if (it == modules.begin()) return nullptr;
    --it;
    return addr < it->object.end ? &*it : nullptr;
  }
  bool find(uint64_t pc, CodeObject* out) override {
    const Loaded* m = module_at(pc);
    if (m == nullptr) return false;
    *out = m->object;
    return true;
  }
  bool read_word(uint64_t addr, uint64_t* out) override {
    if (const Loaded* m = module_at(addr)) {
      for (const Segment& s : m->segments) {
        if (addr < s.start || addr + 8 > s.end) continue;
        memcpy(out, s.bytes + (addr - s.start), 8);
        return true;
      }
    }
    return mem.read(addr, out, 8);
  }
  Applied native(Regs& regs, uint64_t pc, uint64_t* cfa, bool* exact) {
    RemoteFrame frame(regs, mem);
    NativeStep step = native_step(*this, frame, pc);
    if (step.status == NativeStep::kEnd) return Applied::kEnd;
    if (step.status == NativeStep::kNoInfo) return Applied::kNoInfo;
    if (step.status != NativeStep::kStepped) return Applied::kError;
    if (!step.signal_frame && step.cfa <= regs.r[Regs::kRsp]) return Applied::kError;
    regs = step.regs;
    *cfa = step.cfa;
    *exact = step.signal_frame;
    return Applied::kOk;
  }
};

RemoteSpace::RemoteSpace(MemReader& mem) : impl_(std::make_unique<Impl>(mem)) {
  unwind_init();
}
RemoteSpace::~RemoteSpace() = default;

bool RemoteSpace::add_module(const RemoteModule& module) {
  Loaded loaded;
  loaded.object = {module.start, module.end, 0};
  if (!load_file(module.path, module.bias, &loaded)) {
    if (loaded.map != MAP_FAILED) munmap(loaded.map, loaded.map_size);
    loaded.map = MAP_FAILED;
    loaded.segments.clear();
    if (!load_memory(impl_->mem, module.start, module.bias, &loaded)) return false;
  }
  auto& modules = impl_->modules;
  auto at = std::upper_bound(modules.begin(), modules.end(), module.start,
                             [](uint64_t a, const Loaded& m) { return a < m.object.start; });
  modules.insert(at, std::move(loaded));
  impl_->rows.clear();
  return true;
}

namespace {

// The path under which this process can open what pid has mapped from `path`: the path itself, unless that names
// another file here (pid has a mount namespace of its own) or nothing any more (a program built anew while it ran).
std::string openable(int pid, const std::string& path, uint64_t start, uint64_t end) {
  static constexpr char kDeleted[] = " (deleted)";
  std::string proc = "/proc/" + std::to_string(pid);
  struct stat theirs, ours;
  if (path.ends_with(kDeleted)) {
    char link[4096];
    ssize_t n = readlink((proc + "/exe").c_str(), link, sizeof link);
    if (n > 0 && path == std::string(link, size_t(n))) return proc + "/exe";
    char range[64];
    snprintf(range, sizeof range, "/map_files/%" PRIx64 "-%" PRIx64, start, end);
    return proc + range;
  }
  if (stat((proc + "/root" + path).c_str(), &theirs) != 0) return path;
  bool same = stat(path.c_str(), &ours) == 0 && ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
  return same ? path : proc + "/root" + path;
}

}  // namespace

std::vector<RemoteModule> process_modules(int pid, MemReader& mem) {
  std::vector<RemoteModule> found;
  char name[64];
  snprintf(name, sizeof name, "/proc/%d/maps", pid);
  FILE* maps = fopen(name, "re");
  if (maps == nullptr) return found;
  // The lines of one object follow each other; anonymous ones (its .bss) may stand between.
  std::vector<uint64_t> first_end;
  std::vector<bool> has_code;  // false: somebody reads the file, as symbolizers do
  char line[4600];
  while (fgets(line, sizeof line, maps) != nullptr) {
    uint64_t start, end, offset;
    char rights[8];
    int path_at = 0;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %*s %*s %n", &start, &end, rights, &offset, &path_at) < 4)
      continue;
    std::string path = path_at > 0 ? line + path_at : "";
    while (!path.empty() && path.back() == '\n') path.pop_back();
    if (path.empty() || (path[0] == '[' && path != "[vdso]")) continue;
    if (!found.empty() && found.back().path == path && offset != 0) {
      found.back().end = end;
    } else if (offset == 0) {
      found.push_back({start, end, 0, path});
      first_end.push_back(end);
      has_code.push_back(false);
    }
    if (!found.empty() && found.back().path == path && rights[2] == 'x') has_code.back() = true;
  }
  fclose(maps);
  std::vector<RemoteModule> objects;
  for (size_t i = 0; i < found.size(); i++) {
    RemoteModule& m = found[i];
    if (!has_code[i] || !module_bias(mem, m.start, &m.bias)) continue;
    if (m.path[0] == '/') m.path = openable(pid, m.path, m.start, first_end[i]);
    objects.push_back(std::move(m));
  }
  return objects;
}

bool RemoteSpace::add_process_modules(int pid) {
  bool any = false;
  for (const RemoteModule& m : process_modules(pid, impl_->mem)) any |= add_module(m);
  return any;
}

Step RemoteSpace::step(Regs& regs, uint64_t* cfa, bool* exact_pc) {
  if (regs.r[Regs::kRip] == 0 && !*exact_pc) return Step::kEnd;
  uint64_t pc = regs.r[Regs::kRip] - !*exact_pc;
  auto it = impl_->rows.find(pc);
  if (it == impl_->rows.end()) {
    RowData row;
    if (!derive_row(*impl_, pc, false, &row)) return Step::kNoInfo;
    it = impl_->rows.emplace(pc, row).first;
  }
  const RowData& row = it->second;
  Applied applied = apply_row(row, ReaderMem{&impl_->mem}, regs, cfa);
  bool exact = row.kind() == RowKind::kSignal;
  if (applied == Applied::kAskNative) applied = impl_->native(regs, pc, cfa, &exact);
  switch (applied) {
    case Applied::kOk:
      *exact_pc = exact;
      return Step::kOk;
    case Applied::kEnd:
      return Step::kEnd;
    case Applied::kNoInfo:
      return Step::kNoInfo;
    default:
      return Step::kError;
  }
}

bool RemoteSpace::guess_caller(Regs& regs, uint64_t* cfa) {
  return follow_frame_pointer(ReaderMem{&impl_->mem}, regs, cfa);
}

bool RemoteSpace::recover_bad_pc(Regs& regs) {
  return undo_call(ReaderMem{&impl_->mem}, regs);
}

int RemoteSpace::callers(Regs regs, bool exact_pc, uintptr_t* pcs, int max) {
  int n = 0;
  CodeObject object;
  while (n < max) {
    pcs[n++] = regs.r[Regs::kRip] + exact_pc;
    uint64_t cfa;
    Step s = step(regs, &cfa, &exact_pc);
    if (s == Step::kNoInfo) {
      bool ok = exact_pc ? recover_bad_pc(regs) : guess_caller(regs, &cfa);
      if (!ok || !impl_->find(regs.r[Regs::kRip] - 1, &object)) break;
      exact_pc = false;
      continue;
    }
    if (s != Step::kOk || (regs.r[Regs::kRip] == 0 && !exact_pc)) break;
  }
  return n;
}

}  // namespace gort::rt
