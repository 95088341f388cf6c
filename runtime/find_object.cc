// An object is in the loader's list from when it is mapped; _dl_find_object knows it after it was relocated. The list
// is read as it stands, with care, for another thread may be changing it: dl_iterate_phdr would wait for the loader's
// lock.
#include "runtime/find_object.h"

#include <elf.h>
#include <link.h>

#include "runtime/unwind.h"

namespace gort::rt {

namespace {

constexpr int kMostObjects = 4096;  // a list that is being changed may look like a ring
constexpr int kMostHeaders = 64;
constexpr uintptr_t kPage = 4096;

// A shared object's headers are at its start. False if it is no object whose mapping has pc in it.
bool covers(const link_map& map, uintptr_t pc, dl_find_object* out) {
  ElfW(Ehdr) head;
  if (!own_memory().read(map.l_addr, &head, sizeof head)) return false;
  if (head.e_ident[EI_MAG0] != ELFMAG0 || head.e_ident[EI_MAG1] != ELFMAG1 || head.e_phnum > kMostHeaders) return false;
  ElfW(Phdr) parts[kMostHeaders];
  if (!own_memory().read(map.l_addr + head.e_phoff, parts, head.e_phnum * sizeof parts[0])) return false;
  uintptr_t start = UINTPTR_MAX, end = 0;
  void* frames = nullptr;
  for (int i = 0; i < head.e_phnum; i++) {
    uintptr_t at = map.l_addr + parts[i].p_vaddr;
    if (parts[i].p_type == PT_GNU_EH_FRAME) frames = reinterpret_cast<void*>(at);
    if (parts[i].p_type != PT_LOAD) continue;
    if (start > (at & ~(kPage - 1))) start = at & ~(kPage - 1);
    if (end < at + parts[i].p_memsz) end = at + parts[i].p_memsz;
  }
  if (pc < start || pc >= end) return false;
  out->dlfo_flags = 0;
  out->dlfo_map_start = reinterpret_cast<void*>(start);
  out->dlfo_map_end = reinterpret_cast<void*>(end);
  out->dlfo_eh_frame = frames;
  return true;
}

bool known(const void* address) {
  dl_find_object o;
  return _dl_find_object(const_cast<void*>(address), &o) == 0;
}

}  // namespace

bool find_object(uintptr_t pc, dl_find_object* out) {
  if (_dl_find_object(reinterpret_cast<void*>(pc), out) == 0) return true;
  dl_find_object own;
  if (_dl_find_object(reinterpret_cast<void*>(&find_object), &own) != 0) return false;
  // Towards the end of the list: what is being loaded comes after what has asked for it.
  link_map map;
  const link_map* at = own.dlfo_link_map;
  for (int i = 0; at != nullptr && i < kMostObjects; at = map.l_next, i++) {
    if (!own_memory().read(reinterpret_cast<uintptr_t>(at), &map, sizeof map)) return false;
    if (known(map.l_ld) || !covers(map, pc, out)) continue;
    out->dlfo_link_map = const_cast<link_map*>(at);
    return true;
  }
  return false;
}

}  // namespace gort::rt
