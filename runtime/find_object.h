// find_object.h: which loaded object an address belongs to.
#pragma once

#include <dlfcn.h>

#include <cstdint>

namespace gort::rt {

// find_object is _dl_find_object, and finds besides what that does not know yet: an object that is being loaded, whose
// relocation may run the program's code (resolvers of ifuncs). It takes no lock and calls no malloc. False where the
// address is in no object.
bool find_object(uintptr_t pc, dl_find_object* out);

}  // namespace gort::rt
