// find_object.h: which loaded object an address belongs to.
#pragma once

#include <dlfcn.h>

#include <cstdint>

namespace gort::rt {

// find_object is _dl_find_object, and finds besides what that does not know yet: an object that is being loaded, whose
// relocation may run the program's code (resolvers of ifuncs). It takes no lock and calls no malloc. False where the
// address is in no object.
bool find_object(uintptr_t pc, dl_find_object* out);

// BuildId tells an object from others, or other builds of it, that the loader puts at the same addresses later.
struct BuildId {
  uint64_t hash;
  bool exact;  // of the note that the linker leaves (--build-id); false: of samples, the object has none

  void add(uint64_t word) { hash = (hash ^ word) * 0x9e3779b97f4a7c15u, hash ^= hash >> 32; }
  // add_memory adds the words at start, start + step and so on, and what is left before end. They are multiplied side
  // by side: one after the other takes four times as long.
  void add_memory(uintptr_t start, uintptr_t end, uintptr_t step = 8);
};

// build_id_of reads it from the object's memory: it must be loaded, as it is while code of it runs. No lock, no system
// call; 10 ns where there is a note, 80 ns where there is none.
BuildId build_id_of(const dl_find_object& object);

// is_permanent tells whether the address is in an object that was there at program start: those are never unloaded.
// (Where gort itself came with a dlopen, libraries loaded before it count as permanent: whoever unloads one of those
// calls flush_rows().)
bool is_permanent(uintptr_t pc);
void note_permanent_objects();

}  // namespace gort::rt
