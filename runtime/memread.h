// memread.h: reading memory that may not be there.
//
// Whoever looks at a stack or a symbol table (the unwinder, the symbolizer, the argument printer) reads through this
// one type, so that the same code serves this process, another process and a core file.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gort::rt {

// MemReader reads the memory of some program. Implementations that are used from signal handlers neither allocate nor
// lock.
struct MemReader {
  // read() copies n bytes at addr to out; false if any of them cannot be read (out may then be partly written).
  virtual bool read(uint64_t addr, void* out, size_t n) = 0;

 protected:
  ~MemReader() = default;
};

}  // namespace gort::rt
