// Mapping of ELF files. Every offset and size of the file is checked before use: a damaged file gives less, never a
// fault (a file truncated while it is mapped is the one exception, as for every mapping).
#include "runtime/symtab/elf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gort::rt::symtab {
namespace {

constexpr const char* kNames[kNumSections] = {
    ".debug_info", ".debug_abbrev", ".debug_line",     ".debug_str", ".debug_line_str", ".debug_str_offsets",
    ".debug_addr", ".debug_ranges", ".debug_rnglists", ".debug_loc", ".debug_loclists"};

constexpr uint64_t kMaxInflated = uint64_t{4} << 30;

}  // namespace

Bytes Elf::slice(uint64_t off, uint64_t n) const {
  if (off > file.n || n > file.n - off) return {};
  return {file.p + off, static_cast<size_t>(n)};
}

Bytes map_file(const char* path) {
  int fd;
  do fd = ::open(path, O_RDONLY | O_CLOEXEC);
  while (fd < 0 && errno == EINTR);
  if (fd < 0) return {};
  struct stat st;
  void* p = MAP_FAILED;
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= static_cast<off_t>(sizeof(Elf64_Ehdr)))
    p = mmap(nullptr, static_cast<size_t>(st.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
  ::close(fd);
  if (p == MAP_FAILED) return {};
  return {static_cast<const uint8_t*>(p), static_cast<size_t>(st.st_size)};
}

bool Elf::open(const char* path, bool want_dwarf) {
  file = map_file(path);
  if (file.p == nullptr) return false;
  owned = true;
  if (parse(want_dwarf)) return true;
  close();
  return false;
}

bool Elf::open_image(const void* p, size_t n, bool want_dwarf) {
  file = {static_cast<const uint8_t*>(p), n};
  return parse(want_dwarf);
}

void Elf::close() {
  for (int i = 0; i < kNumSections; i++)
    if (packed[i].n) munmap(const_cast<uint8_t*>(section[i].p), section[i].n);
  if (owned) munmap(const_cast<uint8_t*>(file.p), file.n);
  *this = Elf{};
}

void Elf::load(Section which, const Elf64_Shdr& sh) {
  Bytes raw = slice(sh.sh_offset, sh.sh_size);
  if (!raw.n) return;
  if (!(sh.sh_flags & SHF_COMPRESSED)) {
    section[which] = raw;
    return;
  }
  Elf64_Chdr ch;
  if (raw.n < sizeof ch) return;
  memcpy(&ch, raw.p, sizeof ch);
  // zstd sections stay unread: the module then has its symbol table only.
  if (ch.ch_type != ELFCOMPRESS_ZLIB || ch.ch_size == 0 || ch.ch_size > kMaxInflated) return;
  void* p = mmap(nullptr, ch.ch_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return;
  if (!inflate(raw.p + sizeof ch, raw.n - sizeof ch, static_cast<uint8_t*>(p), ch.ch_size)) {
    munmap(p, ch.ch_size);
    return;
  }
  section[which] = {static_cast<const uint8_t*>(p), ch.ch_size};
  packed[which] = {raw.p + sizeof ch, raw.n - sizeof ch};
}

void Elf::shed() {
  is_shed = true;
  for (int i = 0; i < kNumSections; i++)
    if (packed[i].n) madvise(const_cast<uint8_t*>(section[i].p), section[i].n, MADV_DONTNEED);
  if (owned) madvise(const_cast<uint8_t*>(file.p), file.n, MADV_DONTNEED);
}

bool Elf::restore() {
  if (!is_shed) return true;
  is_shed = false;
  for (int i = 0; i < kNumSections; i++)
    if (packed[i].n && !inflate(packed[i].p, packed[i].n, const_cast<uint8_t*>(section[i].p), section[i].n))
      return false;
  return true;
}

size_t Elf::inflated_bytes() const {
  size_t n = 0;
  for (int i = 0; i < kNumSections; i++)
    if (packed[i].n && !is_shed) n += section[i].n;
  return n;
}

bool Elf::parse_section(const Elf64_Shdr& sh, const char* name, const Elf64_Shdr* all, size_t count, bool want_dwarf) {
  if (sh.sh_type == SHT_NOBITS) return false;
  if (sh.sh_type == SHT_SYMTAB || sh.sh_type == SHT_DYNSYM) {
    if (sh.sh_link >= count) return false;
    Bytes syms = slice(sh.sh_offset, sh.sh_size), strs = slice(all[sh.sh_link].sh_offset, all[sh.sh_link].sh_size);
    if (!syms.n || !strs.n || strs.p[strs.n - 1] != 0 || sh.sh_offset % 8) return false;
    SymbolTable& t = sh.sh_type == SHT_SYMTAB ? symtab : dynsym;
    t = {reinterpret_cast<const Elf64_Sym*>(syms.p), syms.n / sizeof(Elf64_Sym), reinterpret_cast<const char*>(strs.p),
         strs.n};
    return true;
  }
  if (sh.sh_type == SHT_NOTE && strcmp(name, ".note.gnu.build-id") == 0) {
    Bytes note = slice(sh.sh_offset, sh.sh_size);
    Elf64_Nhdr nh;
    if (note.n < sizeof nh) return false;
    memcpy(&nh, note.p, sizeof nh);
    size_t skip = sizeof nh + ((nh.n_namesz + 3u) & ~3u);
    if (nh.n_type == NT_GNU_BUILD_ID && skip <= note.n && nh.n_descsz <= note.n - skip)
      build_id = {note.p + skip, nh.n_descsz};
    return true;
  }
  if (strncmp(name, ".plt", 4) == 0) {  // .plt, .plt.got and .plt.sec stand together
    if (plt_hi == 0 || sh.sh_addr < plt_lo) plt_lo = sh.sh_addr;
    if (sh.sh_addr + sh.sh_size > plt_hi) plt_hi = sh.sh_addr + sh.sh_size;
    return true;
  }
  if (strcmp(name, ".gnu_debuglink") == 0) {
    debuglink = slice(sh.sh_offset, sh.sh_size);
    if (debuglink.n < 8 || !memchr(debuglink.p, 0, debuglink.n - 4)) debuglink = {};
    return true;
  }
  if (!want_dwarf) return false;
  for (int i = 0; i < kNumSections; i++)
    if (strcmp(name, kNames[i]) == 0) load(static_cast<Section>(i), sh);
  return true;
}

bool Elf::parse(bool want_dwarf) {
  Elf64_Ehdr eh;
  if (file.n < sizeof eh) return false;
  memcpy(&eh, file.p, sizeof eh);
  if (memcmp(eh.e_ident, ELFMAG, SELFMAG) != 0 || eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_machine != EM_X86_64)
    return false;
  Bytes ph = slice(eh.e_phoff, uint64_t{eh.e_phnum} * sizeof(Elf64_Phdr));
  lo = ~uint64_t{0};
  for (size_t i = 0; i < ph.n / sizeof(Elf64_Phdr); i++) {
    Elf64_Phdr p;
    memcpy(&p, ph.p + i * sizeof p, sizeof p);
    if (p.p_type != PT_LOAD) continue;
    if (p.p_vaddr < lo) lo = p.p_vaddr;
    if (p.p_vaddr + p.p_memsz > hi) hi = p.p_vaddr + p.p_memsz;
  }
  if (eh.e_shentsize != sizeof(Elf64_Shdr) || eh.e_shoff % 8 || eh.e_shoff == 0)
    return true;  // no sections: a name at least
  size_t count = eh.e_shnum;
  if (count == 0) {  // more than 65279 sections: the count stands in section 0
    Bytes first = slice(eh.e_shoff, sizeof(Elf64_Shdr));
    if (!first.n) return true;
    count = reinterpret_cast<const Elf64_Shdr*>(first.p)->sh_size;
  }
  if (count > file.n / sizeof(Elf64_Shdr)) return true;
  Bytes sh = slice(eh.e_shoff, count * sizeof(Elf64_Shdr));
  if (!sh.n) return true;
  auto* all = reinterpret_cast<const Elf64_Shdr*>(sh.p);
  size_t names_at = eh.e_shstrndx == SHN_XINDEX ? all[0].sh_link : eh.e_shstrndx;
  if (names_at >= count) return true;
  Bytes names = slice(all[names_at].sh_offset, all[names_at].sh_size);
  if (!names.n || names.p[names.n - 1] != 0) return true;
  for (size_t i = 1; i < count; i++)
    if (all[i].sh_name < names.n)
      parse_section(all[i], reinterpret_cast<const char*>(names.p) + all[i].sh_name, all, count, want_dwarf);
  return true;
}

bool find_symbol(const SymbolTable& t, uint64_t addr, Elf64_Sym* out, const char** name) {
  const Elf64_Sym* best = nullptr;
  const Elf64_Sym* nearest = nullptr;  // of the sizeless ones
  uint64_t start_after = 0;            // largest start of any code symbol that is <= addr
  for (size_t i = 0; i < t.n; i++) {
    const Elf64_Sym& s = t.sym[i];
    int type = ELF64_ST_TYPE(s.st_info);
    if (s.st_shndx == SHN_UNDEF || s.st_value > addr || s.st_name == 0 || s.st_name >= t.nstr) continue;
    if (type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE) continue;
    if (s.st_value > start_after) start_after = s.st_value;
    if (addr - s.st_value < s.st_size) {
      // Aliases: a global name reads better than a local one.
      if (!best || s.st_value > best->st_value ||
          (s.st_value == best->st_value && ELF64_ST_BIND(s.st_info) == STB_GLOBAL &&
           ELF64_ST_BIND(best->st_info) != STB_GLOBAL))
        best = &s;
    } else if (s.st_size == 0 && s.st_shndx < SHN_LORESERVE && (!nearest || s.st_value >= nearest->st_value)) {
      nearest = &s;
    }
  }
  if (!best && nearest && nearest->st_value == start_after) best = nearest;
  if (!best) return false;
  *out = *best;
  *name = t.str + best->st_name;
  return true;
}

uint32_t crc32(const uint8_t* p, size_t n) {
  uint32_t table[256];
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
  uint32_t c = ~0u;
  for (size_t i = 0; i < n; i++) c = table[(c ^ p[i]) & 255] ^ (c >> 8);
  return ~c;
}

}  // namespace gort::rt::symtab
