// gort_debug_info describes this program's goroutines to debuggers: where its tables are and how its structures are
// laid out, as (name, value) pairs. Readers: tools/stack (tools/gort stack) and tools/gort-gdb.py. They know names, and
// no offset, so that they read programs of other builds.
//
// A value is an address in the program, an offset, a size or a number; its name tells: "allglen" and other names
// without a dot are addresses or numbers, "g.goid" is an offset in g. Which names there are is listed in debuginfo.cc.
// A name may be added at any time and keeps its meaning for ever; what changes the meaning of one (or of gstatus and
// waitReason, which readers know by number) raises kDebugInfoVersion.
//
// It is found by the symbol gort_debug_info, and without symbols by the note that points to it: owner "gort", type 1,
// whose 8 bytes are the distance from themselves to gort_debug_info. Notes are mapped with the object's first page,
// which a core holds by default.
#pragma once
#include <cstddef>
#include <cstdint>

namespace gort::rt {

inline constexpr uint32_t kDebugInfoVersion = 1;
inline constexpr char kDebugInfoMagic[8] = {'g', 'o', 'r', 't', 'i', 'n', 'f', 'o'};
inline constexpr uint32_t kDebugInfoNote = 1;

struct debug_entry {
  char name[24];  // NUL-terminated
  union {
    uint64_t number;
    const volatile void* address;
  };
};
static_assert(sizeof(debug_entry) == 32);

struct debug_info {
  char magic[8];
  uint32_t version;
  uint32_t count;
  debug_entry entries[];
};

// debug_info_init fills in what the compiler cannot; called when the runtime starts.
void debug_info_init();
// own_debug_info is gort_debug_info.
const debug_info* own_debug_info();

}  // namespace gort::rt
