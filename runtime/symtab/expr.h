// DWARF location expressions: where a parameter's value is, in one frame.
//
// Registers that a call does not preserve are believed only in an exact (top or faulting) frame: unwinders hand out
// stale values for them. DW_OP_entry_value is answered through the caller's call site and its registers, within one
// object.
#pragma once

#include "runtime/symtab/dwarf.h"

namespace gort::rt::symtab {

struct Place {
  enum Kind : uint8_t { kUnknown, kMemory, kRegister, kConstant, kBytes } kind = kUnknown;
  bool certain = true;
  uint64_t v = 0;  // address, register's content, or constant
  const uint8_t* bytes = nullptr;
  size_t len = 0;
};

struct Piece {
  Place place;
  uint32_t size;
};

constexpr int kMaxPieces = 16;

struct ValuePlace {
  Place whole;
  Piece piece[kMaxPieces];
  int pieces = 0;  // 0: whole
};

struct Frame {
  Module* m;
  Unit* u;
  Die fn;
  uint64_t pc;  // looked-up address, less the bias
  const FrameRegs* regs;
  MemReader* mem;
  int depth = 0;
};

// find_place evaluates DW_AT_location (an expression or a list) or DW_AT_const_value of a parameter.
void find_place(const Frame& f, const Die& param, ValuePlace* out);

// fetch reads n <= 8 bytes at a byte offset of a value. False: not to be had.
bool fetch(const Frame& f, const ValuePlace& v, uint64_t offset, size_t n, uint64_t* out, bool* certain);

// memory_at is the value that starts at a known address.
ValuePlace memory_at(uint64_t addr, bool certain);

}  // namespace gort::rt::symtab
