// An object is in the loader's list from when it is mapped; _dl_find_object knows it after it was relocated. The list
// is read as it stands, with care, for another thread may be changing it: dl_iterate_phdr would wait for the loader's
// lock.
#include "runtime/find_object.h"

#include <elf.h>
#include <link.h>

#include <atomic>
#include <cstring>

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

// ---- builds

// Any odd numbers: the second is doubled so that every factor is odd.
constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u, kNextFactor = 2 * 0x2c28fa16a64abf97u;

constexpr int kNoteAlign = 4;
constexpr uint32_t kLeastId = 8, kMostId = 64;
constexpr uint8_t kGnu[4] = {'G', 'N', 'U', 0};

template <class T>
T load(uintptr_t at) {
  T value;
  memcpy(&value, reinterpret_cast<const void*>(at), sizeof value);
  return value;
}

struct Note {
  ElfW(Nhdr) head;
  uint8_t name[4];
};
static_assert(sizeof(Note) == 16);

// The length of the build id in the note at this address, 0 if it is another note, or none.
uint32_t id_length(uintptr_t at) {
  auto note = load<Note>(at);
  const bool is = note.head.n_type == NT_GNU_BUILD_ID && note.head.n_namesz == sizeof kGnu &&
                  memcmp(note.name, kGnu, sizeof kGnu) == 0 && note.head.n_descsz >= kLeastId &&
                  note.head.n_descsz <= kMostId;
  return is ? note.head.n_descsz : 0;
}

// As add_memory would, without its copy of a part of a word: this is what walks wait for.
BuildId exact_id(uintptr_t note, uint32_t length) {
  const uintptr_t at = note + sizeof(Note);
  uint64_t sum = load<uint64_t>(at + length - 8), factor = kFactor;
  for (uint32_t i = 0; i + 8 < length; i += 8, factor += kNextFactor) sum += load<uint64_t>(at + i) * factor;
  return {sum, true};
}

// note_places[i] is the address of a build id's note in the first page of an object, which it names. Whatever object
// begins there by now, that page can be read, and shows whether the place is still one.
std::atomic<uintptr_t> note_places[64];

std::atomic<uintptr_t>& note_place(uintptr_t start) {
  return note_places[(start / kPage * 0x9e3779b97f4a7c15u) >> 58];
}

struct Headers {
  uintptr_t bias;
  const ElfW(Phdr) * part;  // in the first page
  int count;
};

Headers headers_of(const dl_find_object& object) {
  auto start = reinterpret_cast<uintptr_t>(object.dlfo_map_start);
  auto head = load<ElfW(Ehdr)>(start);
  const bool there = memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 && head.e_phentsize == sizeof(ElfW(Phdr)) &&
                     head.e_phoff % alignof(ElfW(Phdr)) == 0 && head.e_phoff < kPage &&
                     head.e_phnum <= (kPage - head.e_phoff) / sizeof(ElfW(Phdr));
  return {object.dlfo_link_map->l_addr, reinterpret_cast<const ElfW(Phdr)*>(start + head.e_phoff),
          there ? head.e_phnum : 0};
}

// The address of the build id's note; 0 if there is none.
uintptr_t find_note(const Headers& headers) {
  for (int i = 0; i < headers.count; i++) {
    const ElfW(Phdr)& part = headers.part[i];
    if (part.p_type != PT_NOTE || part.p_align > kNoteAlign) continue;
    uintptr_t at = headers.bias + part.p_vaddr;
    const uintptr_t end = at + part.p_memsz;
    while (at < end && end - at >= sizeof(Note) + kLeastId) {
      auto head = load<ElfW(Nhdr)>(at);
      const uint64_t size =
          sizeof head + ((uint64_t{head.n_namesz} + 3) & ~uint64_t{3}) + ((uint64_t{head.n_descsz} + 3) & ~uint64_t{3});
      if (size > end - at) break;
      if (id_length(at) != 0) return at;
      at += size;
    }
  }
  return 0;
}

void add_samples(BuildId& id, uintptr_t start, uintptr_t end) {
  constexpr uintptr_t kMost = 128;
  id.add_memory(start, end, ((end - start) / 8 / kMost + 1) * 8);
}

// The headers have the sizes of all parts and the place of the debug information; behind them the linker puts the
// hashes of the exported names. The table of functions is followed by how their frames are left.
BuildId sampled_id(const dl_find_object& object, const Headers& headers) {
  BuildId id{0, false};
  auto start = reinterpret_cast<uintptr_t>(object.dlfo_map_start);
  auto functions = reinterpret_cast<uintptr_t>(object.dlfo_eh_frame);
  auto name = reinterpret_cast<uintptr_t>(object.dlfo_link_map->l_name);
  if (name != 0) id.add_memory(name, name + strlen(object.dlfo_link_map->l_name));
  for (int i = 0; i < headers.count; i++) {
    const ElfW(Phdr)& part = headers.part[i];
    const uintptr_t at = headers.bias + part.p_vaddr, end = at + part.p_filesz;
    // What can be written may change while it is loaded.
    if (part.p_type != PT_LOAD || (part.p_flags & (PF_R | PF_W)) != PF_R) continue;
    if (start >= at && start < end) add_samples(id, start, end - start > 1024 ? start + 1024 : end);
    if (functions >= at && functions < end) add_samples(id, functions, end);
  }
  return id;
}

// ---- what was there at program start

struct Range {
  uintptr_t start, end;
};
constexpr int kMaxPermanent = 128;
Range permanent[kMaxPermanent];
int permanent_count;

int note_permanent(dl_phdr_info* info, size_t, void*) {
  uintptr_t lo = UINTPTR_MAX, hi = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const auto& ph = info->dlpi_phdr[i];
    if (ph.p_type != PT_LOAD) continue;
    uintptr_t at = info->dlpi_addr + ph.p_vaddr;
    if (at < lo) lo = at;
    if (at + ph.p_memsz > hi) hi = at + ph.p_memsz;
  }
  if (permanent_count < kMaxPermanent && lo < hi) permanent[permanent_count++] = {lo, hi};
  return 0;
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

void BuildId::add_memory(uintptr_t start, uintptr_t end, uintptr_t step) {
  uint64_t sum = end - start, factor = kFactor, last = 0;
  for (; start < end && end - start >= sizeof last; start += step, factor += kNextFactor)
    sum += load<uint64_t>(start) * factor;
  if (start < end) memcpy(&last, reinterpret_cast<const void*>(start), end - start);
  add(sum + last * factor);
}

BuildId build_id_of(const dl_find_object& object) {
  auto start = reinterpret_cast<uintptr_t>(object.dlfo_map_start);
  std::atomic<uintptr_t>& place = note_place(start);
  const uintptr_t known_note = place.load(std::memory_order_relaxed);
  if (known_note - start < kPage)
    if (uint32_t length = id_length(known_note)) return exact_id(known_note, length);
  const Headers headers = headers_of(object);
  const uintptr_t note = find_note(headers);
  if (note == 0) return sampled_id(object, headers);
  if (note - start < kPage - sizeof(Note) - kMostId) place.store(note, std::memory_order_relaxed);
  return exact_id(note, id_length(note));
}

// Runs before main, and so before the program's first dlopen.
__attribute__((constructor)) void note_permanent_objects() {
  if (permanent_count == 0) dl_iterate_phdr(note_permanent, nullptr);
}

bool is_permanent(uintptr_t pc) {
  for (int i = 0; i < permanent_count; i++) {
    if (pc >= permanent[i].start && pc < permanent[i].end) return true;
  }
  return false;
}

}  // namespace gort::rt
