// ELF notes, of modules in memory and of files.
#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>

#include "tools/stack/target.h"

namespace gort::tool {
namespace {

constexpr int kMaxHeaders = 128;
constexpr size_t kMaxNotes = 1 << 16;

// base is where the header lies; note_at(segment) is where a segment's contents are.
template <class NoteAt>
bool search(rt::MemReader& mem, uint64_t base, const char* owner, uint32_t type, NoteAt note_at, Note* out) {
  Elf64_Ehdr e;
  if (!mem.read(base, &e, sizeof e) || memcmp(e.e_ident, ELFMAG, SELFMAG) != 0 || e.e_phentsize != sizeof(Elf64_Phdr) ||
      e.e_phnum > kMaxHeaders) {
    return false;
  }
  std::vector<Elf64_Phdr> headers(e.e_phnum);
  if (!mem.read(base + e.e_phoff, headers.data(), headers.size() * sizeof(Elf64_Phdr))) return false;
  uint64_t bias = base;
  for (const Elf64_Phdr& h : headers) {
    if (h.p_type != PT_LOAD) continue;
    bias = base - (h.p_vaddr - h.p_offset);
    break;
  }
  for (const Elf64_Phdr& h : headers) {
    if (h.p_type != PT_NOTE || h.p_filesz > kMaxNotes) continue;
    std::string bytes(h.p_filesz, '\0');
    uint64_t at = note_at(h, bias);
    if (!mem.read(at, bytes.data(), bytes.size())) continue;
    size_t align = h.p_align == 8 ? 8 : 4;
    auto up = [&](size_t n) { return (n + align - 1) & ~(align - 1); };
    for (size_t i = 0; i + sizeof(Elf64_Nhdr) <= bytes.size();) {
      Elf64_Nhdr n;
      memcpy(&n, &bytes[i], sizeof n);
      size_t name = i + sizeof n, desc = up(name + n.n_namesz), end = up(desc + n.n_descsz);
      if (desc + n.n_descsz > bytes.size() || end <= i) break;
      if (n.n_type == type && n.n_namesz == strlen(owner) + 1 && memcmp(&bytes[name], owner, n.n_namesz) == 0) {
        *out = {bytes.substr(desc, n.n_descsz), at + desc};
        return true;
      }
      i = end;
    }
  }
  return false;
}

struct FileReader final : rt::MemReader {
  int fd;
  explicit FileReader(const std::string& path) : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~FileReader() {
    if (fd >= 0) close(fd);
  }
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;
  bool read(uint64_t at, void* out, size_t n) override { return fd >= 0 && pread(fd, out, n, off_t(at)) == ssize_t(n); }
};

}  // namespace

bool find_note(rt::MemReader& mem, uint64_t start, const char* owner, uint32_t type, Note* out) {
  return search(
      mem, start, owner, type, [](const Elf64_Phdr& h, uint64_t bias) { return bias + h.p_vaddr; }, out);
}

bool file_note(const std::string& path, const char* owner, uint32_t type, Note* out) {
  FileReader file(path);
  return search(
      file, 0, owner, type, [](const Elf64_Phdr& h, uint64_t) { return h.p_offset; }, out);
}

}  // namespace gort::tool
