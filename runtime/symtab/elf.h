// Elf is one mapped object file: its DWARF sections (decompressed where need be), symbol tables and build id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <elf.h>

namespace gort::rt::symtab {

struct Bytes {
  const uint8_t* p = nullptr;
  size_t n = 0;
};

enum Section {
  kInfo,
  kAbbrev,
  kLine,
  kStr,
  kLineStr,
  kStrOffsets,
  kAddr,
  kRanges,
  kRnglists,
  kLoc,
  kLoclists,
  kNumSections
};

struct SymbolTable {
  const Elf64_Sym* sym = nullptr;
  size_t n = 0;
  const char* str = nullptr;
  size_t nstr = 0;
};

struct Elf {
  Bytes file;
  bool owned = false;  // file is a mapping of ours
  Bytes section[kNumSections];
  Bytes packed[kNumSections];  // where that section is an anonymous mapping of ours: its compressed form
  bool is_shed = false;
  SymbolTable symtab, dynsym;
  Bytes build_id;
  Bytes debuglink;                  // name, NUL, padding, crc32
  uint64_t lo = 0, hi = 0;          // of the PT_LOAD segments
  uint64_t plt_lo = 0, plt_hi = 0;  // of the stubs of the linkage table, which no symbol names

  bool open(const char* path, bool want_dwarf);
  bool open_image(const void* p, size_t n, bool want_dwarf);  // a file or object already in memory
  void close();
  // shed gives back the memory of what was read of the debug information, until restore(). False: it is damaged.
  void shed();
  bool restore();
  size_t inflated_bytes() const;
  bool has_dwarf() const { return section[kInfo].n && section[kAbbrev].n; }

 private:
  bool parse(bool want_dwarf);
  bool parse_section(const Elf64_Shdr& sh, const char* name, const Elf64_Shdr* all, size_t count, bool want_dwarf);
  void load(Section which, const Elf64_Shdr& sh);
  Bytes slice(uint64_t off, uint64_t n) const;
};

// map_file maps a regular file whole; empty: it cannot be opened, or is no ELF file by its length.
Bytes map_file(const char* path);

// find_symbol finds the function symbol that covers addr by a scan (no memory, no lock). Sizes are honoured: past
// the end of the nearest symbol nothing is found. Sizeless symbols (hand-written assembly) reach to the next symbol.
bool find_symbol(const SymbolTable& t, uint64_t addr, Elf64_Sym* out, const char** name);

uint32_t crc32(const uint8_t* p, size_t n);

// inflate decompresses a zlib stream into exactly n bytes of out. False: damaged, or not that long.
bool inflate(const uint8_t* in, size_t in_len, uint8_t* out, size_t n);

}  // namespace gort::rt::symtab
