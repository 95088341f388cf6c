// A core file.
//
// What a core leaves out (by default the contents of mapped files that nobody wrote to) is read from the files, which
// must be the same builds: their build ids are compared with the ones in the core, which keeps the first page of each.
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "tools/stack/target.h"

namespace gort::tool {
namespace {

using rt::Regs;

struct Segment {
  uint64_t start, end;  // end of what the core holds
  const char* bytes;
};

struct FileRange {
  uint64_t start, end, offset;
  std::string path;
  bool trusted = true;  // the file is the one that was mapped, as far as can be told
};

// A whole file, mapped.
class Mapping {
 public:
  Mapping() = default;
  ~Mapping() {
    if (bytes_ != nullptr) munmap(const_cast<char*>(bytes_), size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  bool open(const std::string& path) {
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
      void* p = mmap(nullptr, size_t(st.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
      if (p != MAP_FAILED) {
        bytes_ = static_cast<const char*>(p);
        size_ = size_t(st.st_size);
      }
    }
    close(fd);
    return bytes_ != nullptr;
  }
  const char* bytes() const { return bytes_; }
  size_t size() const { return size_; }

 private:
  const char* bytes_ = nullptr;
  size_t size_ = 0;
};

struct CoreReader final : rt::MemReader {
  std::vector<Segment> segments;  // sorted
  std::vector<FileRange> files;   // sorted
  std::vector<std::pair<std::string, std::unique_ptr<Mapping>>> open_files;

  const Segment* segment_at(uint64_t addr) const {
    auto it = std::upper_bound(segments.begin(), segments.end(), addr,
                               [](uint64_t a, const Segment& s) { return a < s.start; });
    return it != segments.begin() && addr < it[-1].end ? &it[-1] : nullptr;
  }
  const FileRange* file_at(uint64_t addr) const {
    auto it =
        std::upper_bound(files.begin(), files.end(), addr, [](uint64_t a, const FileRange& f) { return a < f.start; });
    return it != files.begin() && addr < it[-1].end ? &it[-1] : nullptr;
  }
  // in_core reads what the core itself holds.
  bool in_core(uint64_t addr, void* out, size_t n) const {
    auto* to = static_cast<char*>(out);
    while (n > 0) {
      const Segment* s = segment_at(addr);
      if (s == nullptr) return false;
      size_t k = std::min<uint64_t>(n, s->end - addr);
      memcpy(to, s->bytes + (addr - s->start), k);
      addr += k;
      to += k;
      n -= k;
    }
    return true;
  }
  bool read(uint64_t addr, void* out, size_t n) override {
    if (in_core(addr, out, n)) return true;
    const FileRange* f = file_at(addr);
    if (f == nullptr || !f->trusted || n > f->end - addr) return false;
    const Mapping* m = mapping(f->path);
    uint64_t at = f->offset + (addr - f->start);
    if (m == nullptr || at > m->size() || n > m->size() - at) return false;
    memcpy(out, m->bytes() + at, n);
    return true;
  }

 private:
  const Mapping* mapping(const std::string& path) {
    for (const auto& [name, m] : open_files)
      if (name == path) return m.get();
    auto m = std::make_unique<Mapping>();
    if (!m->open(path)) m.reset();
    return open_files.emplace_back(path, std::move(m)).second.get();
  }
};

// What only the core itself says.
struct CoreOnly final : rt::MemReader {
  const CoreReader& core;
  explicit CoreOnly(const CoreReader& c) : core(c) {}
  bool read(uint64_t addr, void* out, size_t n) override { return core.in_core(addr, out, n); }
};

std::string hex(const std::string& bytes) {
  std::string s;
  for (unsigned char c : bytes) {
    s += "0123456789abcdef"[c >> 4];
    s += "0123456789abcdef"[c & 15];
  }
  return s;
}

class Core final : public Target {
 public:
  Core(const std::string& path, const std::string& binary);
  rt::MemReader& memory() override { return reader_; }
  bool is_core() const override { return true; }

 private:
  void check_kind(const std::string& path);
  void load_headers(const std::string& path);
  void load_notes(const Elf64_Phdr& h);
  void load_file_table(const char* p, size_t n);
  void find_modules();
  void take_binary(const std::string& binary);
  void check_builds();
  uint64_t auxiliary(uint64_t type) const;

  Mapping file_;
  CoreReader reader_;
  std::vector<Elf64_auxv_t> auxv_;
};

Core::Core(const std::string& path, const std::string& binary) {
  name = "core file " + path;
  if (access(path.c_str(), F_OK) != 0) throw Failure("no such file: " + path);
  if (!file_.open(path))
    throw Failure("cannot read " + path + ": " +
                  (access(path.c_str(), R_OK) != 0 ? "permission denied" : "it is empty or no ordinary file"));
  check_kind(path);
  load_headers(path);
  find_modules();
  take_binary(binary);
  check_builds();
}

void Core::check_kind(const std::string& path) {
  static constexpr struct {
    const char* magic;
    const char* unpack;
  } kPacked[] = {{"\x28\xb5\x2f\xfd", "zstd -d"},
                 {"\x1f\x8b", "gunzip"},
                 {"\xfd"
                  "7zXZ",
                  "unxz"},
                 {"\x04\x22\x4d\x18", "lz4 -d"}};
  for (const auto& k : kPacked)
    if (file_.size() > 6 && memcmp(file_.bytes(), k.magic, strlen(k.magic)) == 0)
      throw Failure(path + " is compressed: unpack it first (" + k.unpack + ")");
  Elf64_Ehdr e{};
  if (file_.size() >= sizeof e) memcpy(&e, file_.bytes(), sizeof e);
  if (memcmp(e.e_ident, ELFMAG, SELFMAG) != 0) throw Failure(path + " is no core file");
  if (e.e_type != ET_CORE)
    throw Failure(path + " is a program, not a core file: give the core first, then the program");
  if (e.e_ident[EI_CLASS] != ELFCLASS64 || e.e_machine != EM_X86_64)
    throw Failure(path + " is the core of a program for another machine");
}

void Core::load_headers(const std::string& path) {
  Elf64_Ehdr e;
  memcpy(&e, file_.bytes(), sizeof e);
  uint64_t count = e.e_phnum, size = file_.size(), wanted = 0;
  auto within = [size](uint64_t at, uint64_t n) { return at <= size && n <= size - at; };
  if (e.e_phnum == PN_XNUM && within(e.e_shoff, sizeof(Elf64_Shdr))) {  // more segments than the field can hold
    Elf64_Shdr first;
    memcpy(&first, file_.bytes() + e.e_shoff, sizeof first);
    count = first.sh_info;
  }
  std::vector<Elf64_Phdr> headers;
  if (count <= size / sizeof(Elf64_Phdr) && within(e.e_phoff, count * sizeof(Elf64_Phdr))) {
    headers.resize(count);
    memcpy(headers.data(), file_.bytes() + e.e_phoff, count * sizeof(Elf64_Phdr));
  }
  for (const Elf64_Phdr& h : headers) wanted = std::max(wanted, h.p_offset + h.p_filesz);
  if (headers.empty() || wanted > size)
    throw Failure(path + " is truncated: " + std::to_string(size) + " bytes" +
                  (wanted > size ? " of " + std::to_string(wanted) : "") +
                  " are there (was there a limit, ulimit -c, or a full disk?)");
  for (const Elf64_Phdr& h : headers) {
    if (h.p_type == PT_LOAD && h.p_filesz > 0)
      reader_.segments.push_back({h.p_vaddr, h.p_vaddr + h.p_filesz, file_.bytes() + h.p_offset});
    if (h.p_type == PT_NOTE) load_notes(h);
  }
  std::sort(reader_.segments.begin(), reader_.segments.end(),
            [](const Segment& a, const Segment& b) { return a.start < b.start; });
}

void Core::load_notes(const Elf64_Phdr& h) {
  const char* p = file_.bytes() + h.p_offset;
  const char* end = p + h.p_filesz;
  auto up = [](size_t n) { return (n + 3) & ~size_t{3}; };
  while (size_t(end - p) >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr n;
    memcpy(&n, p, sizeof n);
    const char* desc = p + sizeof n + up(n.n_namesz);
    if (desc > end || up(n.n_descsz) > size_t(end - desc)) return;
    if (n.n_type == NT_PRSTATUS && n.n_descsz >= sizeof(prstatus_t)) {
      prstatus_t st;
      memcpy(&st, desc, sizeof st);
      const auto* u = reinterpret_cast<const unsigned long long*>(&st.pr_reg);
      // The order of user_regs_struct: r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs flags
      // rsp.
      static constexpr int kPlace[Regs::kCount] = {10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16};
      Regs r{};
      for (int i = 0; i < Regs::kCount; i++) r.set(i, u[kPlace[i]]);
      threads.push_back({st.pr_pid, true, r});
    } else if (n.n_type == NT_FILE) {
      load_file_table(desc, n.n_descsz);
    } else if (n.n_type == NT_AUXV) {
      auxv_.resize(n.n_descsz / sizeof(Elf64_auxv_t));
      memcpy(auxv_.data(), desc, auxv_.size() * sizeof(Elf64_auxv_t));
    }
    p = desc + up(n.n_descsz);
  }
}

// count, page size, count times (start, end, offset in pages), count names.
void Core::load_file_table(const char* p, size_t n) {
  uint64_t head[2];
  if (n < sizeof head) return;
  memcpy(head, p, sizeof head);
  if (head[0] > n / 24 || sizeof head + head[0] * 24 > n) return;
  const char* text = p + sizeof head + head[0] * 24;
  for (uint64_t i = 0; i < head[0]; i++) {
    uint64_t w[3];
    memcpy(w, p + sizeof head + i * 24, sizeof w);
    const void* zero = memchr(text, 0, size_t(p + n - text));
    if (zero == nullptr) break;
    reader_.files.push_back({w[0], w[1], w[2] * head[1], text});
    text = static_cast<const char*>(zero) + 1;
  }
  std::sort(reader_.files.begin(), reader_.files.end(),
            [](const FileRange& a, const FileRange& b) { return a.start < b.start; });
}

uint64_t Core::auxiliary(uint64_t type) const {
  for (const Elf64_auxv_t& a : auxv_)
    if (a.a_type == type) return a.a_un.a_val;
  return 0;
}

// The ranges of one object follow each other, the one at offset 0 first. One that stands alone is no loaded object:
// somebody reads the file, as symbolizers do.
void Core::find_modules() {
  const auto& files = reader_.files;
  for (size_t i = 0; i < files.size();) {
    size_t next = i + 1;
    while (next < files.size() && files[next].path == files[i].path && files[next].offset != 0) next++;
    if (files[i].offset == 0 && next > i + 1)
      modules.push_back({files[i].start, files[next - 1].end, 0, files[i].path});
    i = next;
  }
  Elf64_Ehdr e;
  if (uint64_t vdso = auxiliary(AT_SYSINFO_EHDR); vdso != 0 && reader_.in_core(vdso, &e, sizeof e)) {
    const Segment* s = reader_.segment_at(vdso);
    modules.push_back({vdso, s->end, 0, "[vdso]"});
  }
}

// Puts the named binary, or the one that the core names, in the place of the main program.
void Core::take_binary(const std::string& binary) {
  uint64_t at = auxiliary(AT_PHDR);
  if (at == 0) at = auxiliary(AT_ENTRY);
  rt::RemoteModule* main = nullptr;
  for (rt::RemoteModule& m : modules)
    if (at >= m.start && at < m.end) main = &m;
  if (main == nullptr) throw Failure(name + " does not say where its program was");
  std::string old = main->path, now = old;
  if (!binary.empty()) {
    char* real = realpath(binary.c_str(), nullptr);
    if (real == nullptr) throw Failure("no such file: " + binary);
    now = real;
    free(real);
  } else if (access(now.c_str(), R_OK) != 0) {
    throw Failure("the program of this core, " + now + ", is not there: name it, tools/gort stack CORE BINARY");
  }
  Note theirs, ours;
  CoreOnly only(reader_);
  if (find_note(only, main->start, "GNU", NT_GNU_BUILD_ID, &theirs)) {
    file_note(now, "GNU", NT_GNU_BUILD_ID, &ours);
    if (theirs.desc != ours.desc)
      throw Failure(now + " is not the program that left this core: its build id is " +
                    (ours.desc.empty() ? "not there" : hex(ours.desc)) + ", the core's " + hex(theirs.desc) +
                    (binary.empty() ? "; name the right one, tools/gort stack CORE BINARY" : ""));
  } else if (!file_note(now, "GNU", NT_GNU_BUILD_ID, &ours) && access(now.c_str(), R_OK) != 0) {
    throw Failure("cannot read " + now);
  }
  for (FileRange& f : reader_.files)
    if (f.path == old) f.path = now;
  main->path = now;
}

// A library that has changed or gone is left out: its frames get no names, and what the core lacks of it stays unknown.
void Core::check_builds() {
  CoreOnly only(reader_);
  std::vector<rt::RemoteModule> good;
  for (rt::RemoteModule& m : modules) {
    bool file = m.path[0] == '/', missing = file && access(m.path.c_str(), R_OK) != 0;
    Note theirs, ours;
    bool other = file && !missing && find_note(only, m.start, "GNU", NT_GNU_BUILD_ID, &theirs) &&
                 !(file_note(m.path, "GNU", NT_GNU_BUILD_ID, &ours) && ours.desc == theirs.desc);
    std::string path = m.path;
    if (missing || other) {
      for (FileRange& f : reader_.files)
        if (f.path == path) f.trusted = false;
      m.path.clear();
    }
    if (!rt::module_bias(reader_, m.start, &m.bias)) continue;  // no object
    if (missing || other)
      warn(path + (missing ? " is not there" : " has been replaced since") +
           ": frames in it may be missing or nameless");
    good.push_back(m);
  }
  modules = std::move(good);
}

}  // namespace

std::unique_ptr<Target> open_core(const std::string& path, const std::string& binary) {
  return std::make_unique<Core>(path, binary);
}

}  // namespace gort::tool
